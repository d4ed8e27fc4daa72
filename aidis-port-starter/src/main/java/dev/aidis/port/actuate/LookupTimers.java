package dev.aidis.port.actuate;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import dev.aidis.port.actuate.PortMetrics.Keys;
import dev.aidis.port.discovery.LookupObserver.Operation;

/**
 * The timers of look-ups in one meter registry. To ask the registry for one takes longer
 * than a look-up that is believed, so those of look-ups that end well are kept, until the
 * registry removes them.
 */
final class LookupTimers {

	private static final String NONE = "none";

	private final MeterRegistry registry;

	private final AtomicReferenceArray<Timer> known = new AtomicReferenceArray<>(2 * Operation.values().length);

	LookupTimers(MeterRegistry registry) {
		this.registry = registry;
		registry.config().onMeterRemoved(this::forget);
	}

	private void forget(Meter meter) {
		for (int place = 0; place < this.known.length(); place++) {
			if (meter.equals(this.known.get(place))) {
				this.known.set(place, null);
			}
		}
	}

	/**
	 * Return the timer of look-ups that were no error.
	 */
	Timer ended(Operation operation, boolean found) {
		int place = 2 * operation.ordinal() + (found ? 1 : 0);
		Timer timer = this.known.get(place);
		if (timer == null) {
			timer = register(operation, PortLookupContext.outcome(found), NONE);
			this.known.set(place, timer);
		}
		return timer;
	}

	/**
	 * Return the timer of look-ups that failed like one.
	 */
	Timer failed(Operation operation, RuntimeException failure) {
		return register(operation, "error", failure.getClass().getSimpleName());
	}

	private Timer register(Operation operation, String outcome, String error) {
		return Timer.builder(PortMetrics.LOOKUPS.getName())
			.description(PortMetrics.LOOKUPS.getDescription())
			.tag(Keys.OPERATION.asString(), operation.name().toLowerCase(Locale.ROOT))
			.tag(Keys.OUTCOME.asString(), outcome)
			.tag(Keys.ERROR.asString(), error)
			.register(this.registry);
	}

}
