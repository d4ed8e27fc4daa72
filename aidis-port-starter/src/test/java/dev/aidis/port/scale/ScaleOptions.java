package dev.aidis.port.scale;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Options;

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

	/**
	 * Read the arguments of a command line.
	 * @throws IllegalArgumentException with a message for the user if they are wrong
	 */
	static ScaleOptions of(String... arguments) {
		Options options = Options.of(List.of("--etcd", "--instances", "--applications", "--rest"), arguments);
		List<Integer> instances = Stream.of(options.find("--instances").orElse("1,10,100,1000").split(",", -1))
			.map((text) -> Options.number("--instances", text, 1))
			.sorted()
			.distinct()
			.toList();
		return new ScaleOptions(options.find("--etcd").orElse(null), instances, options.number("--applications", 20, 1),
				options.number("--rest", 20, 1), options.isHelp());
	}

}
