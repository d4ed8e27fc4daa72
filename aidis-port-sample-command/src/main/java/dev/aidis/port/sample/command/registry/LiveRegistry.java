package dev.aidis.port.sample.command.registry;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.registry.ClusterProperties;
import dev.aidis.port.sample.command.DaemonThreads;

/**
 * The registry as it is now, kept in memory by a thread of its own, which alone reads it:
 * whoever asks gets what is known, at once, and nobody who asks causes a write.
 *
 * @since 0.1.0
 */
@Component
@EnableConfigurationProperties(MonitorProperties.class)
public class LiveRegistry implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(LiveRegistry.class);

	/**
	 * How often to see whether the file has changed, which costs one system call. It is
	 * to be shorter than a service takes to end after it has removed its entry.
	 */
	private static final long GLANCE_MILLIS = 50;

	private static final Comparator<Instance> BY_NAME = Comparator.comparing(Instance::service)
		.thenComparing(Instance::cluster)
		.thenComparing((Instance instance) -> !instance.state().isLive())
		.thenComparingInt(Instance::replica)
		.thenComparing(Instance::key);

	private final ClusteredRegistry registry;

	private final MonitorProperties properties;

	private final RegistryModel model;

	private final List<Consumer<RegistryUpdate>> listeners = new CopyOnWriteArrayList<>();

	private final Queue<PortRegistryChange> changes = new ConcurrentLinkedQueue<>();

	private final LookPace pace;

	private volatile @Nullable String problem;

	private volatile @Nullable Instant readAt;

	private volatile @Nullable ScheduledThreadPoolExecutor executor;

	private @Nullable Runnable watch;

	LiveRegistry(PortRegistry registry, ObjectProvider<PortClusters> clusters, ObjectProvider<ClusterProperties> own,
			MonitorProperties properties) {
		this.registry = new ClusteredRegistry(registry, own.getIfAvailable(ClusterProperties::new).getCluster(),
				clusters.getIfAvailable(() -> PortClusters.of(registry)));
		this.properties = properties;
		this.model = new RegistryModel(Clock.systemUTC(), Processes::mayRun);
		this.pace = new LookPace(registry.location(), System::nanoTime);
	}

	@Override
	public void start() {
		ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1,
				DaemonThreads.named("aidis-command-registry"));
		started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.executor = started;
		started.execute(this::begin);
		ScheduledFuture<?> unused = started.scheduleWithFixedDelay(this::glance, GLANCE_MILLIS, GLANCE_MILLIS,
				TimeUnit.MILLISECONDS);
	}

	private void begin() {
		this.watch = this.registry.watch((change) -> {
			this.changes.add(change);
			execute(this::applyChanges);
		});
		look();
	}

	/**
	 * What is told together is published together.
	 */
	private void applyChanges() {
		PortRegistryChange change;
		while ((change = this.changes.poll()) != null) {
			this.model.apply(change);
			this.pace.changed();
		}
		publish();
	}

	private void execute(Runnable task) {
		ScheduledThreadPoolExecutor current = this.executor;
		if (current == null) {
			return;
		}
		try {
			current.execute(() -> guarded(task));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nobody follows the port registry any more", ex);
		}
	}

	private static void guarded(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			logger.warn("Could not follow the port registry for now", ex);
		}
	}

	private void glance() {
		if (this.pace.isDue()) {
			guarded(this::look);
			this.pace.done();
		}
	}

	private void look() {
		String before = this.problem;
		List<ClusterState> clusters = clusters();
		try {
			List<PortRegistration> live = this.registry.registrations();
			if (this.readAt == null) {
				this.model.load(live);
				this.model.general();
			}
			this.model.look(live.stream().map(Instance::idOf).collect(Collectors.toSet()));
			this.model.stale(this.registry.staleRegistrations());
			this.readAt = Instant.now();
			this.registry.verify();
			this.problem = null;
		}
		catch (PortRegistryException ex) {
			this.problem = ex.getMessage();
		}
		if (!Objects.equals(before, this.problem) || !clusters.equals(clusters())) {
			this.model.general();
		}
		Instant old = Instant.now().minus(this.properties.keepDead());
		this.model.forgetDead((instance) -> instance.changedAt().isBefore(old));
		publish();
	}

	private void publish() {
		RegistryUpdate update = this.model.drain();
		if (!update.isEmpty()) {
			this.listeners.forEach((listener) -> listener.accept(update));
		}
	}

	/**
	 * Be told of every change, by one thread at a time, which must not be held up.
	 * @param listener is told
	 */
	public void listen(Consumer<RegistryUpdate> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Return all instances that are shown.
	 * @return the instances by service and number, the stale and dead of a service last
	 */
	public List<Instance> instances() {
		return this.model.instances().stream().sorted(BY_NAME).toList();
	}

	/**
	 * Return the instances of one service.
	 * @param service its name; if there is none of exactly that name, the one of that
	 * name in lower case is meant
	 * @return the instances, none if there is no such service
	 */
	public List<Instance> instances(String service) {
		List<Instance> all = instances();
		List<Instance> exact = named(all, service);
		return exact.isEmpty() ? named(all, service.toLowerCase(Locale.ROOT)) : exact;
	}

	private static List<Instance> named(List<Instance> instances, String service) {
		return instances.stream().filter((instance) -> instance.service().equals(service)).toList();
	}

	/**
	 * Return one instance.
	 * @param key its key
	 * @return the instance, or empty if it is shown no more
	 */
	public Optional<Instance> instance(String key) {
		return Optional.ofNullable(this.model.instance(key));
	}

	/**
	 * Note what an instance answered when it was asked for its health.
	 * @param key its key
	 * @param reading what it answered
	 */
	public void record(String key, HealthReading reading) {
		execute(() -> {
			this.model.health(key, reading);
			publish();
		});
	}

	/**
	 * Remove the entries of processes that have certainly ended, and show the dead no
	 * more.
	 * @return what was removed from the registry
	 * @throws PortRegistryException if the registry cannot be written
	 */
	public List<PortRegistration> prune() {
		List<PortRegistration> pruned = this.registry.prune();
		execute(() -> {
			this.model.forgetDead((instance) -> true);
			look();
		});
		return pruned;
	}

	/**
	 * Tell whether the registry was read since this service started.
	 * @return whether it was
	 */
	public boolean isLoaded() {
		return this.readAt != null;
	}

	/**
	 * Return when the registry was read last.
	 * @return the time, or {@code null} if it was not read yet
	 */
	public @Nullable Instant readAt() {
		return this.readAt;
	}

	/**
	 * Return why the registry cannot be read or written.
	 * @return the reason, or {@code null} if it can
	 */
	public @Nullable String problem() {
		return this.problem;
	}

	/**
	 * Return the clusters that are shown.
	 * @return the clusters, none where there is only this service's own
	 */
	public List<ClusterState> clusters() {
		return this.registry.states();
	}

	/**
	 * Return where the registry is.
	 * @return for example the path of a file
	 */
	public String location() {
		return this.registry.location();
	}

	@Override
	public void stop() {
		ScheduledThreadPoolExecutor current = this.executor;
		if (current != null) {
			current.execute(() -> {
				if (this.watch != null) {
					this.watch.run();
				}
			});
			current.shutdown();
			this.executor = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.executor != null;
	}

}
