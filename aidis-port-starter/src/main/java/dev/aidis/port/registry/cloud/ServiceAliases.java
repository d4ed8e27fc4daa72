package dev.aidis.port.discovery.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

import dev.aidis.port.registry.cloud.ServiceFacts;

/**
 * The names that services are annotated with. Finding them means asking for every
 * service, so what was found is believed for a while.
 */
final class ServiceAliases {

	private static final Duration BELIEVED = Duration.ofSeconds(10);

	private final LongSupplier clock;

	private final Map<DiscoveryClient, Known> known = new ConcurrentHashMap<>();

	ServiceAliases() {
		this(System::nanoTime);
	}

	ServiceAliases(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * Return the services that are annotated with a name.
	 * @param client whom they are known to
	 * @param alias the name
	 * @param services tells the names of all services
	 * @param instances tells the instances of one of them
	 */
	List<String> services(DiscoveryClient client, String alias, Supplier<List<String>> services,
			Function<String, List<ServiceInstance>> instances) {
		long now = this.clock.getAsLong();
		Known present = this.known.get(client);
		if (present == null || now - present.since() >= BELIEVED.toNanos()) {
			present = new Known(now, ask(services.get(), instances));
			this.known.put(client, present);
		}
		return present.services().getOrDefault(alias, List.of());
	}

	private static Map<String, List<String>> ask(List<String> services,
			Function<String, List<ServiceInstance>> instances) {
		Map<String, List<String>> found = new HashMap<>();
		for (String service : services) {
			instances.apply(service)
				.stream()
				.flatMap((instance) -> Stream.ofNullable(ServiceFacts.alias(instance)))
				.distinct()
				.filter((alias) -> !alias.equals(service))
				.forEach((alias) -> found.computeIfAbsent(alias, (unused) -> new ArrayList<>()).add(service));
		}
		return found;
	}

	private record Known(long since, Map<String, List<String>> services) {

	}

}
