package dev.aidis.port.discovery;

/**
 * What a look at a service's health gave.
 *
 * @param healthy whether it is healthy
 * @param detail what it answered, or what went wrong
 * @since 0.1.0
 */
public record ServiceHealth(boolean healthy, String detail) {

}
