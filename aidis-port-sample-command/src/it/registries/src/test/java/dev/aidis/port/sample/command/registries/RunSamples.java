package dev.aidis.port.sample.command.registries;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code scripts/run-samples.sh} as somebody runs it in a terminal: in a session of its
 * own, all of which gets the signal that Ctrl-C sends. All of it is killed when it is
 * closed, and when this JVM ends.
 */
final class RunSamples implements AutoCloseable {

	/**
	 * For a build and a start, on a machine that may have more to do.
	 */
	private static final Duration TIMEOUT = Duration.ofMinutes(10);

	private static final Pattern SERVICE = Pattern.compile("^Service '([^']+)' is at (\\S+) ", Pattern.MULTILINE);

	private final Process process;

	private final Path output;

	private final Thread atExit = new Thread(this::kill);

	private RunSamples(Process process, Path output) {
		this.process = process;
		this.output = output;
		Runtime.getRuntime().addShutdownHook(this.atExit);
	}

	/**
	 * Start it.
	 * @param checkout where
	 * @param variables the environment variables that it shall see; none of the tests'
	 * own that it would take for settings
	 * @param arguments the command line
	 */
	static RunSamples start(Checkout checkout, Map<String, String> variables, String... arguments) throws IOException {
		// The signal may be ignored where this build runs in the background.
		List<String> command = new ArrayList<>(
				List.of("env", "--default-signal=INT", "setsid", "scripts/run-samples.sh"));
		command.addAll(List.of(arguments));
		Path output = Files.createTempFile(checkout.root(), "run-samples", ".log");
		ProcessBuilder builder = new ProcessBuilder(command).directory(checkout.root().toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		Map<String, String> environment = builder.environment();
		environment.keySet().removeIf((name) -> name.matches("(AIDIS|SPRING|SERVER|MANAGEMENT|EUREKA)_.*|PORT"));
		environment.put("JAVA_HOME", System.getProperty("java.home"));
		environment.put("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xshare:auto");
		environment.put("MAVEN", System.getProperty("maven.command"));
		// What Maven knows of the original's classes names the original's sources.
		environment.merge("MAVEN_OPTS",
				"-XX:TieredStopAtLevel=1 -Dmaven.compiler.useIncrementalCompilation=false -Dmaven.repo.local="
						+ System.getProperty("maven.local.repository"),
				(present, more) -> present + " " + more);
		environment.putAll(variables);
		return new RunSamples(builder.start(), output);
	}

	/**
	 * Wait until both samples have started.
	 * @return the addresses that were printed, by the services' names
	 */
	Map<String, URI> awaitServices() {
		await().atMost(TIMEOUT)
			.failFast(() -> assertThat(this.process.isAlive()).as(this::output).isTrue())
			.until(this::output, (text) -> text.contains("Ctrl-C ends both."));
		Map<String, URI> services = new HashMap<>();
		Matcher matcher = SERVICE.matcher(output());
		while (matcher.find()) {
			services.put(matcher.group(1), URI.create(matcher.group(2)));
		}
		assertThat(services).as(output()).containsOnlyKeys("aidis-mcp", "aidis-command-dev");
		return services;
	}

	void pressCtrlC() {
		signal("INT");
	}

	private void kill() {
		signal("KILL");
	}

	private void signal(String signal) {
		try {
			new ProcessBuilder("kill", "-" + signal, "--", "-" + this.process.pid()).start().waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Wait until the script has ended.
	 * @return its exit code
	 */
	int awaitEnd() throws InterruptedException {
		assertThat(this.process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).as(this::output).isTrue();
		return this.process.exitValue();
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return what runs in the session still.
	 */
	List<String> processes() throws IOException {
		List<String> found = new ArrayList<>();
		try (Stream<Path> files = Files.list(Path.of("/proc"))) {
			for (Path folder : files.filter((file) -> file.getFileName().toString().matches("\\d+")).toList()) {
				try {
					// The name of the program, in parentheses, may hold anything.
					String stat = Files.readString(folder.resolve("stat"));
					String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
					if (Long.parseLong(fields[3]) == this.process.pid() && !fields[0].equals("Z")) {
						found.add(Files.readString(folder.resolve("cmdline")).replace('\0', ' '));
					}
				}
				catch (IOException ex) {
					// It has just ended.
				}
			}
		}
		return found;
	}

	@Override
	public void close() throws InterruptedException {
		kill();
		this.process.waitFor();
		Runtime.getRuntime().removeShutdownHook(this.atExit);
	}

}
