package dev.aidis.port.actuate;

import java.util.Locale;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.aidis.port.discovery.LookupObserver.Lookup;
import dev.aidis.port.discovery.LookupObserver.Operation;

import static org.assertj.core.api.Assertions.assertThat;

class LookupMetersTests {

	private final LookupMeters meters = new LookupMeters();

	private final MeterRegistry registry = new SimpleMeterRegistry();

	@Test
	void nobodyIsToldWithoutAMeterRegistry() {
		assertThat(this.meters.start(Operation.FIND, "orders")).isSameAs(Lookup.IGNORED);
	}

	@Test
	void lookUpsAreCountedByWhatWasAskedForAndHowTheyEnded() {
		this.meters.bindTo(this.registry);
		for (Operation operation : Operation.values()) {
			this.meters.start(operation, "orders").end(true);
			this.meters.start(operation, "orders").end(true);
			this.meters.start(operation, "nobody").end(false);
			this.meters.start(operation, "broken").fail(new IllegalStateException());
		}
		for (Operation operation : Operation.values()) {
			String name = operation.name().toLowerCase(Locale.ROOT);
			assertThat(count(this.registry, name, "hit", "none")).isEqualTo(2);
			assertThat(count(this.registry, name, "miss", "none")).isEqualTo(1);
			assertThat(count(this.registry, name, "error", "IllegalStateException")).isEqualTo(1);
		}
	}

	@Test
	void eachMeterRegistryIsTold() {
		MeterRegistry second = new SimpleMeterRegistry();
		this.meters.bindTo(this.registry);
		this.meters.bindTo(second);
		this.meters.start(Operation.FIND, "orders").end(true);
		assertThat(count(this.registry, "find", "hit", "none")).isEqualTo(1);
		assertThat(count(second, "find", "hit", "none")).isEqualTo(1);
	}

	@Test
	void lookUpsAreCountedAnewAfterTheirTimerWasRemoved() {
		this.meters.bindTo(this.registry);
		this.meters.start(Operation.FIND, "orders").end(true);
		this.meters.start(Operation.FIND, "nobody").end(false);
		this.registry.remove(timer(this.registry, "find", "hit", "none"));
		this.meters.start(Operation.FIND, "orders").end(true);
		this.meters.start(Operation.FIND, "nobody").end(false);
		assertThat(count(this.registry, "find", "hit", "none")).isEqualTo(1);
		assertThat(count(this.registry, "find", "miss", "none")).isEqualTo(2);
	}

	private static long count(MeterRegistry registry, String operation, String outcome, String error) {
		return timer(registry, operation, outcome, error).count();
	}

	private static Timer timer(MeterRegistry registry, String operation, String outcome, String error) {
		return registry.get("aidis.port.lookups")
			.tags("operation", operation, "outcome", outcome, "error", error)
			.timer();
	}

}
