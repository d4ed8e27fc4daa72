package dev.aidis.port.sample.mcp.tools;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ServiceNotFoundException;

/**
 * Tells an agent which names there are when it asked for one that is not.
 */
public final class UnknownService {

	private UnknownService() {
	}

	/**
	 * Return the exception for a name.
	 * @param registry where it was looked up
	 * @param name the name
	 * @return the exception, whose message lists what is registered
	 */
	public static ServiceNotFoundException in(PortRegistry registry, String name) {
		return new ServiceNotFoundException(name,
				registry.registrations().stream().map(PortRegistration::serviceName).distinct().toList(),
				registry.location());
	}

}
