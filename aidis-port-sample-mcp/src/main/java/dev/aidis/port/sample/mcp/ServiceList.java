package dev.aidis.port.sample.mcp;

import java.util.List;

/**
 * What {@code list_services} answers.
 *
 * @param services the live instances of all services
 */
record ServiceList(List<Service> services) {

}
