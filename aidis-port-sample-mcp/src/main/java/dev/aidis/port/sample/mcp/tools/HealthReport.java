package dev.aidis.port.sample.mcp.tools;

import java.util.List;

/**
 * What {@code check_health} answers.
 *
 * @param name the name of the service
 * @param healthy whether all of its instances are healthy
 * @param instances the instances
 */
record HealthReport(String name, boolean healthy, List<CheckedService> instances) {

}
