package dev.aidis.port;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown when a service has no live registration. Lists the services that have one, since
 * the usual reason is a name that differs by a letter. Names stand escaped in the message
 * and as they are in the properties.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public class ServiceNotFoundException extends RuntimeException {

	private final String serviceName;

	private final List<String> registeredServices;

	/**
	 * Create a new exception.
	 * @param serviceName the name that was looked up
	 * @param registeredServices the names of the services that are registered
	 * @param location where was looked, see {@link PortRegistry#location()}
	 */
	public ServiceNotFoundException(String serviceName, List<String> registeredServices, String location) {
		super("No live service named '" + Printable.of(serviceName) + "' in " + location + "; registered: "
				+ (registeredServices.isEmpty() ? "none" : list(registeredServices)));
		this.serviceName = serviceName;
		this.registeredServices = List.copyOf(registeredServices);
	}

	private static String list(List<String> names) {
		return names.stream().map(Printable::of).collect(Collectors.joining(", "));
	}

	/**
	 * Return the name that was looked up.
	 * @return the name
	 */
	public String getServiceName() {
		return this.serviceName;
	}

	/**
	 * Return the names of the services that are registered.
	 * @return the names, each once
	 */
	public List<String> getRegisteredServices() {
		return this.registeredServices;
	}

}
