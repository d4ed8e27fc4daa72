package dev.aidis.port.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the user asks for.
 *
 * @param pairs how many times to start the application without and with the starter
 * @param jvm options of the JVM
 * @param rest how long to let the application rest before its memory and threads count
 * @param against another starter's JAR, or {@code null} for none
 * @param help whether to tell the options
 */
record StartupOptions(int pairs, List<String> jvm, Duration rest, @Nullable Path against, boolean help) {

	static final String HELP = """
			Measures what the starter adds to the start of an application with a web server and the actuator.

			  --pairs N      how many times to start it without and with the starter (default 15)
			  --rest N       seconds to let it rest before its memory and threads count (default 3)
			  --against JAR  compare with another version of the starter instead of with none
			  --jvm OPTION   an option of the JVM; again for another one (default -XX:TieredStopAtLevel=1)
			  --help         this text
			""";

	private static final List<String> DEFAULT_JVM = List.of("-XX:TieredStopAtLevel=1");

	/**
	 * Read the arguments of a command line.
	 * @throws IllegalArgumentException with a message for the user if they are wrong
	 */
	static StartupOptions of(String... arguments) {
		StartupOptions options = new StartupOptions(15, List.of(), Duration.ofSeconds(3), null, false);
		for (int i = 0; i < arguments.length; i++) {
			String name = arguments[i];
			if (name.equals("--help")) {
				options = new StartupOptions(options.pairs, options.jvm, options.rest, options.against, true);
			}
			else if (!List.of("--pairs", "--rest", "--against", "--jvm").contains(name)) {
				throw new IllegalArgumentException("There is no option '" + name + "'; --help lists them");
			}
			else if (i + 1 == arguments.length) {
				throw new IllegalArgumentException("A value is missing after " + name);
			}
			else {
				options = options.with(name, arguments[++i]);
			}
		}
		return options.jvm.isEmpty() ? options.withJvm(DEFAULT_JVM) : options;
	}

	private StartupOptions with(String name, String value) {
		return switch (name) {
			case "--pairs" -> new StartupOptions(number(name, value, 1), this.jvm, this.rest, this.against, this.help);
			case "--rest" -> new StartupOptions(this.pairs, this.jvm, Duration.ofSeconds(number(name, value, 0)),
					this.against, this.help);
			case "--against" -> new StartupOptions(this.pairs, this.jvm, this.rest, file(name, value), this.help);
			default -> withJvm(List.of(value));
		};
	}

	private StartupOptions withJvm(List<String> more) {
		List<String> all = new ArrayList<>(this.jvm);
		all.addAll(more);
		return new StartupOptions(this.pairs, List.copyOf(all), this.rest, this.against, this.help);
	}

	private static Path file(String name, String text) {
		Path file = Path.of(text).toAbsolutePath();
		if (!Files.isRegularFile(file)) {
			throw new IllegalArgumentException(name + " must be a file but is '" + text + "'");
		}
		return file;
	}

	private static int number(String name, String text, int least) {
		try {
			int number = Integer.parseInt(text);
			if (number >= least) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told below.
		}
		throw new IllegalArgumentException(name + " must be at least " + least + " but is '" + text + "'");
	}

}
