package dev.aidis.port.sample.command.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

import dev.aidis.port.discovery.ServiceHealth;
import dev.aidis.port.discovery.ServiceHealthProbe;
import dev.aidis.port.sample.command.DaemonThreads;
import dev.aidis.port.sample.command.registry.HealthReading;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.LiveRegistry;
import dev.aidis.port.sample.command.registry.MonitorProperties;
import dev.aidis.port.sample.command.registry.RegistryUpdate;

/**
 * Asks every live instance for its health from time to time, at once when it is new or
 * has changed, and every second in the first minute after it has failed, so that its
 * recovery is soon seen. Never asks one twice at the same time, nor more of them than
 * {@link MonitorProperties#healthThreads()}, however many wait. What is asked and how is
 * the {@link ServiceHealthProbe}'s: it follows no redirect and leaves this machine for
 * nobody.
 *
 * @since 0.1.0
 */
@Component
public class HealthMonitor implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(HealthMonitor.class);

	private static final long TICK_MILLIS = 250;

	private static final Duration SOON = Duration.ofSeconds(1);

	private static final Duration FAILED_JUST_NOW = Duration.ofMinutes(1);

	private final LiveRegistry registry;

	private final ServiceHealthProbe probe;

	private final MonitorProperties properties;

	private final Map<String, CompletableFuture<HealthReading>> running = new ConcurrentHashMap<>();

	/**
	 * What was answered last, which the registry may get to know much later.
	 */
	private final Map<String, HealthReading> answers = new ConcurrentHashMap<>();

	private volatile @Nullable ThreadPoolExecutor workers;

	private volatile @Nullable ScheduledThreadPoolExecutor timer;

	HealthMonitor(LiveRegistry registry, ServiceHealthProbe probe, MonitorProperties properties) {
		this.registry = registry;
		this.probe = probe;
		this.properties = properties;
		registry.listen(this::update);
	}

	private void update(RegistryUpdate update) {
		this.answers.keySet().removeAll(update.removed());
		update.events().forEach((event) -> {
			switch (event.kind()) {
				case STARTED, READY, MOVED, HEALED -> this.registry.instance(event.key()).ifPresent(this::refresh);
				default -> {
				}
			}
		});
	}

	/**
	 * Ask again unless that was just done, as it was if this is why it healed.
	 */
	private void refresh(Instance instance) {
		HealthReading last = instance.health();
		if (last == null || last.at().isBefore(instance.changedAt())) {
			begin(instance);
		}
	}

	private void begin(Instance instance) {
		CompletableFuture<HealthReading> unused = check(instance);
	}

	/**
	 * Ask an instance now.
	 * @param instance the instance
	 * @return its health, once it has answered or did not in time
	 */
	public CompletableFuture<HealthReading> check(Instance instance) {
		CompletableFuture<HealthReading> check = new CompletableFuture<>();
		CompletableFuture<HealthReading> earlier = this.running.putIfAbsent(instance.key(), check);
		if (earlier != null) {
			return earlier;
		}
		try {
			ThreadPoolExecutor current = this.workers;
			if (current == null) {
				throw ended();
			}
			current.execute(() -> ask(instance, check));
		}
		catch (RejectedExecutionException ex) {
			this.running.remove(instance.key(), check);
			check.completeExceptionally(ex);
		}
		return check;
	}

	private static RejectedExecutionException ended() {
		return new RejectedExecutionException("Nobody is asked for their health, since this service is not running.");
	}

	private void ask(Instance instance, CompletableFuture<HealthReading> check) {
		Instant at = Instant.now();
		long start = System.nanoTime();
		try {
			ServiceHealth health = this.probe.probe(instance.registration());
			HealthReading reading = new HealthReading(health.asked(), health.healthy(), health.detail(),
					Duration.ofNanos(System.nanoTime() - start).toMillis(), at);
			if (this.registry.instance(instance.key()).isPresent()) {
				this.answers.put(instance.key(), reading);
			}
			this.running.remove(instance.key(), check);
			this.registry.record(instance.key(), reading);
			check.complete(reading);
		}
		catch (RuntimeException ex) {
			this.running.remove(instance.key(), check);
			check.completeExceptionally(ex);
		}
	}

	private void tick() {
		try {
			Instant now = Instant.now();
			List<Instance> live = this.registry.instances()
				.stream()
				.filter((instance) -> instance.state().isLive() && !this.running.containsKey(instance.key()))
				.filter((instance) -> isDue(instance, now))
				.sorted(Comparator.comparing(this::lastAsked))
				.limit(this.properties.healthThreads() * 8L)
				.toList();
			ThreadPoolExecutor current = this.workers;
			if (current != null && current.getQueue().size() < this.properties.healthThreads()) {
				live.forEach(this::begin);
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Could not ask services for their health for now", ex);
		}
	}

	private boolean isDue(Instance instance, Instant now) {
		HealthReading last = lastAnswer(instance);
		if (last == null) {
			return true;
		}
		boolean failedJustNow = last.failed() && instance.changedAt().isAfter(now.minus(FAILED_JUST_NOW));
		Duration interval = this.properties.healthInterval();
		return last.at().plus((failedJustNow && interval.compareTo(SOON) > 0) ? SOON : interval).isBefore(now);
	}

	private @Nullable HealthReading lastAnswer(Instance instance) {
		HealthReading answer = this.answers.get(instance.key());
		return (answer != null) ? answer : instance.health();
	}

	private Instant lastAsked(Instance instance) {
		HealthReading last = lastAnswer(instance);
		return (last != null) ? last.at() : Instant.EPOCH;
	}

	@Override
	public void start() {
		int threads = this.properties.healthThreads();
		ThreadPoolExecutor workers = new ThreadPoolExecutor(threads, threads, 5, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), DaemonThreads.named("aidis-command-health"));
		workers.allowCoreThreadTimeOut(true);
		this.workers = workers;
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
				DaemonThreads.named("aidis-command-health"));
		ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS,
				TimeUnit.MILLISECONDS);
		this.timer = timer;
	}

	@Override
	public void stop() {
		ScheduledThreadPoolExecutor currentTimer = this.timer;
		if (currentTimer != null) {
			currentTimer.shutdownNow();
			this.timer = null;
		}
		ThreadPoolExecutor currentWorkers = this.workers;
		if (currentWorkers != null) {
			currentWorkers.shutdownNow();
			this.workers = null;
		}
		// Who waits for one that has not had its turn would wait for ever.
		this.running.values().forEach((check) -> check.completeExceptionally(ended()));
		this.running.clear();
	}

	@Override
	public boolean isRunning() {
		return this.timer != null;
	}

}
