package dev.aidis.port.test;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.aidis.port.PortRegistration;

/**
 * Keeps the {@link DeclaredService declared services} of a test class registered.
 */
final class DeclaredServices {

	private static final Log logger = LogFactory.getLog(DeclaredServices.class);

	private final Set<DeclaredService> services;

	private final TestPortRegistry registry;

	private final Map<DeclaredService, PortRegistration> registrations = new HashMap<>();

	DeclaredServices(Set<DeclaredService> services, TestPortRegistry registry) {
		this.services = services;
		this.registry = registry;
	}

	/**
	 * Register those whose servers are open.
	 */
	void registerOpen() {
		for (DeclaredService service : this.services) {
			try {
				register(service);
			}
			catch (IllegalStateException ex) {
				logger.debug("Not registered yet: " + service, ex);
			}
		}
	}

	/**
	 * Register all.
	 * @throws IllegalStateException if a server is not open
	 */
	void registerAll() {
		this.services.forEach(this::register);
	}

	private synchronized void register(DeclaredService service) {
		PortRegistration previous = this.registrations.get(service);
		PortRegistration now = service.registration(previous);
		if (!now.equals(previous) || !this.registry.isRegistered(now)) {
			this.registry.registerUntilClosed(now);
			this.registrations.put(service, now);
		}
	}

}
