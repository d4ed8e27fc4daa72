package dev.aidis.port.registry.file;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The truth about one process, which is this one, and about one that has ended.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LivenessBenchmark {

	private final ProcessTable processes = ProcessTable.system();

	private final long live = ProcessHandle.current().pid();

	private long ended;

	@Setup
	public void endProcess() throws IOException, InterruptedException {
		Process process = new ProcessBuilder("true").start();
		this.ended = process.pid();
		process.waitFor();
		if (live() == null || ended() != null) {
			throw new IllegalStateException("The system does not tell the living from the dead");
		}
	}

	@Benchmark
	public @Nullable Object live() throws IOException {
		return this.processes.startTicks(this.live);
	}

	@Benchmark
	public @Nullable Object ended() throws IOException {
		return this.processes.startTicks(this.ended);
	}

}
