package dev.aidis.port.actuate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.actuate.PortMetrics.Keys;

/**
 * Meters of what the registry's engine does: waiting for its lock, writing, putting back
 * and rebuilding. What happens before the meters are bound is not measured.
 *
 * @since 0.1.0
 */
public final class RegistryMeters implements MeterBinder, PortRegistryObserver {

	private final List<Meters> bound = new CopyOnWriteArrayList<>();

	@Override
	public void bindTo(MeterRegistry registry) {
		this.bound.add(new Meters(lockWait(registry, "acquired"), lockWait(registry, "timeout"),
				timer(PortMetrics.WRITE).register(registry), counter(PortMetrics.REASSERTIONS, registry),
				counter(PortMetrics.RECOVERIES, registry)));
	}

	private static Timer lockWait(MeterRegistry registry, String outcome) {
		return timer(PortMetrics.LOCK_WAIT).tag(Keys.LOCK.asString(), outcome).register(registry);
	}

	private static Timer.Builder timer(PortMetrics metric) {
		return Timer.builder(metric.getName()).description(metric.getDescription());
	}

	private static Counter counter(PortMetrics metric, MeterRegistry registry) {
		return Counter.builder(metric.getName())
			.description(metric.getDescription())
			.baseUnit(metric.getBaseUnit())
			.register(registry);
	}

	/**
	 * Called while others wait for the lock, and at the start for the service to appear:
	 * no time to link a lambda.
	 */
	@Override
	public void locked(long waitedNanos) {
		for (Meters meters : this.bound) {
			meters.locked().record(waitedNanos, TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void lockTimedOut(long waitedNanos) {
		this.bound.forEach((meters) -> meters.timedOut().record(waitedNanos, TimeUnit.NANOSECONDS));
	}

	@Override
	public void written(long tookNanos) {
		for (Meters meters : this.bound) {
			meters.written().record(tookNanos, TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void reasserted(int entries) {
		this.bound.forEach((meters) -> meters.reasserted().increment(entries));
	}

	@Override
	public void recovered() {
		this.bound.forEach((meters) -> meters.recovered().increment());
	}

	private record Meters(Timer locked, Timer timedOut, Timer written, Counter reasserted, Counter recovered) {

	}

}
