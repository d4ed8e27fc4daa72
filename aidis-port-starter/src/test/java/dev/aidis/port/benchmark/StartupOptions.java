package dev.aidis.port.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Options;

/**
 * What the user asks for.
 *
 * @param rounds how many times to start each application
 * @param jvm options of the JVM
 * @param rest how long to let the application rest before its memory and threads count
 * @param against another starter's JAR, or {@code null} for none
 * @param etcd the URL of an etcd to compare with, too, or {@code null} for none
 * @param help whether to tell the options
 */
record StartupOptions(int rounds, List<String> jvm, Duration rest, @Nullable Path against, @Nullable String etcd,
		boolean help) {

	static final String HELP = """
			Measures what the starter adds to the start of an application with a web server and the actuator, and beside
			it what Spring Boot's own port file adds.

			  --pairs N      how many times to start it without and with the starter (default 15)
			  --rest N       seconds to let it rest before its memory and threads count (default 3)
			  --against JAR  compare with another version of the starter instead of with none
			  --etcd URL     also with an etcd, such as http://localhost:2379
			  --jvm OPTION   an option of the JVM; again for another one (default -XX:TieredStopAtLevel=1)
			  --help         this text
			""";

	private static final List<String> DEFAULT_JVM = List.of("-XX:TieredStopAtLevel=1");

	/**
	 * Read the arguments of a command line.
	 * @throws IllegalArgumentException with a message for the user if they are wrong
	 */
	static StartupOptions of(String... arguments) {
		Options options = Options.of(List.of("--pairs", "--rest", "--against", "--etcd", "--jvm"), arguments);
		List<String> jvm = options.all("--jvm");
		return new StartupOptions(options.number("--pairs", 15, 1), jvm.isEmpty() ? DEFAULT_JVM : jvm,
				Duration.ofSeconds(options.number("--rest", 3, 0)),
				options.find("--against").map((text) -> file("--against", text)).orElse(null),
				options.findUrl("--etcd").orElse(null), options.isHelp());
	}

	private static Path file(String name, String text) {
		Path file = Path.of(text).toAbsolutePath();
		if (!Files.isRegularFile(file)) {
			throw new IllegalArgumentException(name + " must be a file but is '" + text + "'");
		}
		return file;
	}

}
