package dev.aidis.port.actuate;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

import dev.aidis.port.actuate.PortMetrics.Keys;
import dev.aidis.port.discovery.LookupObserver;

/**
 * Times look-ups where nothing handles observations, which would give the same timer.
 *
 * @since 0.1.0
 */
public final class LookupMeters implements MeterBinder, LookupObserver {

	private static final String NONE = "none";

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
	}

	@Override
	public Lookup start(Operation operation, String serviceName) {
		return this.registries.isEmpty() ? Lookup.IGNORED : new TimedLookup(operation, System.nanoTime());
	}

	private void record(Operation operation, String outcome, String error, long nanos) {
		for (MeterRegistry registry : this.registries) {
			Timer.builder(PortMetrics.LOOKUPS.getName())
				.description(PortMetrics.LOOKUPS.getDescription())
				.tag(Keys.OPERATION.asString(), operation.name().toLowerCase(Locale.ROOT))
				.tag(Keys.OUTCOME.asString(), outcome)
				.tag(Keys.ERROR.asString(), error)
				.register(registry)
				.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	private final class TimedLookup implements Lookup {

		private final Operation operation;

		private final long start;

		private TimedLookup(Operation operation, long start) {
			this.operation = operation;
			this.start = start;
		}

		@Override
		public void end(boolean found) {
			record(this.operation, PortLookupContext.outcome(found), NONE, System.nanoTime() - this.start);
		}

		@Override
		public void fail(RuntimeException failure) {
			record(this.operation, "error", failure.getClass().getSimpleName(), System.nanoTime() - this.start);
		}

	}

}
