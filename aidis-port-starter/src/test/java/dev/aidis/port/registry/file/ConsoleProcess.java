package dev.aidis.port.registry.file;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Another JVM that runs a {@link RegistryConsole}, maybe in namespaces of its own. It is
 * killed when it is closed.
 */
final class ConsoleProcess implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private final BufferedWriter input;

	private ConsoleProcess(Process process) {
		this.process = process;
		this.output = process.inputReader();
		this.input = process.outputWriter();
	}

	static ConsoleProcess start(Path file) throws IOException {
		return start(List.of(), file, Duration.ofMinutes(1));
	}

	/**
	 * Start a console.
	 * @param prefix a command that runs the command which follows it
	 * @param file the registry file
	 * @param lockTimeout how long the registry waits for others
	 */
	static ConsoleProcess start(List<String> prefix, Path file, Duration lockTimeout) throws IOException {
		List<String> command = new ArrayList<>(prefix);
		Path home = Path.of(System.getProperty("java.home"));
		command.add(home.resolve("bin").resolve("java").toString());
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				RegistryConsole.class.getName(), file.toString(), lockTimeout.toString()));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		// The launcher finds its libraries through /proc, which may be hidden.
		builder.environment().put("LD_LIBRARY_PATH", home.resolve("lib").toString());
		ConsoleProcess console = new ConsoleProcess(builder.start());
		try {
			assertThat(console.answer()).isEqualTo("ready");
			return console;
		}
		catch (IOException | AssertionError ex) {
			console.destroy();
			throw ex;
		}
	}

	/**
	 * Let the console do something, and wait for its answer.
	 */
	String ask(String command) throws IOException {
		tell(command);
		return answer();
	}

	/**
	 * Let the console do something.
	 */
	void tell(String command) throws IOException {
		this.input.write(command + "\n");
		this.input.flush();
	}

	/**
	 * Wait for the console's next answer.
	 */
	String answer() throws IOException {
		StringBuilder seen = new StringBuilder();
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			if (line.startsWith(RegistryConsole.ANSWER)) {
				return line.substring(RegistryConsole.ANSWER.length());
			}
			seen.append(line).append('\n');
		}
		throw new AssertionError("The process ended without an answer but:\n" + seen);
	}

	/**
	 * Tell whether the console has printed something that was not read yet.
	 */
	boolean hasPrinted() throws IOException {
		return this.output.ready();
	}

	/**
	 * Return the id of the process that was started, which is the JVM's if no other one
	 * was needed to start it.
	 */
	long pid() {
		return this.process.pid();
	}

	/**
	 * Send a signal, such as {@code STOP}.
	 */
	void signal(String name) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	/**
	 * End it as {@code kill -9} does, and wait until it is no more.
	 */
	void kill() throws InterruptedException {
		destroy();
		assertThat(this.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
	}

	/**
	 * Whoever waits for the JVM ends with it, unless it does not run yet.
	 */
	private void destroy() {
		List<ProcessHandle> started = this.process.descendants().toList();
		started.forEach(ProcessHandle::destroyForcibly);
		if (started.isEmpty()) {
			this.process.destroyForcibly();
		}
	}

	@Override
	public void close() throws InterruptedException, IOException {
		kill();
		this.output.close();
	}

}
