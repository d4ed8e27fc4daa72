package dev.aidis.port.registry.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

import dev.aidis.port.ConsoleProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;

/**
 * A registry in another JVM that does what a {@link ConsoleProcess} is told. It ends with
 * its standard input.
 */
final class RegistryConsole {

	private final BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

	private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

	private final Path file;

	private final FilePortRegistry registry;

	private RegistryConsole(Path file, Duration lockTimeout) {
		this.file = file;
		this.registry = new FilePortRegistry(file, lockTimeout);
	}

	static ConsoleProcess start(Path file) throws IOException {
		return start(List.of(), file, Duration.ofMinutes(1));
	}

	/**
	 * Start one in another JVM.
	 * @param prefix a command that runs the command which follows it
	 * @param file the registry file
	 * @param lockTimeout how long the registry waits for others
	 */
	static ConsoleProcess start(List<String> prefix, Path file, Duration lockTimeout) throws IOException {
		return ConsoleProcess.start(prefix, RegistryConsole.class, file.toString(), lockTimeout.toString());
	}

	public static void main(String[] arguments) throws Exception {
		new RegistryConsole(Path.of(arguments[0]), Duration.parse(arguments[1])).run();
	}

	private void run() throws Exception {
		answer("ready");
		for (String line = this.input.readLine(); line != null; line = this.input.readLine()) {
			answer(perform(line));
		}
	}

	private static void answer(String text) {
		System.out.println(ConsoleProcess.ANSWER + text.replace("\n", "\\n"));
		System.out.flush();
	}

	private String perform(String line) throws Exception {
		String[] words = line.split(" ", 2);
		try {
			return switch (words[0]) {
				case "register" -> register(words[1].split(" "));
				case "names" -> names(this.registry.registrations());
				case "prune" -> names(this.registry.prune());
				case "watch" -> watch();
				case "next" -> this.seen.take();
				case "lock" -> lock();
				case "touch" -> touch(Integer.parseInt(words[1]));
				case "processes" -> ProcessTable.system().getClass().getSimpleName();
				case "notifications" -> notifications();
				case "sh" -> shell(words[1]);
				default -> throw new IllegalArgumentException(line);
			};
		}
		catch (PortRegistryException ex) {
			return "failed: " + ex.getMessage();
		}
	}

	/**
	 * Register a service.
	 * @param arguments its name, its port and, where there is a third, the length of what
	 * else is in its entry
	 */
	private String register(String... arguments) {
		PortRegistration.Builder service = PortRegistration.builder(arguments[0], Integer.parseInt(arguments[1]));
		if (arguments.length > 2) {
			service.metadata(Map.of("note", "x".repeat(Integer.parseInt(arguments[2]))));
		}
		this.registry.register(service.build());
		return "registered";
	}

	private static String names(List<PortRegistration> registrations) {
		return registrations.stream().map(PortRegistration::serviceName).sorted().collect(Collectors.joining(","));
	}

	private String watch() {
		this.registry.watch((change) -> this.seen
			.add(change.getClass().getSimpleName() + " " + change.registration().serviceName()));
		return "watching";
	}

	/**
	 * Hold the lock until the next line.
	 */
	private String lock() throws IOException {
		return new RegistryLock(this.file, Duration.ofMinutes(1)).hold(() -> {
			answer("locked");
			this.input.readLine();
			return "unlocked";
		});
	}

	/**
	 * Use some memory for good.
	 */
	private static String touch(int megabytes) {
		byte[][] memory = new byte[megabytes][1024 * 1024];
		Arrays.stream(memory).forEach((part) -> Arrays.fill(part, (byte) 1));
		Kept.memory = memory;
		return "touched";
	}

	private String notifications() {
		try {
			FileSystems.getDefault().newWatchService().close();
			return "available";
		}
		catch (IOException ex) {
			return "refused";
		}
	}

	/**
	 * Run a shell command in this JVM's namespaces.
	 */
	private static String shell(String command) throws Exception {
		Process process = new ProcessBuilder("/bin/sh", "-c", command).redirectErrorStream(true).start();
		process.getOutputStream().close();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return process.waitFor() + " " + output.strip();
	}

	private static final class Kept {

		static volatile byte[][] memory;

	}

}
