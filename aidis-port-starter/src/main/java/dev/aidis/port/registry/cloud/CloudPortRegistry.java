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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
import dev.aidis.port.registry.ChangeTeller;
import dev.aidis.port.registry.Daemons;
import dev.aidis.port.registry.RegisteredName;
import dev.aidis.port.registry.cloud.CloudReader.Answer;

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

	private final CloudReader reader;

	private final Supplier<Stream<CloudPublisher>> publishers;

	private final AskingPace pace;

	private final ChangeTeller teller;

	/**
	 * Whether a look is awaited since a registry said that something has changed.
	 */
	private final AtomicBoolean changed = new AtomicBoolean();

	private final Map<String, OwnService> own = new LinkedHashMap<>();

	/**
	 * What could not be taken out for now.
	 */
	private final Set<OwnService> leaving = ConcurrentHashMap.newKeySet();

	private final ScheduledThreadPoolExecutor background;

	private final long intervalNanos;

	private @Nullable Future<?> checking;

	private int checks;

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
		this(applicationName, clients, publishers, annotated, CHECK_INTERVAL, System::nanoTime);
	}

	CloudPortRegistry(String applicationName, Supplier<Stream<DiscoveryClient>> clients,
			Supplier<Stream<CloudPublisher>> publishers, Duration interval) {
		this(applicationName, clients, publishers, false, interval, System::nanoTime);
	}

	CloudPortRegistry(String applicationName, Supplier<Stream<DiscoveryClient>> clients,
			Supplier<Stream<CloudPublisher>> publishers, boolean annotated, Duration interval, LongSupplier clock) {
		this.applicationName = applicationName;
		this.reader = new CloudReader(clients, publishers, new ServiceAliases(annotated));
		this.publishers = publishers;
		this.pace = new AskingPace(clock);
		this.teller = new ChangeTeller(() -> this.pace.ask(this::completelySeen));
		this.intervalNanos = interval.toNanos();
		this.background = new ScheduledThreadPoolExecutor(1, (task) -> Daemons.thread(task, "aidis-port-cloud"));
		this.background.setRemoveOnCancelPolicy(true);
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
		// Else it would be taken out after all, as soon as that can be done.
		this.leaving.removeIf((service) -> service.wanted().instanceId().equals(registration.instanceId()));
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

	/**
	 * Tell whether a discovery client reads a registry: Spring Cloud's composite asks the
	 * others again, and its simple one is always there, mostly without a service.
	 * @param client the client
	 * @return whether it does
	 */
	public static boolean isRegistry(DiscoveryClient client) {
		return !(client instanceof CompositeDiscoveryClient)
				&& !(client instanceof SimpleDiscoveryClient simple && simple.getServices().isEmpty());
	}

	@Override
	public List<PortRegistration> registrations() {
		return seen().all();
	}

	/**
	 * Return what there is, if no registry is left out.
	 */
	private @Nullable List<PortRegistration> completelySeen() {
		Answer<PortRegistration> seen = seen();
		return seen.complete() ? seen.all() : null;
	}

	private Answer<PortRegistration> seen() {
		Answer<String> services = this.reader.services();
		Set<String> names = new LinkedHashSet<>(services.all());
		own().forEach((service) -> names.add(service.wanted().serviceName()));
		List<PortRegistration> all = new ArrayList<>();
		boolean complete = services.complete();
		for (String name : names) {
			Answer<PortRegistration> named = named(name);
			all.addAll(named.all());
			complete &= named.complete();
		}
		return new Answer<>(List.copyOf(all), complete);
	}

	@Override
	public List<PortRegistration> registrations(String serviceName) {
		List<PortRegistration> exact = named(serviceName).all();
		String lowerCase = serviceName.toLowerCase(Locale.ROOT);
		return (!exact.isEmpty() || lowerCase.equals(serviceName)) ? exact : named(lowerCase).all();
	}

	/**
	 * An instance that is in two registries is one.
	 */
	private Answer<PortRegistration> named(String serviceName) {
		Answer<ServiceInstance> instances = this.reader.instances(serviceName);
		Map<String, PortRegistration> found = new LinkedHashMap<>();
		instances.all()
			.stream()
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
		return new Answer<>(List.copyOf(found.values()), instances.complete());
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
		Watch watch = this.teller.watch(listener);
		startToCheck();
		refresh();
		return watch;
	}

	/**
	 * A registry has said that something has changed, as some do each second: look soon,
	 * though not all the time.
	 */
	public void changed() {
		if (this.changed.compareAndSet(false, true)) {
			try {
				Future<?> unused = this.background.schedule(() -> {
					this.changed.set(false);
					refresh();
				}, this.pace.rest(), TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("Nobody looks for changes any more", ex);
			}
		}
	}

	private void refresh() {
		this.teller.tell();
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
		if (this.pace.rest() <= 0) {
			refresh();
		}
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

	@Override
	public void verify() {
		this.reader.verify();
	}

	@Override
	public String location() {
		return this.reader.location();
	}

	@Override
	public void close() {
		this.background.shutdownNow();
		this.teller.close();
	}

	@Override
	public String toString() {
		return "CloudPortRegistry[" + location() + "]";
	}

}
