package dev.aidis.port.actuate;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.actuate.PortMetrics.Keys;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.assignment.PortPool;
import dev.aidis.port.registration.PortRegistrar;

/**
 * Gauges of what is in the registry, of this service's own entry and its port, and of
 * what the starter took at startup.
 *
 * @since 0.1.0
 */
public final class PortMeters implements MeterBinder {

	private final RegistryCensus census;

	private final Supplier<PortAssignment> assignment;

	private final Supplier<Optional<Duration>> assignmentTime;

	private final Optional<PortRegistrar> registrar;

	/**
	 * Create new meters.
	 * @param registry the registry
	 * @param assignment what was decided about this application's port
	 * @param assignmentTime how long that took
	 * @param registrar this application's registration, if it registers
	 */
	public PortMeters(PortRegistry registry, Supplier<PortAssignment> assignment,
			Supplier<Optional<Duration>> assignmentTime, Optional<PortRegistrar> registrar) {
		this.census = new RegistryCensus(registry);
		this.assignment = assignment;
		this.assignmentTime = assignmentTime;
		this.registrar = registrar;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge(PortMetrics.REGISTRATIONS, this.census, RegistryCensus::live).tag(Keys.STATE.asString(), "live")
			.register(registry);
		gauge(PortMetrics.REGISTRATIONS, this.census, RegistryCensus::stale).tag(Keys.STATE.asString(), "stale")
			.register(registry);
		this.registrar.ifPresent((registrar) -> bindOwn(registrar, registry));
		this.assignment.get().pool().ifPresent((pool) -> bindPool(pool, registry));
		if (this.assignmentTime.get().isPresent()) {
			time(PortMetrics.STARTUP_ASSIGNMENT, this, (meters) -> nanos(meters.assignmentTime.get()))
				.register(registry);
		}
	}

	private static void bindOwn(PortRegistrar registrar, MeterRegistry registry) {
		gauge(PortMetrics.REGISTERED, registrar, PortMeters::registered).register(registry);
		time(PortMetrics.STARTUP_REGISTRATION, registrar, (present) -> nanos(present.startupTime())).register(registry);
	}

	private static double registered(PortRegistrar registrar) {
		return (registrar.registration().isPresent() && registrar.problem().isEmpty()) ? 1 : 0;
	}

	/**
	 * The meters hold their subjects weakly, and nobody else holds a pool.
	 */
	private static void bindPool(PortPool pool, MeterRegistry registry) {
		gauge(PortMetrics.POOL_SIZE, pool, PortPool::size).tag(Keys.RANGE.asString(), pool.toString())
			.strongReference(true)
			.register(registry);
		gauge(PortMetrics.POOL_LEASED, pool, PortMeters::leased).tag(Keys.RANGE.asString(), pool.toString())
			.strongReference(true)
			.register(registry);
	}

	private static double leased(PortPool pool) {
		return pool.leased().stream().asDoubleStream().findFirst().orElse(Double.NaN);
	}

	private static double nanos(Optional<Duration> time) {
		return time.map((duration) -> (double) duration.toNanos()).orElse(Double.NaN);
	}

	private static <T> Gauge.Builder<T> gauge(PortMetrics metric, T subject, ToDoubleFunction<T> value) {
		return Gauge.builder(metric.getName(), subject, value)
			.description(metric.getDescription())
			.baseUnit(metric.getBaseUnit());
	}

	private static <T> TimeGauge.Builder<T> time(PortMetrics metric, T subject, ToDoubleFunction<T> nanos) {
		return TimeGauge.builder(metric.getName(), subject, TimeUnit.NANOSECONDS, nanos)
			.description(metric.getDescription());
	}

}
