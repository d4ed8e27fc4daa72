package dev.aidis.port.actuate;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

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

	private final Map<Operation, AtomicReference<@Nullable Timer>> hits = nothingKnown();

	private final Map<Operation, AtomicReference<@Nullable Timer>> misses = nothingKnown();

	private final AtomicInteger removals = new AtomicInteger();

	LookupTimers(MeterRegistry registry) {
		this.registry = registry;
		registry.config().onMeterRemoved(this::forget);
	}

	private static Map<Operation, AtomicReference<@Nullable Timer>> nothingKnown() {
		Map<Operation, AtomicReference<@Nullable Timer>> known = new EnumMap<>(Operation.class);
		for (Operation operation : Operation.values()) {
			known.put(operation, new AtomicReference<>());
		}
		return known;
	}

	private void forget(Meter meter) {
		this.removals.incrementAndGet();
		Stream.concat(this.hits.values().stream(), this.misses.values().stream())
			.filter((known) -> meter.equals(known.get()))
			.forEach((known) -> known.set(null));
	}

	/**
	 * Return the timer of look-ups that were no error.
	 */
	Timer ended(Operation operation, boolean found) {
		AtomicReference<@Nullable Timer> known = Objects
			.requireNonNull((found ? this.hits : this.misses).get(operation));
		Timer timer = known.get();
		if (timer == null) {
			int before = this.removals.get();
			timer = register(operation, PortLookupContext.outcome(found), NONE);
			known.set(timer);
			if (this.removals.get() != before) {
				// It may have been this one, and there was nothing to forget yet.
				known.set(null);
			}
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
