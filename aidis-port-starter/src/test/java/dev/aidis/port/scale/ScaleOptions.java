package dev.aidis.port.scale;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What the user asks for.
 *
 * @param etcd the URL of an etcd, or {@code null} for the registry file
 * @param instances how many instances to measure with, in rising order
 * @param applications how many applications they belong to
 * @param rest how many seconds to watch an etcd while nothing happens
 * @param help whether to tell the options
 */
record ScaleOptions(@Nullable String etcd, List<Integer> instances, int applications, int rest, boolean help) {

	static final String HELP = """
			Measures what a registry costs with few and with many instances.

			  --etcd URL           an etcd to measure, such as http://localhost:2379; all it has
			                       under /aidis-scale is removed (default: a registry file)
			  --instances N,N      how many instances (default 1,10,100,1000)
			  --applications N     how many applications they belong to (default 20)
			  --rest N             seconds to watch an etcd while nothing happens (default 20)
			  --help               this text
			""";

	private static final Map<String, String> DEFAULTS = Map.of("--etcd", "", "--instances", "1,10,100,1000",
			"--applications", "20", "--rest", "20");

	/**
	 * Read the arguments of a command line.
	 * @throws IllegalArgumentException with a message for the user if they are wrong
	 */
	static ScaleOptions of(String... arguments) {
		Map<String, String> values = new LinkedHashMap<>(DEFAULTS);
		boolean help = false;
		for (int i = 0; i < arguments.length; i++) {
			if (arguments[i].equals("--help")) {
				help = true;
			}
			else if (!DEFAULTS.containsKey(arguments[i])) {
				throw new IllegalArgumentException("There is no option '" + arguments[i] + "'; --help lists them");
			}
			else if (i + 1 == arguments.length) {
				throw new IllegalArgumentException("A value is missing after " + arguments[i]);
			}
			else {
				values.put(arguments[i], arguments[++i]);
			}
		}
		String etcd = values.getOrDefault("--etcd", "");
		List<Integer> instances = Stream.of(values.getOrDefault("--instances", "").split(",", -1))
			.map((text) -> number("--instances", text))
			.sorted()
			.distinct()
			.toList();
		return new ScaleOptions(etcd.isEmpty() ? null : etcd, instances,
				number("--applications", values.getOrDefault("--applications", "")),
				number("--rest", values.getOrDefault("--rest", "")), help);
	}

	private static int number(String name, String text) {
		try {
			int number = Integer.parseInt(text);
			if (number >= 1) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told below.
		}
		throw new IllegalArgumentException(name + " must be at least 1 but is '" + text + "'");
	}

}
