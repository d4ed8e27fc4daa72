package dev.aidis.port.registry.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;
import dev.aidis.port.registry.RegisteredName;
import dev.aidis.port.registry.RegistryChanges;

/**
 * The registry of an application whose truth is in Spring Cloud's registries. What its
 * discovery clients find is registered; a {@link CloudPublisher} for each registry gives
 * it this application's facts and takes them out again.
 * <p>
 * How soon others see a change is up to the registry: ZooKeeper and Consul answer each
 * look-up, Eureka's clients keep a copy that is 30 seconds old at times. This application
 * sees itself at once, and as it has registered, so at {@code localhost} where others see
 * the name of the machine. The registry removes the dead, so none are hidden, and there
 * is no order among instances.
 *
 * @since 0.1.0
 */
public final class CloudPortRegistry implements PortRegistry, AutoCloseable {

	private static final Log logger = LogFactory.getLog(CloudPortRegistry.class);

	private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

	/**
	 * What has been published is looked after more seldom than what could not be.
	 */
	private static final int CHECKS_PER_LOOK = 15;

	private final String applicationName;

	private final @Nullable ServiceAliases aliases;

	private final Supplier<Stream<DiscoveryClient>> clients;

	private final Supplier<Stream<CloudPublisher>> publishers;

	private final RegistryChanges changes = new RegistryChanges(Duration.ZERO);

	private final Map<String, OwnService> own = new LinkedHashMap<>();

	/**
	 * What could not be taken out for now.
	 */
	private final Set<OwnService> leaving = ConcurrentHashMap.newKeySet();

	private final ScheduledThreadPoolExecutor background;

	private final long intervalNanos;

	private @Nullable Future<?> checking;

	private int checks;

	private volatile boolean readFailed;

	/**
	 * Whether one of the registries did not answer the last question.
	 */
	private volatile boolean incomplete;

	/**
	 * Create a new registry.
	 * @param applicationName the name of this application; what is registered by another
	 * one is another service
	 * @param clients all discovery clients of the application, in their order
	 * @param publishers those of the registries that there are
	 */
	public CloudPortRegistry(String applicationName, Supplier<Stream<DiscoveryClient>> clients,
			Supplier<Stream<CloudPublisher>> publishers) {
		this(applicationName, clients, publishers, CHECK_INTERVAL);
	}

	/**
	 * Create a new registry.
	 * @param applicationName the name of this application; what is registered by another
	 * one is another service
	 * @param clients all discovery clients of the application, in their order
	 * @param publishers those of the registries that there are
	 * @param annotated whether services may be annotated with another name, as Services
	 * of Kubernetes are; a name that is not found is then looked for among them
	 */
	public CloudPortRegistry(String applicationName, Supplier<Stream<DiscoveryClient>> clients,
			Supplier<Stream<CloudPublisher>> publishers, boolean annotated) {
		this(applicationName, clients, publishers, annotated, CHECK_INTERVAL);
	}

	CloudPortRegistry(String applicationName, Supplier<Stream<DiscoveryClient>> clients,
			Supplier<Stream<CloudPublisher>> publishers, Duration interval) {
		this(applicationName, clients, publishers, false, interval);
	}

	private CloudPortRegistry(String applicationName, Supplier<Stream<DiscoveryClient>> clients,
			Supplier<Stream<CloudPublisher>> publishers, boolean annotated, Duration interval) {
		this.aliases = annotated ? new ServiceAliases() : null;
		this.applicationName = applicationName;
		this.clients = clients;
		this.publishers = publishers;
		this.intervalNanos = interval.toNanos();
		this.background = new ScheduledThreadPoolExecutor(1, CloudPortRegistry::newThread);
		this.background.setRemoveOnCancelPolicy(true);
	}

	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "aidis-port-cloud");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public void register(PortRegistration registration) {
		RegisteredName.validate(registration.serviceName(), location());
		OwnService service = want(registration);
		startToCheck();
		try {
			service.publish();
		}
		finally {
			refresh();
		}
	}

	private OwnService want(PortRegistration registration) {
		synchronized (this.own) {
			OwnService present = this.own.get(registration.instanceId());
			if (present == null) {
				boolean application = registration.serviceName().equals(this.applicationName)
						&& this.own.values().stream().noneMatch(OwnService::isApplication);
				present = new OwnService(registration, application, this.publishers);
				this.own.put(registration.instanceId(), present);
			}
			present.want(registration);
			return present;
		}
	}

	@Override
	public void deregister(String instanceId) {
		OwnService service;
		synchronized (this.own) {
			service = this.own.remove(instanceId);
		}
		if (service != null) {
			try {
				service.withdraw();
			}
			catch (RuntimeException ex) {
				this.leaving.add(service);
				throw ex;
			}
			finally {
				refresh();
			}
		}
	}

	private List<OwnService> own() {
		synchronized (this.own) {
			return List.copyOf(this.own.values());
		}
	}

	@Override
	public List<PortRegistration> registrations() {
		Set<String> names = new LinkedHashSet<>(ask(DiscoveryClient::getServices));
		own().forEach((service) -> names.add(service.wanted().serviceName()));
		List<PortRegistration> all = new ArrayList<>();
		names.forEach((name) -> all.addAll(named(name)));
		return List.copyOf(all);
	}

	@Override
	public List<PortRegistration> registrations(String serviceName) {
		List<PortRegistration> exact = named(serviceName);
		String lowerCase = serviceName.toLowerCase(Locale.ROOT);
		return (!exact.isEmpty() || lowerCase.equals(serviceName)) ? exact : named(lowerCase);
	}

	/**
	 * An instance that is in two registries is one.
	 */
	private List<PortRegistration> named(String serviceName) {
		Map<String, PortRegistration> found = new LinkedHashMap<>();
		ask((client) -> instances(client, serviceName)).stream()
			.flatMap((instance) -> ServiceFacts.read(serviceName, instance).stream())
			.forEach((registration) -> found.putIfAbsent(registration.instanceId(), registration));
		for (OwnService service : own()) {
			PortRegistration wanted = service.wanted();
			PortRegistration seen = found.get(wanted.instanceId());
			if (seen != null && OwnService.isSame(seen, wanted)) {
				found.put(wanted.instanceId(),
						seen.with((builder) -> builder.host(wanted.host()).healthEndpoint(wanted.healthEndpoint())));
			}
			else if (seen == null && wanted.serviceName().equals(serviceName) && service.isPublished()) {
				found.put(wanted.instanceId(), wanted);
			}
		}
		return List.copyOf(found.values());
	}

	private List<ServiceInstance> instances(DiscoveryClient client, String serviceName) {
		List<ServiceInstance> found = client.getInstances(serviceName);
		return (this.aliases == null || !found.isEmpty()) ? found : this.aliases.instances(client, serviceName);
	}

	/**
	 * One registry that cannot be reached does not keep others from being asked. With
	 * none that answers there is no truth to tell.
	 */
	private <T> List<T> ask(Function<DiscoveryClient, List<T>> question) {
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
		this.incomplete = !failures.isEmpty();
		if (answered == 0) {
			throw told(unreadable(failures.get(0)));
		}
		if (failures.isEmpty()) {
			this.readFailed = false;
		}
		else {
			told(unreadable(failures.get(0)));
		}
		return answers;
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
		if (!this.readFailed) {
			this.readFailed = true;
			logger.warn(ex.getMessage());
		}
		return ex;
	}

	/**
	 * Spring Cloud's composite asks the others again, and its simple one is always there,
	 * mostly without a service.
	 */
	private List<DiscoveryClient> clients() {
		return this.clients.get()
			.filter((client) -> !(client instanceof CompositeDiscoveryClient)
					&& !(client instanceof SimpleDiscoveryClient simple && simple.getServices().isEmpty()))
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
	public Optional<String> problem(String instanceId) {
		synchronized (this.own) {
			return Optional.ofNullable(this.own.get(instanceId)).flatMap(OwnService::problem);
		}
	}

	@Override
	public Watch watch(Consumer<PortRegistryChange> listener) {
		Runnable end = this.changes.add(listener);
		startToCheck();
		refresh();
		return end::run;
	}

	/**
	 * Look at once whether something has changed: a registry has said so.
	 */
	public void refresh() {
		if (this.changes.isWatched()) {
			try {
				this.background.execute(this::tell);
			}
			catch (RejectedExecutionException ex) {
				// The registry is closed, and nobody is told any more.
			}
		}
	}

	private synchronized void startToCheck() {
		if (this.checking == null && !this.background.isShutdown()) {
			this.checking = this.background.scheduleWithFixedDelay(this::check, this.intervalNanos, this.intervalNanos,
					TimeUnit.NANOSECONDS);
		}
	}

	private void check() {
		boolean look = ++this.checks % CHECKS_PER_LOOK == 0;
		own().forEach((service) -> service.heal(look));
		this.leaving.removeIf(CloudPortRegistry::leaves);
		tell();
	}

	private static boolean leaves(OwnService service) {
		try {
			service.withdraw();
			return true;
		}
		catch (RuntimeException ex) {
			logger.debug("Could not take out service '" + service.wanted().serviceName() + "' for now", ex);
			return false;
		}
	}

	private void tell() {
		if (this.changes.isWatched()) {
			try {
				List<PortRegistration> seen = registrations();
				if (!this.incomplete) {
					this.changes.publish(seen);
				}
			}
			catch (RuntimeException ex) {
				// What cannot be seen has not changed.
				logger.debug("Watchers of " + this + " are told nothing for now", ex);
			}
		}
	}

	@Override
	public void verify() {
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

	@Override
	public String location() {
		List<String> locations = this.publishers.get().map(CloudPublisher::location).toList();
		List<String> all = locations.isEmpty() ? clients().stream().map(DiscoveryClient::description).toList()
				: locations;
		return all.isEmpty() ? "Spring Cloud, which has no registry"
				: all.stream().map(Printable::of).collect(Collectors.joining(", "));
	}

	@Override
	public void close() {
		this.background.shutdownNow();
	}

	@Override
	public String toString() {
		return "CloudPortRegistry[" + location() + "]";
	}

}
