package dev.aidis.port.sample.command.history;

/**
 * How full a range of ports is.
 *
 * @param range the range, such as {@code 20000-20099}
 * @param used how many of its ports registered services have
 * @param size how many ports it has
 * @since 0.1.0
 */
public record PoolFill(String range, int used, int size) {

}
