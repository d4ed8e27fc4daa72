package dev.aidis.port.sample.mcp.tools;

import java.util.List;

import dev.aidis.port.PortRegistration;

/**
 * What {@code list_services} answers.
 *
 * @param services the live instances of all services
 */
public record ServiceList(List<Service> services) {

	/**
	 * Describe instances.
	 * @param registrations the instances
	 * @return the list
	 */
	public static ServiceList of(List<PortRegistration> registrations) {
		return new ServiceList(registrations.stream().map(Service::of).toList());
	}

}
