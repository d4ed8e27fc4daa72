package dev.aidis.port.sample.command.registry;

import java.time.Instant;

/**
 * What an instance answered when it was asked for its health.
 *
 * @param asked whether it was, which is done on this machine only
 * @param healthy whether it is, as far as it was asked
 * @param detail what it answered, or why it did not
 * @param latencyMillis how long that took, in milliseconds
 * @param at when it was asked
 * @since 0.1.0
 */
public record HealthReading(boolean asked, boolean healthy, String detail, long latencyMillis, Instant at) {

	/**
	 * Tell whether it was asked and is not healthy.
	 * @return whether it failed
	 */
	public boolean failed() {
		return this.asked && !this.healthy;
	}

}
