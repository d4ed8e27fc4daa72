package dev.aidis.port;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Another JVM, maybe in namespaces of its own, that does what it is told line by line and
 * answers each line with one that starts with {@link #ANSWER}; the first answer, before
 * it is told anything, is {@code ready}. It is killed when it is closed.
 */
public final class ConsoleProcess implements AutoCloseable {

	/**
	 * What the lines begin with that are answers.
	 */
	public static final String ANSWER = "> ";

	private final Process process;

	private final BufferedReader output;

	private final BufferedWriter input;

	private ConsoleProcess(Process process) {
		this.process = process;
		this.output = process.inputReader();
		this.input = process.outputWriter();
	}

	/**
	 * Start a console.
	 * @param prefix a command that runs the command which follows it
	 * @param main the main class that reads lines and answers
	 * @param arguments its arguments
	 */
	public static ConsoleProcess start(List<String> prefix, Class<?> main, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(prefix);
		Path home = Path.of(System.getProperty("java.home"));
		command.add(home.resolve("bin").resolve("java").toString());
		command
			.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", JavaProcess.classPath(), main.getName()));
		command.addAll(List.of(arguments));
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
	public String ask(String command) throws IOException {
		tell(command);
		return answer();
	}

	/**
	 * Let the console do something.
	 */
	public void tell(String command) throws IOException {
		this.input.write(command + "\n");
		this.input.flush();
	}

	/**
	 * Wait for the console's next answer.
	 */
	public String answer() throws IOException {
		StringBuilder seen = new StringBuilder();
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			if (line.startsWith(ANSWER)) {
				return line.substring(ANSWER.length());
			}
			seen.append(line).append('\n');
		}
		throw new AssertionError("The process ended without an answer but:\n" + seen);
	}

	/**
	 * Tell whether the console has printed something that was not read yet.
	 */
	public boolean hasPrinted() throws IOException {
		return this.output.ready();
	}

	/**
	 * Return the id of the process that was started, which is the JVM's if no other one
	 * was needed to start it.
	 */
	public long pid() {
		return this.process.pid();
	}

	/**
	 * Send a signal, such as {@code STOP}.
	 */
	public void signal(String name) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	/**
	 * End it as {@code kill -9} does, and wait until it is no more.
	 */
	public void kill() throws InterruptedException {
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
