package dev.aidis.port.chaos;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the user asks for.
 */
final class ChaosOptions {

	static final String HELP = """
			Checks a registry file under many processes that are killed at random.

			  --folder DIR         where to check; a folder in it is made and removed again
			                       (default: the folder for temporary files)
			  --workers N          JVMs at once (default 16)
			  --kills N            workers to kill with SIGKILL in all (default 2000)
			  --operations N       updates and look-ups in all (default 100000)
			  --seconds N          end after so long, whatever is reached (default 300)
			  --node N             programs for Node beside them that take no lock (default 0)
			  --node-operations N  what each of those does (default 10000)
			  --seed N             repeat the choices of an earlier run
			  --contention N,N     instead: so many processes that update at once
			  --updates N          what each of those does (default 50)
			  --warm-up N          updates that each does before, in a file of its own (default 0)
			  --figures            instead: how long a look-up and an update take
			  --help               this text

			Exit status: 0 all went well, 1 something was lost or left behind, 2 wrong use.
			""";

	private static final Map<String, String> DEFAULTS = Map.ofEntries(Map.entry("--folder", ""),
			Map.entry("--workers", "16"), Map.entry("--kills", "2000"), Map.entry("--operations", "100000"),
			Map.entry("--seconds", "300"), Map.entry("--node", "0"), Map.entry("--node-operations", "10000"),
			Map.entry("--seed", ""), Map.entry("--contention", ""), Map.entry("--updates", "50"),
			Map.entry("--warm-up", "0"));

	private static final List<String> FLAGS = List.of("--figures", "--help");

	private final Map<String, String> values = new LinkedHashMap<>(DEFAULTS);

	private final long randomSeed = System.nanoTime();

	/**
	 * Read the arguments of a command line.
	 * @throws IllegalArgumentException with a message for the user if they are wrong
	 */
	ChaosOptions(String... arguments) {
		for (int i = 0; i < arguments.length; i++) {
			String name = arguments[i];
			if (FLAGS.contains(name)) {
				this.values.put(name, "true");
				continue;
			}
			if (!DEFAULTS.containsKey(name)) {
				throw new IllegalArgumentException("There is no option '" + name + "'; --help lists them");
			}
			if (i + 1 == arguments.length) {
				throw new IllegalArgumentException("A value is missing after " + name);
			}
			this.values.put(name, arguments[++i]);
		}
		Stream.of("--kills", "--operations", "--node", "--warm-up").forEach((name) -> number(name, 0));
		Stream.of("--seconds", "--workers", "--node-operations", "--updates").forEach((name) -> number(name, 1));
		contention();
		seed();
	}

	boolean help() {
		return this.values.containsKey("--help");
	}

	boolean figures() {
		return this.values.containsKey("--figures");
	}

	/**
	 * Return the folder to check, or the one for temporary files.
	 */
	Path folder() {
		String folder = this.values.get("--folder");
		return Path.of(folder.isEmpty() ? System.getProperty("java.io.tmpdir") : folder).toAbsolutePath();
	}

	int workers() {
		return number("--workers", 1);
	}

	int kills() {
		return number("--kills", 0);
	}

	int operations() {
		return number("--operations", 0);
	}

	int seconds() {
		return number("--seconds", 1);
	}

	int node() {
		return number("--node", 0);
	}

	int nodeOperations() {
		return number("--node-operations", 1);
	}

	int updates() {
		return number("--updates", 1);
	}

	int warmUp() {
		return number("--warm-up", 0);
	}

	List<Integer> contention() {
		String list = this.values.get("--contention");
		return list.isEmpty() ? List.of()
				: Stream.of(list.split(",", -1)).map((text) -> number("--contention", text, 1)).toList();
	}

	long seed() {
		String seed = this.values.get("--seed");
		try {
			return seed.isEmpty() ? this.randomSeed : Long.parseLong(seed);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("--seed must be a number but is '" + seed + "'");
		}
	}

	private int number(String name, int minimum) {
		return number(name, this.values.get(name), minimum);
	}

	private static int number(String name, String text, int minimum) {
		int number;
		try {
			number = Integer.parseInt(text);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(name + " must be a number but is '" + text + "'");
		}
		if (number < minimum) {
			throw new IllegalArgumentException(name + " must be at least " + minimum + " but is " + number);
		}
		return number;
	}

}
