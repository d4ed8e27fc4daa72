package dev.aidis.port.registry.file;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

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

import dev.aidis.port.PortRegistration;

/**
 * Changing an entry among others: lock, read, prune, write beside, compare, rename.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class UpdateBenchmark {

	@Param({ "1", "10", "1000", "10000" })
	private int size;

	private BenchmarkRegistry registry;

	private PortRegistration own;

	private int updates;

	@Setup
	public void open() throws IOException {
		this.registry = new BenchmarkRegistry(this.size);
		this.own = PortRegistration.builder("orders", 41001).build();
	}

	@Benchmark
	public void update() {
		String update = Integer.toString(this.updates++);
		this.registry.registry().register(this.own.with((builder) -> builder.metadata("update", update)));
	}

	@TearDown
	public void close() throws IOException {
		this.registry.registry().deregister(this.own.instanceId());
		this.registry.close();
	}

}
