package dev.aidis.port.compose;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.Printable;

/**
 * Registers containers that are labelled, and owns their registrations: they follow what
 * the {@link ContainerSource} tells, and end with this application. Of several
 * applications that do so, one registers a container, and another takes over when that
 * one ends. All of it happens in the background.
 *
 * @since 0.1.0
 */
public final class ContainerImporter implements SmartInitializingSingleton, DisposableBean {

	private static final Log logger = LogFactory.getLog(ContainerImporter.class);

	private static final Comparator<PortRegistration> OLDEST_FIRST = Comparator.comparing(PortRegistration::startedAt)
		.thenComparing(PortRegistration::instanceId);

	private final PortRegistry registry;

	private final ContainerSource source;

	private final Duration interval;

	private final ScheduledThreadPoolExecutor executor;

	/**
	 * What is registered here, by the name of the container.
	 */
	private final Map<String, PortRegistration> own = new LinkedHashMap<>();

	/**
	 * What was last said about a container, or about the source under an empty name.
	 */
	private final Map<String, String> told = new HashMap<>();

	private boolean closed;

	/**
	 * Create a new importer.
	 * @param registry where to register
	 * @param source tells which containers run
	 * @param interval how long to wait between two looks
	 */
	public ContainerImporter(PortRegistry registry, ContainerSource source, Duration interval) {
		this.registry = registry;
		this.source = source;
		this.interval = interval;
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "aidis-port-containers");
			thread.setDaemon(true);
			return thread;
		});
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored")
	public void afterSingletonsInstantiated() {
		this.executor.scheduleWithFixedDelay(this::look, 0, this.interval.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void look() {
		try {
			follow(this.source.containers());
		}
		catch (RuntimeException ex) {
			lose(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Make the registry hold the containers that run and are labelled, and no others.
	 */
	private synchronized void follow(List<Container> containers) {
		this.told.keySet().retainAll(containers.stream().map(Container::name).toList());
		Map<String, PortRegistration> wanted = new LinkedHashMap<>();
		for (Container container : containers) {
			if (ContainerLabels.isLabelled(container)) {
				try {
					wanted.put(container.name(), ContainerLabels.describe(container));
				}
				catch (IllegalArgumentException ex) {
					tell(container.name(), ex.getMessage());
				}
			}
		}
		List.copyOf(this.own.keySet()).stream().filter((name) -> !wanted.containsKey(name)).forEach(this::withdraw);
		wanted.forEach(this::keep);
	}

	/**
	 * Containers may have stopped unnoticed.
	 */
	private synchronized void lose(String reason) {
		if (this.closed) {
			return;
		}
		tell("", reason);
		List.copyOf(this.own.entrySet())
			.forEach((entry) -> keep(entry.getKey(),
					entry.getValue().with((builder) -> builder.status(Status.UNKNOWN))));
	}

	private void keep(String container, PortRegistration described) {
		if (this.closed) {
			return;
		}
		PortRegistration previous = this.own.get(container);
		if (previous != null && !previous.serviceName().equals(described.serviceName())) {
			withdraw(container);
			previous = null;
		}
		PortRegistration wanted = (previous != null) ? withIdentity(described, previous) : described;
		if (isElsewhere(wanted)) {
			withdraw(container);
		}
		else if (!wanted.equals(previous)) {
			register(container, wanted);
			// Another application may have looked at the same moment.
			if (isElsewhere(wanted)) {
				withdraw(container);
			}
		}
	}

	private static PortRegistration withIdentity(PortRegistration described, PortRegistration previous) {
		return described.with((builder) -> builder.instanceId(previous.instanceId()).startedAt(previous.startedAt()));
	}

	/**
	 * Tell whether the service is registered already, by itself or by an application that
	 * was first.
	 */
	private boolean isElsewhere(PortRegistration wanted) {
		try {
			return this.registry.registrations(wanted.serviceName())
				.stream()
				.filter((other) -> !other.instanceId().equals(wanted.instanceId()))
				.filter((other) -> other.port() == wanted.port() && other.host().equals(wanted.host()))
				.anyMatch((other) -> !other.metadata().containsKey(ContainerLabels.CONTAINER)
						|| OLDEST_FIRST.compare(other, wanted) < 0);
		}
		catch (RuntimeException ex) {
			// What stands in the way is told by who registers.
			return false;
		}
	}

	private void register(String container, PortRegistration wanted) {
		boolean known = this.own.put(container, wanted) != null;
		try {
			this.registry.register(wanted);
			tell(container, null);
			if (!known) {
				logger.info("Container '" + Printable.of(container) + "' is registered as '" + wanted.serviceName()
						+ "' at " + wanted.uri() + " in " + this.registry.location());
			}
		}
		catch (DuplicateServiceException ex) {
			// The registry does not try it again, so the next look does.
			this.own.remove(container);
			tell(container, ex.getMessage());
		}
		catch (RuntimeException ex) {
			tell(container, ex.getMessage());
		}
	}

	private void withdraw(String container) {
		PortRegistration registered = this.own.remove(container);
		if (registered == null) {
			return;
		}
		try {
			this.registry.deregister(registered.instanceId());
			if (!this.told.containsKey(container)) {
				logger.info("Removed container '" + Printable.of(container) + "', registered as '"
						+ registered.serviceName() + "', from " + this.registry.location());
			}
		}
		catch (RuntimeException ex) {
			tell(container, ex.getMessage());
		}
	}

	private void tell(String container, @Nullable String problem) {
		if (problem == null) {
			this.told.remove(container);
		}
		else if (!problem.equals(this.told.put(container, problem))) {
			logger.warn(container.isEmpty() ? problem
					: "Container '" + Printable.of(container) + "' is not registered: " + problem);
		}
	}

	@Override
	public synchronized void destroy() {
		this.closed = true;
		this.executor.shutdown();
		List.copyOf(this.own.keySet()).forEach(this::withdraw);
	}

}
