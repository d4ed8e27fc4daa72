package dev.aidis.port.registry.file;

import java.io.IOException;
import java.util.List;
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
 * A look-up in the registry file: is the file as it was, and does the process live?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LookupBenchmark {

	@Param({ "1", "10", "1000", "10000" })
	private int size;

	private BenchmarkRegistry registry;

	private String name;

	@Setup
	public void open() throws IOException {
		this.registry = new BenchmarkRegistry(this.size);
		this.name = BenchmarkRegistry.name(this.size / 2);
		if (hit().size() != 1 || !miss().isEmpty() || changedFile().size() != 1) {
			throw new IllegalStateException("The look-up finds what it should not");
		}
	}

	@Benchmark
	public List<PortRegistration> hit() {
		return this.registry.registry().registrations(this.name);
	}

	@Benchmark
	public List<PortRegistration> miss() {
		return this.registry.registry().registrations("nobody");
	}

	/**
	 * With the replacement of the file, some microseconds.
	 */
	@Benchmark
	public List<PortRegistration> changedFile() throws IOException {
		this.registry.replace();
		return this.registry.registry().registrations(this.name);
	}

	@TearDown
	public void close() throws IOException {
		this.registry.close();
	}

}
