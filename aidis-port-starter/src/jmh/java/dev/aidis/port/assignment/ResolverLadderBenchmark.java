package dev.aidis.port.assignment;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.LogFactory;
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
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * From the environment to the decision about the port: by the second rung of the ladder,
 * by the fourth, or by none, which makes it dynamic. No port is opened or probed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ResolverLadderBenchmark {

	private final PortAssigner assigner = new PortAssigner(LogFactory.getLog(ResolverLadderBenchmark.class));

	@Param({ "aidis.orders.port", "server.port", "none" })
	private String decidedBy;

	private Map<String, Object> configuration;

	@Setup
	public void configure() {
		this.configuration = this.decidedBy.equals("none") ? Map.of("spring.application.name", "orders")
				: Map.of("spring.application.name", "orders", this.decidedBy, "0");
		if (!assign().assignedBy().contains(this.decidedBy.replace("none", "no setting"))) {
			throw new IllegalStateException("Decided by " + assign().assignedBy());
		}
	}

	@Benchmark
	public PortAssignment assign() {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addLast(new MapPropertySource("configuration", this.configuration));
		this.assigner.assign(environment, PortAssignmentProperties.get(environment), getClass().getClassLoader());
		return PortAssignment.of(environment);
	}

}
