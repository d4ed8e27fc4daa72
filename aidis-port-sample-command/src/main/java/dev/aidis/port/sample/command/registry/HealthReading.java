package dev.aidis.port.sample.command.registry;

import java.time.Instant;

/**
 * What an instance answered when it was asked for its health.
 *
 * @param healthy whether it is
 * @param detail what it answered, or why it did not
 * @param latencyMillis how long that took, in milliseconds
 * @param at when it was asked
 * @since 0.1.0
 */
public record HealthReading(boolean healthy, String detail, long latencyMillis, Instant at) {

}
