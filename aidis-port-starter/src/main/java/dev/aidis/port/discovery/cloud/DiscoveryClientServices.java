package dev.aidis.port.discovery.cloud;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.cloud.client.discovery.DiscoveryClient;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.discovery.OtherServices;
import dev.aidis.port.registry.cloud.CloudPortRegistry;
import dev.aidis.port.registry.cloud.ServiceAliases;
import dev.aidis.port.registry.cloud.ServiceFacts;

/**
 * The services that Spring Cloud's other registries know.
 *
 * @since 0.1.0
 */
public final class DiscoveryClientServices implements OtherServices {

	private static final Log logger = LogFactory.getLog(DiscoveryClientServices.class);

	private final Supplier<Stream<DiscoveryClient>> clients;

	private final ServiceAliases aliases;

	private final Set<String> silent = ConcurrentHashMap.newKeySet();

	/**
	 * Create a new instance.
	 * @param clients all discovery clients of the application, in their order
	 */
	public DiscoveryClientServices(Supplier<Stream<DiscoveryClient>> clients) {
		this(clients, false);
	}

	/**
	 * Create a new instance.
	 * @param clients all discovery clients of the application, in their order
	 * @param annotated whether services may be annotated with another name, as Services
	 * of Kubernetes are; a name that is not found is then looked for among them
	 */
	public DiscoveryClientServices(Supplier<Stream<DiscoveryClient>> clients, boolean annotated) {
		this.clients = clients;
		this.aliases = new ServiceAliases(annotated);
	}

	private Stream<DiscoveryClient> others() {
		return this.clients.get().filter(DiscoveryClientServices::isOther);
	}

	/**
	 * Ours reads the registry.
	 */
	private static boolean isOther(DiscoveryClient client) {
		return !(client instanceof PortDiscoveryClient) && CloudPortRegistry.isRegistry(client);
	}

	@Override
	public List<PortRegistration> find(String serviceName) {
		return others()
			.map((client) -> ask(client, () -> this.aliases.instances(client, serviceName)).stream()
				.flatMap((instance) -> ServiceFacts.read(serviceName, instance).stream())
				.toList())
			.filter((found) -> !found.isEmpty())
			.findFirst()
			.orElse(List.of());
	}

	@Override
	public Set<String> names() {
		Set<String> names = new LinkedHashSet<>();
		others().forEach((client) -> names.addAll(ask(client, client::getServices)));
		return names;
	}

	/**
	 * One registry that cannot be reached does not keep others from being asked. It is
	 * told once, until it answers again.
	 */
	private <T> List<T> ask(DiscoveryClient client, Supplier<List<T>> question) {
		try {
			List<T> answer = question.get();
			this.silent.remove(client.description());
			return answer;
		}
		catch (RuntimeException ex) {
			if (this.silent.add(client.description())) {
				logger.warn("Services are not found in '" + Printable.of(client.description())
						+ "' for now, since it does not answer: " + Printable.of(String.valueOf(ex.getMessage())));
			}
			return List.of();
		}
	}

	@Override
	public String location() {
		return String.join(", ", others().map(DiscoveryClient::description).toList());
	}

}
