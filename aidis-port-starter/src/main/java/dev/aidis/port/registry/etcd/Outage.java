package dev.aidis.port.registry.etcd;

import java.time.Instant;

/**
 * A time in which etcd cannot be reached, or does not do what it is asked for.
 *
 * @param since when it began
 * @param reason why, in half a sentence
 */
record Outage(Instant since, String reason) {

}
