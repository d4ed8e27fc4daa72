package dev.aidis.port.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;

/**
 * The rewriting of {@code aidis://<service>/path} alone: where the service is costs
 * nothing here.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ServiceUriBenchmark {

	private final PortDiscovery discovery = new KnownAddress(PortRegistration.builder("orders", 41873).build());

	private final URI uri = URI.create("aidis://orders/items/1?color=red");

	@Benchmark
	public URI rewrite() {
		return ServiceUri.resolve(this.uri, this.discovery);
	}

	/**
	 * Finds one service, wherever it is asked.
	 */
	private record KnownAddress(PortRegistration registration) implements PortDiscovery {

		@Override
		public Optional<PortRegistration> find(String serviceName) {
			return Optional.of(this.registration);
		}

		@Override
		public List<PortRegistration> findAll(String serviceName) {
			return List.of(this.registration);
		}

		@Override
		public PortRegistration await(String serviceName, Duration timeout) {
			return this.registration;
		}

		@Override
		public URI resolve(String serviceName) {
			return this.registration.uri();
		}

	}

}
