package dev.aidis.port.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.discovery.LookupObserver.Lookup;
import dev.aidis.port.discovery.LookupObserver.Operation;

/**
 * Finds services in a {@link PortRegistry}.
 *
 * @since 0.1.0
 */
public final class RegistryPortDiscovery implements PortDiscovery {

	private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

	private static final Comparator<PortRegistration> READY_FIRST = Comparator
		.comparing((registration) -> registration.status() == Status.STARTING);

	private final PortClusters clusters;

	private final OtherServices others;

	private final Function<String, OptionalInt> defaultPorts;

	private final Consumer<String> lookups;

	private final LookupObserver observer;

	/**
	 * Create a new discovery that finds what is registered and nothing else.
	 * @param registry where to look
	 */
	public RegistryPortDiscovery(PortRegistry registry) {
		this(registry, (name) -> OptionalInt.empty(), (name) -> {
		});
	}

	/**
	 * Create a new discovery.
	 * @param registry where to look
	 * @param defaultPorts the port of a service that is not registered
	 * @param lookups is told the name of each service that is looked up
	 */
	public RegistryPortDiscovery(PortRegistry registry, Function<String, OptionalInt> defaultPorts,
			Consumer<String> lookups) {
		this(PortClusters.of(registry), OtherServices.NONE, defaultPorts, lookups, LookupObserver.NONE);
	}

	/**
	 * Create a new discovery, which somebody observes.
	 * @param clusters where to look
	 * @param others is asked for what is not registered
	 * @param defaultPorts the port of a service that is not registered
	 * @param lookups is told the name of each service that is looked up
	 * @param observer is told of each look-up and how it ends
	 */
	public RegistryPortDiscovery(PortClusters clusters, OtherServices others,
			Function<String, OptionalInt> defaultPorts, Consumer<String> lookups, LookupObserver observer) {
		this.clusters = clusters;
		this.others = others;
		this.defaultPorts = defaultPorts;
		this.lookups = lookups;
		this.observer = observer;
	}

	@Override
	public Optional<PortRegistration> find(String serviceName) {
		return findAll(Operation.FIND, serviceName).stream().findFirst();
	}

	@Override
	public List<PortRegistration> findAll(String serviceName) {
		return findAll(Operation.FIND_ALL, serviceName);
	}

	private List<PortRegistration> findAll(Operation operation, String serviceName) {
		String name = lookUp(serviceName);
		Lookup lookup = this.observer.start(operation, name);
		try {
			List<PortRegistration> found = live(name);
			lookup.end(!found.isEmpty());
			return found;
		}
		catch (RuntimeException ex) {
			lookup.fail(ex);
			throw ex;
		}
	}

	private List<PortRegistration> live(String name) {
		List<PortRegistration> registered = this.clusters.registrations(name);
		return registered.isEmpty() ? this.others.find(name) : registered.stream().sorted(READY_FIRST).toList();
	}

	@Override
	public PortRegistration await(String serviceName, Duration timeout) {
		String name = lookUp(serviceName);
		// Converted so, a duration beyond the range of nanoseconds is a very long one.
		long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
		Lookup lookup = this.observer.start(Operation.AWAIT, name);
		try {
			PortRegistration ready = awaitReady(name, nanos);
			lookup.end(ready != null);
			if (ready != null) {
				return ready;
			}
		}
		catch (RuntimeException ex) {
			lookup.fail(ex);
			throw ex;
		}
		throw notFound(name);
	}

	private @Nullable PortRegistration awaitReady(String name, long nanos) {
		long start = System.nanoTime();
		while (true) {
			for (PortRegistration registration : live(name)) {
				if (registration.status() != Status.STARTING) {
					return registration;
				}
			}
			if (System.nanoTime() - start >= nanos || !pause()) {
				return null;
			}
		}
	}

	private boolean pause() {
		try {
			TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public URI resolve(String serviceName) {
		List<PortRegistration> live = findAll(Operation.RESOLVE, serviceName);
		if (!live.isEmpty()) {
			return live.get(0).uri();
		}
		OptionalInt defaultPort = this.defaultPorts.apply(serviceName.toLowerCase(Locale.ROOT));
		if (defaultPort.isEmpty() || defaultPort.getAsInt() == 0) {
			throw notFound(serviceName);
		}
		return URI.create("http://localhost:" + defaultPort.getAsInt());
	}

	private String lookUp(String serviceName) {
		Assert.hasText(serviceName, "'serviceName' must not be empty");
		this.lookups.accept(serviceName.toLowerCase(Locale.ROOT));
		return serviceName;
	}

	private ServiceNotFoundException notFound(String name) {
		List<String> names = Stream.concat(this.clusters.names().stream(), this.others.names().stream())
			.distinct()
			.toList();
		String elsewhere = this.others.location();
		return new ServiceNotFoundException(name, names,
				this.clusters.location() + (elsewhere.isEmpty() ? "" : " or " + elsewhere));
	}

}
