package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process as users start it, which sees no setting but the test's.
 */
final class ChildProcess implements AutoCloseable {

	private static final int STOP_TIMEOUT_SECONDS = 60;

	private final Process process;

	private final Path log;

	private ChildProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Start the server, as {@code java -jar} with the archive of its classes that the
	 * build has made.
	 * @param directory the working directory, where the log is written, too
	 * @param variables the environment variables that it shall see
	 */
	static ChildProcess server(Path directory, Map<String, String> variables) throws IOException {
		return start(directory, variables, true, java("server.jar", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
				"-XX:SharedArchiveFile=" + jar("server.jar").resolveSibling("classes")));
	}

	/**
	 * Start the bridge, as {@code java -jar}.
	 */
	static ChildProcess bridge(Path directory, Map<String, String> variables, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(java("bridge.jar", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		command.addAll(List.of(arguments));
		return start(directory, variables, false, command);
	}

	static List<String> java(String jar, String... options) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of(options));
		command.addAll(List.of("-jar", jar(jar).toString()));
		return command;
	}

	static Path jar(String property) {
		Path jar = Path.of(System.getProperty(property)).toAbsolutePath().normalize();
		assertThat(jar).exists();
		return jar;
	}

	static ChildProcess start(Path directory, Map<String, String> variables, boolean logOutput, List<String> command)
			throws IOException {
		Path log = Files.createTempFile(directory, "process", ".log");
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().keySet().removeIf((name) -> name.matches("(AIDIS|SPRING|SERVER|MANAGEMENT)_.*|PORT"));
		builder.environment().putAll(variables);
		builder.directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
		if (logOutput) {
			builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
		}
		Process process = builder.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		return new ChildProcess(process, log);
	}

	Process process() {
		return this.process;
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
	 * Wait until the process has ended.
	 * @return its exit code
	 */
	int await() throws InterruptedException {
		assertThat(this.process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)).as(this::log).isTrue();
		return this.process.exitValue();
	}

	/**
	 * Ask the process to end (SIGTERM), and wait until it has.
	 */
	void stop() throws InterruptedException {
		this.process.destroy();
		await();
	}

	/**
	 * End the process without its knowledge (SIGKILL), and wait until it has ended.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		await();
	}

	@Override
	public void close() throws InterruptedException {
		kill();
	}

}
