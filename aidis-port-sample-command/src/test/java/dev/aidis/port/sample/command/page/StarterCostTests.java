package dev.aidis.port.sample.command.page;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StarterCost}.
 */
class StarterCostTests {

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private final StarterCost cost = new StarterCost(this.beans.getBeanProvider(MeterRegistry.class));

	@Test
	void nothingIsToldWithoutAMeterRegistry() {
		assertThat(this.cost.startup()).isNull();
	}

	@Test
	void nothingIsToldWithoutAMeterThatTells() {
		this.beans.addBean("meters", this.meters);
		Gauge.builder("aidis.port.startups", () -> 1).register(this.meters);
		assertThat(this.cost.startup()).isNull();
	}

	@Test
	void partsAreToldByNameWithTheirSum() {
		this.beans.addBean("meters", this.meters);
		gauge("aidis.port.startup.registration", 0.072);
		gauge("aidis.port.startup.assignment", 0.013);
		assertThat(this.cost.startup()).isEqualTo("85 ms (assignment 13 ms, registration 72 ms)");
	}

	@Test
	void whatIsShortIsToldMoreClosely() {
		this.beans.addBean("meters", this.meters);
		gauge("aidis.port.startup.assignment", 0.0012);
		assertThat(this.cost.startup()).isEqualTo("1.2 ms (assignment 1.2 ms)");
	}

	@Test
	void meterOfTheWholeIsTheWholeAndNoPart() {
		this.beans.addBean("meters", this.meters);
		gauge("aidis.port.startup", 0.2);
		gauge("aidis.port.startup.assignment", 0.05);
		assertThat(this.cost.startup()).isEqualTo("200 ms (assignment 50 ms)");
	}

	@Test
	void timersAndGaugesOfTimeCountInTheirOwnUnit() {
		this.beans.addBean("meters", this.meters);
		TimeGauge.builder("aidis.port.startup.assignment", () -> 30, TimeUnit.MILLISECONDS).register(this.meters);
		Timer.builder("aidis.port.startup.registration").register(this.meters).record(Duration.ofMillis(40));
		assertThat(this.cost.startup()).isEqualTo("70 ms (assignment 30 ms, registration 40 ms)");
	}

	@Test
	void meterThatDoesNotKnowYetIsLeftOut() {
		this.beans.addBean("meters", this.meters);
		gauge("aidis.port.startup.assignment", 0.02);
		gauge("aidis.port.startup.registration", Double.NaN);
		assertThat(this.cost.startup()).isEqualTo("20 ms (assignment 20 ms)");
	}

	@Test
	void oneOfSeveralRegistriesIsNotChosen() {
		this.beans.addBean("meters", this.meters);
		this.beans.addBean("others", new SimpleMeterRegistry());
		gauge("aidis.port.startup.assignment", 0.02);
		assertThat(this.cost.startup()).isNull();
	}

	@Test
	void nothingIsToldOfLookUpsBeforeTheFirst() {
		assertThat(this.cost.lookups()).isNull();
		this.beans.addBean("meters", this.meters);
		assertThat(this.cost.lookups()).isNull();
	}

	@Test
	void lookUpsOfAllKindsButThoseThatWaitAreToldByTheirAverage() {
		this.beans.addBean("meters", this.meters);
		lookup("find", "hit", Duration.ofNanos(30_000));
		lookup("resolve", "miss", Duration.ofNanos(50_000));
		lookup("await", "hit", Duration.ofSeconds(10));
		assertThat(this.cost.lookups()).isEqualTo("0.04 ms, the average of 2");
	}

	private void lookup(String operation, String outcome, Duration took) {
		Timer.builder("aidis.port.lookups")
			.tag("operation", operation)
			.tag("outcome", outcome)
			.register(this.meters)
			.record(took);
	}

	private void gauge(String name, double seconds) {
		AtomicReference<Double> value = new AtomicReference<>(seconds);
		Gauge.builder(name, value, AtomicReference::get)
			.baseUnit("seconds")
			.strongReference(true)
			.register(this.meters);
	}

}
