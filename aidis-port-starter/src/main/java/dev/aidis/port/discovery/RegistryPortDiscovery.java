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

import org.springframework.util.Assert;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ServiceNotFoundException;

/**
 * Finds services in a {@link PortRegistry}.
 *
 * @since 0.1.0
 */
public final class RegistryPortDiscovery implements PortDiscovery {

	private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

	private static final Comparator<PortRegistration> READY_FIRST = Comparator
		.comparing((registration) -> registration.status() == Status.STARTING);

	private final PortRegistry registry;

	private final Function<String, OptionalInt> defaultPorts;

	private final Consumer<String> lookups;

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
		this.registry = registry;
		this.defaultPorts = defaultPorts;
		this.lookups = lookups;
	}

	@Override
	public Optional<PortRegistration> find(String serviceName) {
		return findAll(serviceName).stream().findFirst();
	}

	@Override
	public List<PortRegistration> findAll(String serviceName) {
		String name = lookUp(serviceName);
		return live(name);
	}

	private List<PortRegistration> live(String name) {
		return this.registry.registrations(name).stream().sorted(READY_FIRST).toList();
	}

	@Override
	public PortRegistration await(String serviceName, Duration timeout) {
		String name = lookUp(serviceName);
		// Converted so, a duration beyond the range of nanoseconds is a very long one.
		long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
		long start = System.nanoTime();
		while (true) {
			for (PortRegistration registration : live(name)) {
				if (registration.status() != Status.STARTING) {
					return registration;
				}
			}
			if (System.nanoTime() - start >= nanos || !pause()) {
				throw notFound(name);
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
		String name = lookUp(serviceName);
		List<PortRegistration> live = live(name);
		if (!live.isEmpty()) {
			return live.get(0).uri();
		}
		OptionalInt defaultPort = this.defaultPorts.apply(name.toLowerCase(Locale.ROOT));
		if (defaultPort.isEmpty() || defaultPort.getAsInt() == 0) {
			throw notFound(name);
		}
		return URI.create("http://localhost:" + defaultPort.getAsInt());
	}

	private String lookUp(String serviceName) {
		Assert.hasText(serviceName, "'serviceName' must not be empty");
		this.lookups.accept(serviceName.toLowerCase(Locale.ROOT));
		return serviceName;
	}

	private ServiceNotFoundException notFound(String name) {
		List<String> names = this.registry.registrations()
			.stream()
			.map(PortRegistration::serviceName)
			.distinct()
			.toList();
		return new ServiceNotFoundException(name, names, this.registry.location());
	}

}
