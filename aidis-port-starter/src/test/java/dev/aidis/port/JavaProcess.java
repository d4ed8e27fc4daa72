package dev.aidis.port;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Another JVM that runs a main class of the tests, or a packaged application. It is
 * killed when it is closed, and when the tests' own JVM ends. What it prints is read as
 * it comes, also when nobody waits for it: a full pipe would stop it.
 */
public final class JavaProcess implements AutoCloseable {

	private static final long PATIENCE_MINUTES = 3;

	private final Process process;

	/**
	 * What it printed and nobody has asked for yet; nothing is the end.
	 */
	private final BlockingQueue<Optional<String>> output = new LinkedBlockingQueue<>();

	private final Thread reader;

	private JavaProcess(Process process) {
		this.process = process;
		this.reader = new Thread(this::read, "output of " + process.pid());
		this.reader.setDaemon(true);
		this.reader.start();
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8)) {
			lines.lines().map(Optional::of).forEach(this.output::add);
		}
		catch (IOException | UncheckedIOException ex) {
			// It was killed.
		}
		this.output.add(Optional.empty());
	}

	public static JavaProcess start(Class<?> main, String... arguments) throws IOException {
		return start(classPath(), Map.of(), main.getName(), arguments);
	}

	public static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	public static JavaProcess start(String classPath, Map<String, String> environment, String main, String... arguments)
			throws IOException {
		return start(List.of(), Path.of(""), classPath, environment, main, arguments);
	}

	public static JavaProcess start(Path directory, String classPath, Map<String, String> environment, String main,
			String... arguments) throws IOException {
		return start(List.of(), directory, classPath, environment, main, arguments);
	}

	/**
	 * Start a JVM through a program that runs it otherwise, such as {@code setpriv}.
	 */
	public static JavaProcess start(List<String> through, String classPath, Map<String, String> environment,
			String main, String... arguments) throws IOException {
		return start(through, Path.of(""), classPath, environment, main, arguments);
	}

	/**
	 * Start an application with {@code java -jar} and the archive of its classes that the
	 * build has made beside it.
	 */
	public static JavaProcess startJar(Path directory, Path jar, String... arguments) throws IOException {
		return start(List.of(), directory,
				List.of("-XX:SharedArchiveFile=" + jar.resolveSibling("classes"), "-jar", jar.toString()), Map.of(),
				arguments);
	}

	private static JavaProcess start(List<String> through, Path directory, String classPath,
			Map<String, String> environment, String main, String... arguments) throws IOException {
		return start(through, directory, List.of("-cp", classPath, main), environment, arguments);
	}

	private static JavaProcess start(List<String> through, Path directory, List<String> application,
			Map<String, String> environment, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(through);
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dspring.docker.compose.enabled=false"));
		command.addAll(application);
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.directory(directory.toAbsolutePath().toFile());
		builder.environment().putAll(environment);
		Process process = builder.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		return new JavaProcess(process);
	}

	/**
	 * Wait until the process prints a line that contains a text.
	 * @return the line
	 */
	public String awaitLine(String text) throws InterruptedException {
		StringBuilder seen = new StringBuilder();
		for (String line = nextLine(seen); line != null; line = nextLine(seen)) {
			if (line.contains(text)) {
				return line;
			}
			seen.append(line).append('\n');
		}
		throw new AssertionError("The process ended without printing '" + text + "' but:\n" + seen);
	}

	private @Nullable String nextLine(StringBuilder seen) throws InterruptedException {
		Optional<String> line = this.output.poll(PATIENCE_MINUTES, TimeUnit.MINUTES);
		if (line == null) {
			throw new AssertionError(
					"For " + PATIENCE_MINUTES + " minutes the process has printed nothing after:\n" + seen);
		}
		if (line.isEmpty()) {
			this.output.add(line);
		}
		return line.orElse(null);
	}

	/**
	 * Read what the process goes on to print until it ends.
	 */
	public String awaitEnd() throws InterruptedException {
		StringBuilder rest = new StringBuilder();
		for (String line = nextLine(rest); line != null; line = nextLine(rest)) {
			rest.append(line).append('\n');
		}
		assertThat(this.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		return rest.toString();
	}

	public int exitValue() {
		return this.process.exitValue();
	}

	public long pid() {
		return this.process.pid();
	}

	/**
	 * End it as {@code kill -9} does.
	 */
	public void kill() throws InterruptedException {
		this.process.destroyForcibly();
		assertThat(this.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
	}

	/**
	 * Ask it to end, as {@code kill} does. Through its handle, since the process itself
	 * would close its output, too.
	 */
	public void terminate() {
		this.process.toHandle().destroy();
	}

	@Override
	public void close() throws InterruptedException {
		kill();
		this.reader.join(TimeUnit.SECONDS.toMillis(10));
	}

}
