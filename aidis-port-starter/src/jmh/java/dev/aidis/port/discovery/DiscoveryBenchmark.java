package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.actuate.LookupMeters;
import dev.aidis.port.actuate.ObservedLookups;
import dev.aidis.port.registry.file.BenchmarkRegistry;

/**
 * What an application asks for among 1,000 services, without and with metrics, with
 * observations as Spring Boot's Actuator sets them up, and where an answer is believed
 * for a while.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DiscoveryBenchmark {

	private static final int SIZE = 1000;

	@Param({ "none", "meters", "observations" })
	private String observer;

	@Param({ "0", "10" })
	private int trustForMillis;

	private BenchmarkRegistry registry;

	private PortDiscovery discovery;

	private URI uri;

	private String name;

	@Setup
	public void open() throws IOException {
		this.registry = new BenchmarkRegistry(SIZE);
		this.name = BenchmarkRegistry.name(SIZE / 2);
		this.uri = URI.create("aidis://" + this.name + "/items/1?color=red");
		this.discovery = discovery(observer());
	}

	private PortDiscovery discovery(LookupObserver observer) {
		return new RegistryPortDiscovery(PortClusters.of(this.registry.registry()), OtherServices.NONE,
				(name) -> OptionalInt.empty(), (name) -> {
				}, observer, Duration.ofMillis(this.trustForMillis));
	}

	private LookupObserver observer() {
		if (this.observer.equals("none")) {
			return LookupObserver.NONE;
		}
		MeterRegistry registry = new SimpleMeterRegistry();
		if (this.observer.equals("observations")) {
			ObservationRegistry observations = ObservationRegistry.create();
			observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
			return new ObservedLookups(() -> observations, () -> null, LookupObserver.NONE);
		}
		LookupMeters meters = new LookupMeters();
		meters.bindTo(registry);
		return meters;
	}

	@Benchmark
	public Optional<PortRegistration> find() {
		return this.discovery.find(this.name);
	}

	@Benchmark
	public URI rewrite() {
		return ServiceUri.resolve(this.uri, this.discovery);
	}

	@TearDown
	public void close() throws IOException {
		this.registry.close();
	}

}
