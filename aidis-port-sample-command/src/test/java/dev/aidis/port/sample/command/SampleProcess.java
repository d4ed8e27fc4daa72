package dev.aidis.port.sample.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One of the samples as {@code start-aidis.sh} runs it: {@code java -jar} in a process of
 * its own, with the archive of its classes that the build has made.
 */
final class SampleProcess implements AutoCloseable {

	private static final int STOP_TIMEOUT_SECONDS = 60;

	private final Process process;

	private final Path log;

	private SampleProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Start a sample.
	 * @param service {@code aidis-mcp} or {@code aidis-command}
	 * @param directory the working directory, where the log is written, too
	 * @param variables the environment variables that the sample shall see; none of the
	 * tests' own that it would take for settings
	 */
	static SampleProcess start(String service, Path directory, Map<String, String> variables) throws IOException {
		Path jar = Path.of(System.getProperty(service + ".jar"));
		assertThat(jar).exists();
		Path log = Files.createTempFile(directory, service, ".log");
		Path real = jar.toRealPath();
		ProcessBuilder builder = new ProcessBuilder(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-XX:SharedArchiveFile=" + real.resolveSibling("classes"), "-jar",
						real.toString()));
		builder.environment().keySet().removeIf((name) -> name.matches("(AIDIS|SPRING|SERVER|MANAGEMENT)_.*|PORT"));
		builder.environment().putAll(variables);
		builder.directory(directory.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
		Process process = builder.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		return new SampleProcess(process, log);
	}

	long pid() {
		return this.process.pid();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Ask the process to end (SIGTERM).
	 */
	void terminate() {
		this.process.destroy();
	}

	/**
	 * Ask the process to end (SIGTERM), and wait until it has.
	 */
	void stop() throws InterruptedException {
		terminate();
		assertThat(this.process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)).as(this::log).isTrue();
	}

	/**
	 * End the process without its knowledge (SIGKILL), and wait until it has ended.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		assertThat(this.process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
	}

	@Override
	public void close() throws InterruptedException {
		kill();
	}

}
