package dev.aidis.port.registry.none;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.registry.ChangeTeller;
import dev.aidis.port.registry.RegisteredName;

/**
 * A registry that nobody else sees: it holds what this application registers, and nothing
 * of any other. An application still finds itself, and services that Spring Cloud's
 * registries know or that have a default port.
 *
 * @since 0.1.0
 */
public final class NoPortRegistry implements PortRegistry, AutoCloseable {

	private final Map<String, PortRegistration> own = new LinkedHashMap<>();

	private final ChangeTeller teller = new ChangeTeller(this::registrations);

	@Override
	public void register(PortRegistration registration) {
		RegisteredName.validate(registration.serviceName(), location());
		synchronized (this.own) {
			this.own.put(registration.instanceId(), registration);
		}
		this.teller.tell();
	}

	@Override
	public void deregister(String instanceId) {
		synchronized (this.own) {
			this.own.remove(instanceId);
		}
		this.teller.tell();
	}

	@Override
	public List<PortRegistration> registrations() {
		synchronized (this.own) {
			return List.copyOf(this.own.values());
		}
	}

	@Override
	public List<PortRegistration> registrations(String serviceName) {
		List<PortRegistration> exact = named(serviceName);
		return exact.isEmpty() ? named(serviceName.toLowerCase(Locale.ROOT)) : exact;
	}

	private List<PortRegistration> named(String serviceName) {
		return registrations().stream()
			.filter((registration) -> registration.serviceName().equals(serviceName))
			.toList();
	}

	@Override
	public List<PortRegistration> staleRegistrations() {
		return List.of();
	}

	@Override
	public List<PortRegistration> prune() {
		return List.of();
	}

	@Override
	public Watch watch(Consumer<PortRegistryChange> listener) {
		Watch watch = this.teller.watch(listener);
		this.teller.tell();
		return watch;
	}

	@Override
	public void verify() {
		// There is nothing that could be out of reach.
	}

	@Override
	public String location() {
		return "no registry (aidis.port.registry.engine=none)";
	}

	@Override
	public void close() {
		this.teller.close();
	}

	@Override
	public String toString() {
		return "NoPortRegistry" + registrations();
	}

}
