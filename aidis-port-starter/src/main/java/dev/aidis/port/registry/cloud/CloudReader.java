package dev.aidis.port.registry.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;

/**
 * Asks Spring Cloud's registries what is in them. One that cannot be reached does not
 * keep others from being asked, and is told of once, until all answer again.
 */
final class CloudReader {

	private static final Log logger = LogFactory.getLog(CloudReader.class);

	private final Supplier<Stream<DiscoveryClient>> clients;

	private final Supplier<Stream<CloudPublisher>> publishers;

	private final ServiceAliases aliases;

	private volatile boolean failed;

	/**
	 * Create a new reader.
	 * @param clients all discovery clients of the application, in their order
	 * @param publishers those of the registries that there are
	 * @param aliases finds the instances of a service
	 */
	CloudReader(Supplier<Stream<DiscoveryClient>> clients, Supplier<Stream<CloudPublisher>> publishers,
			ServiceAliases aliases) {
		this.clients = clients;
		this.publishers = publishers;
		this.aliases = aliases;
	}

	Answer<String> services() {
		return ask(DiscoveryClient::getServices);
	}

	Answer<ServiceInstance> instances(String serviceName) {
		return ask((client) -> this.aliases.instances(client, serviceName));
	}

	/**
	 * Ask every registry.
	 * @throws PortRegistryException if none answers, so that there is no truth to tell
	 */
	private <T> Answer<T> ask(Function<DiscoveryClient, List<T>> question) {
		List<DiscoveryClient> asked = clients();
		if (asked.isEmpty()) {
			throw new PortRegistryException("There is no registry of Spring Cloud to look in. "
					+ "Add one, such as spring-cloud-starter-netflix-eureka-client, or set "
					+ "aidis.port.registry.engine to file", null);
		}
		List<T> answers = new ArrayList<>();
		List<RuntimeException> failures = new ArrayList<>();
		List<CloudPublisher> unconnected = unconnected(failures);
		int answered = 0;
		for (DiscoveryClient client : asked) {
			if (unconnected.stream().anyMatch((publisher) -> publisher.isReadBy(client))) {
				continue;
			}
			try {
				List<T> answer = question.apply(client);
				answers.addAll((answer != null) ? answer : List.of());
				answered++;
			}
			catch (RuntimeException ex) {
				failures.add(ex);
			}
		}
		if (answered == 0) {
			throw told(unreadable(failures.get(0)));
		}
		if (failures.isEmpty()) {
			this.failed = false;
		}
		else {
			told(unreadable(failures.get(0)));
		}
		return new Answer<>(answers, failures.isEmpty());
	}

	/**
	 * Who reads a registry that is not connected would wait for it.
	 */
	private List<CloudPublisher> unconnected(List<RuntimeException> failures) {
		List<CloudPublisher> unconnected = new ArrayList<>();
		this.publishers.get().forEach((publisher) -> {
			try {
				publisher.checkConnection();
			}
			catch (PortRegistryException ex) {
				failures.add(ex);
				unconnected.add(publisher);
			}
		});
		return unconnected;
	}

	private PortRegistryException unreadable(RuntimeException cause) {
		return (cause instanceof PortRegistryException known) ? known
				: new PortRegistryException(location() + " cannot be read for now: " + OwnService.reason(cause), cause);
	}

	/**
	 * Callers who look up often are not the ones to tell it again and again.
	 */
	private PortRegistryException told(PortRegistryException ex) {
		if (!this.failed) {
			this.failed = true;
			logger.warn(ex.getMessage());
		}
		return ex;
	}

	private List<DiscoveryClient> clients() {
		return this.clients.get().filter(CloudPortRegistry::isRegistry).toList();
	}

	/**
	 * Check that every registry answers.
	 * @throws PortRegistryException if one does not
	 */
	void verify() {
		List<DiscoveryClient> asked = clients();
		ask((client) -> List.of());
		this.publishers.get().forEach(CloudPublisher::verify);
		for (DiscoveryClient client : asked) {
			try {
				client.probe();
			}
			catch (RuntimeException ex) {
				throw unreadable(ex);
			}
		}
	}

	String location() {
		List<String> locations = this.publishers.get().map(CloudPublisher::location).toList();
		List<String> all = locations.isEmpty() ? clients().stream().map(DiscoveryClient::description).toList()
				: locations;
		return all.isEmpty() ? "Spring Cloud, which has no registry"
				: all.stream().map(Printable::of).collect(Collectors.joining(", "));
	}

	/**
	 * What was answered.
	 *
	 * @param <T> what was asked for
	 * @param all the answers of those that answered
	 * @param complete whether all did
	 */
	record Answer<T>(List<T> all, boolean complete) {

	}

}
