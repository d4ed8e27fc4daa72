package dev.aidis.port.registry.file;

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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading the content of the file: for the first time, and again after one entry has
 * changed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ParseBenchmark {

	@Param({ "1", "10", "1000", "10000" })
	private int size;

	private final byte[][] versions = new byte[2][];

	private final RegistryCodec codec = new RegistryCodec();

	private int version;

	@Setup
	public void render() {
		this.versions[0] = BenchmarkRegistry.content(this.size, 0);
		this.versions[1] = BenchmarkRegistry.content(this.size, 1);
	}

	@Benchmark
	public Object first() throws BrokenRegistryException {
		return new RegistryCodec().parse(this.versions[0]);
	}

	@Benchmark
	public Object oneChanged() throws BrokenRegistryException {
		this.version = 1 - this.version;
		return this.codec.parse(this.versions[this.version]);
	}

}
