package dev.aidis.port.test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;

/**
 * Registers services for as long as a test runs: what a test method registers, its
 * {@code @BeforeEach} methods included, is removed after it, what a {@code @BeforeAll}
 * method registers after the test class.
 * <p>
 * It is a bean in the application context of an {@link AidisPortTest}, and a parameter
 * with the {@link PortRegistryExtension}, where tests that share a registry also share
 * what they register. Tests that run at the same time on one application context see each
 * other's services.
 *
 * @since 0.1.0
 */
public final class TestPortRegistry {

	private final Supplier<PortRegistry> registry;

	private final Map<String, PortRegistration> registered = new ConcurrentHashMap<>();

	TestPortRegistry(Supplier<PortRegistry> registry) {
		this.registry = registry;
	}

	/**
	 * Register a service that is ready.
	 * @param serviceName the name of the service
	 * @param port the port it listens on, 1 to 65535
	 * @return what is registered
	 * @throws PortRegistryException if the registry cannot be written, or the name is no
	 * service's name
	 */
	public PortRegistration register(String serviceName, int port) {
		PortRegistration registration = PortRegistration.builder(serviceName, port).status(Status.UP).build();
		register(registration);
		return registration;
	}

	/**
	 * Register a service, or change what is registered under its instance id.
	 * @param registration the registration
	 * @throws PortRegistryException if the registry cannot be written
	 */
	public void register(PortRegistration registration) {
		TestScope scope = TestScope.current();
		if (scope != null && !isRegistered(registration)) {
			scope.onEnd(() -> deregister(registration));
		}
		registerUntilClosed(registration);
	}

	void registerUntilClosed(PortRegistration registration) {
		// First, since a registry that cannot be written goes on trying.
		this.registered.put(registration.instanceId(), registration);
		this.registry.get().register(registration);
	}

	/**
	 * Remove a service, as when it stops. Does nothing when this test support has not
	 * registered it, or has removed it already.
	 * @param registration the registration, or an earlier state of it
	 * @throws PortRegistryException if the registry cannot be written
	 */
	public void deregister(PortRegistration registration) {
		if (this.registered.remove(registration.instanceId()) != null) {
			this.registry.get().deregister(registration.instanceId());
		}
	}

	/**
	 * Remove all instances of a service that tests have registered, also by
	 * {@link RegisterService}; those are there again in the next test.
	 * @param serviceName the name of the service
	 * @throws PortRegistryException if the registry cannot be written
	 */
	public void deregisterAll(String serviceName) {
		this.registered.values()
			.stream()
			.filter((registration) -> registration.serviceName().equals(serviceName))
			.forEach(this::deregister);
	}

	/**
	 * Return the live instances of a service, that of the application under test and
	 * those that are pretended alike.
	 * @param serviceName the name of the service
	 * @return the registrations, the first registered first
	 * @throws PortRegistryException if the registry cannot be read
	 */
	public List<PortRegistration> registrations(String serviceName) {
		return this.registry.get().registrations(serviceName);
	}

	/**
	 * Return where the registry is. Other applications and processes that a test starts
	 * take part in it with {@code --aidis.port.registry.file} or
	 * {@code AIDIS_PORT_REGISTRY} set to this.
	 * @return the path of the registry file
	 */
	public String location() {
		return this.registry.get().location();
	}

	boolean isRegistered(PortRegistration registration) {
		return this.registered.containsKey(registration.instanceId());
	}

	void close() {
		this.registered.values().forEach(this::deregister);
	}

}
