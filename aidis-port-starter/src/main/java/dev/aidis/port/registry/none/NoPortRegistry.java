package dev.aidis.port.registry.none;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.registry.RegisteredName;
import dev.aidis.port.registry.RegistryChanges;

/**
 * A registry that nobody else sees: it holds what this application registers, and nothing
 * of any other. An application still finds itself, and services that Spring Cloud's
 * registries know or that have a default port.
 *
 * @since 0.1.0
 */
public final class NoPortRegistry implements PortRegistry, AutoCloseable {

	private final Map<String, PortRegistration> own = new LinkedHashMap<>();

	private final RegistryChanges changes = new RegistryChanges(Duration.ZERO);

	private final ExecutorService teller = teller();

	private static ExecutorService teller() {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				NoPortRegistry::newThread, new ThreadPoolExecutor.DiscardPolicy());
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "aidis-port-watch");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void register(PortRegistration registration) {
		RegisteredName.validate(registration.serviceName(), location());
		synchronized (this.own) {
			this.own.put(registration.instanceId(), registration);
		}
		tell();
	}

	@Override
	public void deregister(String instanceId) {
		synchronized (this.own) {
			this.own.remove(instanceId);
		}
		tell();
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
		Runnable end = this.changes.add(listener);
		tell();
		return end::run;
	}

	/**
	 * On one thread, so that watchers may change the registry and are told in order.
	 */
	private void tell() {
		if (this.changes.isWatched()) {
			this.teller.execute(() -> this.changes.publish(registrations()));
		}
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
		this.teller.shutdown();
	}

	@Override
	public String toString() {
		return "NoPortRegistry" + registrations();
	}

}
