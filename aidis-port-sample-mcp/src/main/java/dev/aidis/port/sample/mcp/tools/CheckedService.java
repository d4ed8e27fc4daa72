package dev.aidis.port.sample.mcp.tools;

/**
 * One instance of a service with its health as it was just now: what {@code find_service}
 * and {@code wait_for_service} answer.
 *
 * @param service the instance
 * @param healthy whether it is healthy
 * @param detail what its health endpoint answered, or what went wrong
 */
record CheckedService(Service service, boolean healthy, String detail) {

}
