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
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.discovery.BelievedAnswers.Answer;
import dev.aidis.port.discovery.BelievedAnswers.Look;
import dev.aidis.port.discovery.LookupObserver.Lookup;
import dev.aidis.port.discovery.LookupObserver.Operation;
import dev.aidis.port.discovery.PortClusters.Found;

/**
 * Finds services in a {@link PortRegistry}.
 *
 * @since 0.1.0
 */
public final class RegistryPortDiscovery implements PortDiscovery {

	private static final String NAME_IS_EMPTY = "'serviceName' must not be empty";

	private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

	private static final Comparator<PortRegistration> READY_FIRST = Comparator
		.comparing((registration) -> registration.status() == Status.STARTING);

	private final PortClusters clusters;

	private final OtherServices others;

	private final Function<String, OptionalInt> defaultPorts;

	private final Consumer<String> lookups;

	private final LookupObserver observer;

	/**
	 * Is there only where answers are believed for a while.
	 */
	private final @Nullable BelievedAnswers believed;

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
		this(clusters, others, defaultPorts, lookups, observer, Duration.ZERO);
	}

	/**
	 * Create a new discovery, which may believe an answer for a while. Neither
	 * {@code lookups} nor {@code observer} is told of a look-up that is answered with
	 * what is believed: they were when it was found.
	 * @param clusters where to look
	 * @param others is asked for what is not registered
	 * @param defaultPorts the port of a service that is not registered
	 * @param lookups is told the name of each service that is looked up
	 * @param observer is told of each look-up and how it ends
	 * @param trustFor how long {@link #find} and {@link #resolve} believe that an
	 * instance which was ready is where it was; zero if they look each time
	 */
	public RegistryPortDiscovery(PortClusters clusters, OtherServices others,
			Function<String, OptionalInt> defaultPorts, Consumer<String> lookups, LookupObserver observer,
			Duration trustFor) {
		this(clusters, others, defaultPorts, lookups, observer, trustFor, System::nanoTime);
	}

	RegistryPortDiscovery(PortClusters clusters, OtherServices others, Function<String, OptionalInt> defaultPorts,
			Consumer<String> lookups, LookupObserver observer, Duration trustFor, LongSupplier clock) {
		this.clusters = clusters;
		this.others = others;
		this.defaultPorts = defaultPorts;
		this.lookups = lookups;
		this.observer = observer;
		this.believed = trustFor.isZero() ? null : new BelievedAnswers(clusters, trustFor, clock);
	}

	@Override
	public Optional<PortRegistration> find(String serviceName) {
		Answer answer = believed(serviceName);
		if (answer != null) {
			return answer.registration();
		}
		List<PortRegistration> found = findAll(Operation.FIND, serviceName);
		return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
	}

	@Override
	public List<PortRegistration> findAll(String serviceName) {
		return findAll(Operation.FIND_ALL, serviceName);
	}

	private @Nullable Answer believed(String serviceName) {
		Assert.hasText(serviceName, NAME_IS_EMPTY);
		return (this.believed != null) ? this.believed.find(serviceName) : null;
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
		Look look = (this.believed != null) ? this.believed.look() : null;
		Found found = this.clusters.find(name);
		List<PortRegistration> registered = found.registrations();
		if (registered.isEmpty()) {
			return this.others.find(name);
		}
		List<PortRegistration> readyFirst = (registered.size() == 1) ? registered
				: registered.stream().sorted(READY_FIRST).toList();
		if (look != null && found.best()) {
			look.found(name, readyFirst.get(0));
		}
		return readyFirst;
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
		Answer answer = believed(serviceName);
		if (answer != null) {
			return answer.uri();
		}
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

	@Override
	public void doubt(String serviceName) {
		if (this.believed != null) {
			this.believed.forget(serviceName);
		}
	}

	private String lookUp(String serviceName) {
		Assert.hasText(serviceName, NAME_IS_EMPTY);
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
