package dev.aidis.port.sample.command.history;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.sample.command.DaemonThreads;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.LiveRegistry;
import dev.aidis.port.sample.command.registry.MonitorProperties;
import dev.aidis.port.sample.command.registry.RegistryUpdate;
import dev.aidis.port.sample.command.registry.ServiceEvent.Kind;

/**
 * The latest samples of how ports are used.
 *
 * @since 0.1.0
 */
@Component
public class UsageHistory implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(UsageHistory.class);

	private final LiveRegistry registry;

	private final PortPools pools;

	private final long intervalMillis;

	private final Ring<UsageSample> samples;

	private final AtomicInteger registrations = new AtomicInteger();

	private final AtomicInteger deaths = new AtomicInteger();

	private final List<Consumer<UsageSample>> listeners = new CopyOnWriteArrayList<>();

	private volatile @Nullable ScheduledThreadPoolExecutor timer;

	UsageHistory(LiveRegistry registry, PortPools pools, MonitorProperties properties) {
		this.registry = registry;
		this.pools = pools;
		this.intervalMillis = properties.usageInterval().toMillis();
		this.samples = new Ring<>(properties.usageSamples());
		registry.listen(this::count);
	}

	private void count(RegistryUpdate update) {
		this.registrations.addAndGet(update.registrations());
		this.deaths.addAndGet((int) update.events().stream().filter((event) -> event.kind() == Kind.DIED).count());
	}

	/**
	 * Be told of every sample.
	 * @param listener is told
	 */
	public void listen(Consumer<UsageSample> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Return the latest samples.
	 * @return the samples, the oldest first
	 */
	public List<UsageSample> samples() {
		return this.samples.list();
	}

	/**
	 * Take a sample without remembering it.
	 * @return the sample
	 */
	public UsageSample now() {
		return sample(this.registrations.get(), this.deaths.get());
	}

	private void take() {
		try {
			if (this.registry.isLoaded()) {
				UsageSample sample = sample(this.registrations.getAndSet(0), this.deaths.getAndSet(0));
				this.samples.add(sample);
				this.listeners.forEach((listener) -> listener.accept(sample));
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Could not take a sample of the ports in use", ex);
		}
	}

	private UsageSample sample(int registrations, int deaths) {
		List<Instance> all = this.registry.instances();
		List<PortRegistration> live = all.stream()
			.filter((instance) -> instance.state().isLive())
			.map(Instance::registration)
			.toList();
		return new UsageSample(Instant.now(), live.size(), PortPools.ports(live).size(), all.size() - live.size(),
				registrations, deaths, this.pools.fill(live));
	}

	@Override
	public void start() {
		ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1,
				DaemonThreads.named("aidis-command-usage"));
		ScheduledFuture<?> unused = started.scheduleAtFixedRate(this::take, Math.min(500, this.intervalMillis),
				this.intervalMillis, TimeUnit.MILLISECONDS);
		this.timer = started;
	}

	@Override
	public void stop() {
		ScheduledThreadPoolExecutor current = this.timer;
		if (current != null) {
			current.shutdownNow();
			this.timer = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.timer != null;
	}

}
