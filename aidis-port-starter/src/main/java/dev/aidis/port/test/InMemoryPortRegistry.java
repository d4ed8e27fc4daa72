package dev.aidis.port.test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.discovery.RegistryPortDiscovery;
import dev.aidis.port.registry.RegisteredName;
import dev.aidis.port.registry.file.OnDuplicate;

/**
 * A registry without a file, for tests without Spring. It follows the rules of the
 * registry file: names, order, replicas, duplicates. All who use one object use one
 * registry, and a {@link RegistryPortDiscovery} finds what is in it.
 * <p>
 * Watchers are told by the thread that changes something, before the change returns,
 * unless another thread is just telling them.
 *
 * @since 0.1.0
 */
public final class InMemoryPortRegistry implements PortRegistry {

	private static final Log logger = LogFactory.getLog(InMemoryPortRegistry.class);

	private final OnDuplicate onDuplicate;

	/**
	 * What should be registered, by instance id.
	 */
	private final Map<String, Instance> wanted = new LinkedHashMap<>();

	/**
	 * What is registered, by the keys that the file would have.
	 */
	private final Map<String, Instance> entries = new LinkedHashMap<>();

	private final List<PortRegistration> dead = new ArrayList<>();

	private final List<Watcher> watchers = new ArrayList<>();

	private final Queue<Runnable> untold = new ArrayDeque<>();

	private boolean telling;

	/**
	 * Create an empty registry that keeps all instances of a name.
	 */
	public InMemoryPortRegistry() {
		this(OnDuplicate.REPLICATE);
	}

	/**
	 * Create an empty registry.
	 * @param onDuplicate what happens when a name is registered a second time
	 */
	public InMemoryPortRegistry(OnDuplicate onDuplicate) {
		this.onDuplicate = onDuplicate;
	}

	/**
	 * Register a service that is ready.
	 * @param serviceName the name of the service
	 * @param port the port it listens on, 1 to 65535
	 * @return what is registered
	 */
	public PortRegistration register(String serviceName, int port) {
		PortRegistration registration = PortRegistration.builder(serviceName, port).status(Status.UP).build();
		register(registration);
		return registration;
	}

	@Override
	public void register(PortRegistration registration) {
		RegisteredName.validate(registration.serviceName(), location());
		change(() -> {
			Instance known = this.wanted.get(registration.instanceId());
			Set<String> replaces = (known != null) ? known.replaces() : replaced(registration.serviceName());
			Instance instance = new Instance(registration, replaces);
			this.wanted.put(registration.instanceId(), instance);
			this.entries.replaceAll((key, entry) -> entry.id().equals(instance.id()) ? instance : entry);
			this.dead.clear();
		});
	}

	private Set<String> replaced(String serviceName) {
		List<Instance> others = this.entries.values().stream().filter((entry) -> entry.hasName(serviceName)).toList();
		if (this.onDuplicate == OnDuplicate.FAIL && !others.isEmpty()) {
			throw new DuplicateServiceException(others.get(0).registration(), location());
		}
		Set<String> replaced = new HashSet<>();
		if (this.onDuplicate == OnDuplicate.REPLACE) {
			others.forEach((other) -> {
				replaced.add(other.id());
				replaced.addAll(other.replaces());
			});
		}
		return replaced;
	}

	@Override
	public void deregister(String instanceId) {
		change(() -> {
			this.wanted.remove(instanceId);
			this.dead.clear();
		});
	}

	/**
	 * Let an instance be as if its process had ended without deregistering it: it is
	 * stale until somebody prunes, registers or deregisters something.
	 * @param instanceId the instance id; an unknown one does nothing
	 */
	public void crash(String instanceId) {
		change(() -> {
			Instance crashed = this.wanted.remove(instanceId);
			if (crashed != null) {
				this.dead.add(crashed.registration());
			}
		});
	}

	/**
	 * Change what is wanted, let the entries follow and tell the watchers.
	 */
	private void change(Runnable change) {
		synchronized (this) {
			List<PortRegistration> before = registrations();
			change.run();
			settle();
			List<PortRegistration> after = registrations();
			this.watchers.forEach((watcher) -> announce(watcher, before, after));
		}
		tell();
	}

	private void settle() {
		List.copyOf(this.entries.entrySet())
			.stream()
			.filter((entry) -> !isWanted(entry.getValue()))
			.forEach((entry) -> remove(entry.getKey(), entry.getValue().registration().serviceName()));
		this.wanted.values()
			.stream()
			.filter((instance) -> isWanted(instance) && !this.entries.containsValue(instance))
			.forEach((instance) -> this.entries.put(freeKey(instance.registration().serviceName()), instance));
	}

	private boolean isWanted(Instance instance) {
		return instance.equals(this.wanted.get(instance.id()))
				&& this.wanted.values().stream().noneMatch((other) -> other.replaces(instance));
	}

	private String freeKey(String serviceName) {
		String key = serviceName;
		for (int number = 2; this.entries.containsKey(key); number++) {
			key = serviceName + "#" + number;
		}
		return key;
	}

	/**
	 * Remove an entry, and let the lowest replica have the plain name if that is free.
	 */
	private void remove(String key, String serviceName) {
		this.entries.remove(key);
		if (this.entries.containsKey(serviceName)) {
			return;
		}
		this.entries.keySet()
			.stream()
			.filter((candidate) -> candidate.startsWith(serviceName + "#"))
			.min(Comparator.comparingInt((replica) -> Integer.parseInt(replica.substring(serviceName.length() + 1))))
			.ifPresent((lowest) -> {
				Map<String, Instance> renamed = new LinkedHashMap<>();
				this.entries.forEach((other, entry) -> renamed.put(other.equals(lowest) ? serviceName : other, entry));
				this.entries.clear();
				this.entries.putAll(renamed);
			});
	}

	@Override
	public synchronized List<PortRegistration> registrations() {
		return this.entries.values().stream().map(Instance::registration).toList();
	}

	@Override
	public synchronized List<PortRegistration> registrations(String serviceName) {
		List<PortRegistration> exact = named(serviceName);
		return exact.isEmpty() ? named(serviceName.toLowerCase(Locale.ROOT)) : exact;
	}

	private List<PortRegistration> named(String serviceName) {
		return registrations().stream()
			.filter((registration) -> registration.serviceName().equals(serviceName))
			.toList();
	}

	@Override
	public synchronized List<PortRegistration> staleRegistrations() {
		return List.copyOf(this.dead);
	}

	@Override
	public synchronized List<PortRegistration> prune() {
		List<PortRegistration> pruned = List.copyOf(this.dead);
		this.dead.clear();
		return pruned;
	}

	@Override
	public synchronized Optional<String> problem(String instanceId) {
		Instance instance = this.wanted.get(instanceId);
		if (instance == null) {
			return Optional.empty();
		}
		return this.wanted.values()
			.stream()
			.filter((other) -> other.replaces(instance))
			.findFirst()
			.map((successor) -> "the instance at " + successor.registration().uri() + " took its place");
	}

	@Override
	public Watch watch(Consumer<PortRegistryChange> listener) {
		Watcher watcher = new Watcher(listener);
		synchronized (this) {
			this.watchers.add(watcher);
			announce(watcher, List.of(), registrations());
		}
		tell();
		return () -> {
			watcher.closed = true;
			synchronized (this) {
				this.watchers.remove(watcher);
			}
		};
	}

	private void announce(Watcher watcher, List<PortRegistration> before, List<PortRegistration> after) {
		Map<String, PortRegistration> gone = new LinkedHashMap<>();
		before.forEach((registration) -> gone.put(registration.instanceId(), registration));
		for (PortRegistration registration : after) {
			PortRegistration previous = gone.remove(registration.instanceId());
			if (previous == null) {
				this.untold.add(() -> watcher.tell(new PortRegistryChange.Registered(registration)));
			}
			else if (!previous.equals(registration)) {
				this.untold.add(() -> watcher.tell(new PortRegistryChange.Changed(previous, registration)));
			}
		}
		gone.values()
			.forEach((registration) -> this.untold
				.add(() -> watcher.tell(new PortRegistryChange.Deregistered(registration))));
	}

	/**
	 * Tell watchers what they have not been told yet, outside of the monitor: they may
	 * change the registry themselves.
	 */
	private void tell() {
		synchronized (this) {
			if (this.telling) {
				return;
			}
			this.telling = true;
		}
		for (Runnable next = nextUntold(); next != null; next = nextUntold()) {
			next.run();
		}
	}

	private synchronized @Nullable Runnable nextUntold() {
		Runnable next = this.untold.poll();
		this.telling = next != null;
		return next;
	}

	@Override
	public void verify() {
		// There is nothing that could be broken.
	}

	@Override
	public String location() {
		return "the memory of this test";
	}

	@Override
	public String toString() {
		return "InMemoryPortRegistry" + registrations();
	}

	private record Instance(PortRegistration registration, Set<String> replaces) {

		String id() {
			return this.registration.instanceId();
		}

		boolean hasName(String serviceName) {
			return this.registration.serviceName().equals(serviceName);
		}

		boolean replaces(Instance other) {
			return hasName(other.registration.serviceName()) && this.replaces.contains(other.id());
		}

	}

	private static final class Watcher {

		private final Consumer<PortRegistryChange> listener;

		private volatile boolean closed;

		Watcher(Consumer<PortRegistryChange> listener) {
			this.listener = listener;
		}

		void tell(PortRegistryChange change) {
			try {
				if (!this.closed) {
					this.listener.accept(change);
				}
			}
			catch (Throwable ex) {
				logger.warn("A watcher of the port registry failed on " + change, ex);
			}
		}

	}

}
