package dev.aidis.port.registry.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * Finds the instances of a service by its name, and where services may be annotated with
 * another name, as Services of Kubernetes are, by that. Finding them means asking for
 * every service, so what was found is believed for a while, and longer while the registry
 * does not answer.
 *
 * @since 0.1.0
 */
public final class ServiceAliases {

	private static final Log logger = LogFactory.getLog(ServiceAliases.class);

	private static final Duration BELIEVED = Duration.ofSeconds(10);

	private final boolean annotated;

	private final LongSupplier clock;

	private final Map<DiscoveryClient, Known> known = new ConcurrentHashMap<>();

	/**
	 * Create a new instance, which knows nothing yet.
	 * @param annotated whether services may be annotated with another name
	 */
	public ServiceAliases(boolean annotated) {
		this(annotated, System::nanoTime);
	}

	ServiceAliases(boolean annotated, LongSupplier clock) {
		this.annotated = annotated;
		this.clock = clock;
	}

	/**
	 * Return the instances of the service of a name, else of those that are annotated
	 * with it.
	 * @param client whom they are known to
	 * @param name the name
	 * @return the instances, none if there is no such service
	 * @throws RuntimeException if the client cannot answer
	 */
	public List<ServiceInstance> instances(DiscoveryClient client, String name) {
		List<ServiceInstance> found = client.getInstances(name);
		return (this.annotated && found.isEmpty()) ? annotated(client, name) : found;
	}

	private List<ServiceInstance> annotated(DiscoveryClient client, String alias) {
		Known present = this.known.get(client);
		if (present == null || !isFresh(present)) {
			present = refresh(client);
		}
		return present.services()
			.getOrDefault(alias, List.of())
			.stream()
			.flatMap((service) -> client.getInstances(service).stream())
			.toList();
	}

	private boolean isFresh(Known present) {
		return this.clock.getAsLong() - present.since() < BELIEVED.toNanos();
	}

	/**
	 * One thread asks, and the others wait for what it learns.
	 */
	private synchronized Known refresh(DiscoveryClient client) {
		Known before = this.known.get(client);
		if (before != null && isFresh(before)) {
			return before;
		}
		Known after = new Known(this.clock.getAsLong(), ask(client, before));
		this.known.put(client, after);
		return after;
	}

	private static Map<String, List<String>> ask(DiscoveryClient client, @Nullable Known before) {
		try {
			return ask(client);
		}
		catch (RuntimeException ex) {
			if (before == null) {
				throw ex;
			}
			logger.debug("The names that services are annotated with are not known anew", ex);
			return before.services();
		}
	}

	private static Map<String, List<String>> ask(DiscoveryClient client) {
		Map<String, List<String>> found = new HashMap<>();
		for (String service : client.getServices()) {
			client.getInstances(service)
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
