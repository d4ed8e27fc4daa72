package dev.aidis.port.actuate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import dev.aidis.port.discovery.LookupObserver;

/**
 * Times look-ups where nothing handles observations, which would give the same timer.
 *
 * @since 0.1.0
 */
public final class LookupMeters implements MeterBinder, LookupObserver {

	private final List<LookupTimers> timers = new CopyOnWriteArrayList<>();

	@Override
	public void bindTo(MeterRegistry registry) {
		this.timers.add(new LookupTimers(registry));
	}

	@Override
	public Lookup start(Operation operation, String serviceName) {
		return this.timers.isEmpty() ? Lookup.IGNORED : new TimedLookup(operation, System.nanoTime());
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
			long nanos = System.nanoTime() - this.start;
			for (LookupTimers each : LookupMeters.this.timers) {
				each.ended(this.operation, found).record(nanos, TimeUnit.NANOSECONDS);
			}
		}

		@Override
		public void fail(RuntimeException failure) {
			long nanos = System.nanoTime() - this.start;
			for (LookupTimers each : LookupMeters.this.timers) {
				each.failed(this.operation, failure).record(nanos, TimeUnit.NANOSECONDS);
			}
		}

	}

}
