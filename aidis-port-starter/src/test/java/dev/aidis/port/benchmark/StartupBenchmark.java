package dev.aidis.port.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

import org.springframework.util.FileSystemUtils;

/**
 * Starts the same application without and with the starter, in turns and as processes of
 * their own, and compares what that takes. Each finds an empty registry file.
 */
public final class StartupBenchmark {

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private final StartupOptions options;

	private final Path folder;

	/**
	 * What is started, the first being what the others are compared with.
	 */
	private final Map<String, Variant> variants = new LinkedHashMap<>();

	private StartupBenchmark(StartupOptions options, Path folder, Map<String, Announcement> peers) throws IOException {
		this.options = options;
		this.folder = folder;
		BenchmarkApplications applications = new BenchmarkApplications(folder);
		Path against = options.against();
		if (against != null) {
			this.variants.put("with the other", new Variant(applications.without(List.of(), against), List.of()));
		}
		else {
			this.variants.put("without", new Variant(applications.without(List.of()), List.of()));
		}
		this.variants.put("with",
				new Variant(applications.with(new Announcement.Needs(true, List.of(), List.of())), List.of()));
		for (Map.Entry<String, Announcement> peer : peers.entrySet()) {
			this.variants.put("with " + peer.getKey(),
					new Variant(applications.with(peer.getValue().needs()), peer.getValue().needs().arguments()));
		}
	}

	/**
	 * Run the measurement.
	 * @param arguments the options, see {@code --help}
	 * @throws Exception if the application does not start
	 */
	public static void main(String[] arguments) throws Exception {
		System.exit(run(System.out, arguments));
	}

	static int run(PrintStream console, String... arguments) throws Exception {
		return run(console, Map::of, arguments);
	}

	/**
	 * Run the measurement.
	 * @param console where to tell the results
	 * @param others opens other ways of announcing, by their names, which are closed in
	 * the end
	 * @param arguments the options
	 * @return 0 when it ran, 2 for wrong use
	 */
	static int run(PrintStream console, Callable<Map<String, Announcement>> others, String... arguments)
			throws Exception {
		StartupOptions options;
		try {
			options = StartupOptions.of(arguments);
		}
		catch (IllegalArgumentException ex) {
			console.println(ex.getMessage());
			return 2;
		}
		if (options.help()) {
			console.println(StartupOptions.HELP);
			return 0;
		}
		Path folder = Files.createTempDirectory("aidis-port-startup");
		Map<String, Announcement> peers = new LinkedHashMap<>();
		try {
			if (options.against() == null) {
				peers.put("Spring Boot's port file", new PortFileAnnouncement(folder));
			}
			if (options.etcd() != null) {
				peers.put("etcd", RegistryAnnouncement.inEtcd(options.etcd()));
			}
			peers.putAll(others.call());
			new StartupBenchmark(options, folder, peers).measure(console);
		}
		finally {
			peers.values().forEach(Announcement::close);
			FileSystemUtils.deleteRecursively(folder);
		}
		return 0;
	}

	private void measure(PrintStream console) throws IOException, InterruptedException {
		List<String> names = new ArrayList<>(this.variants.keySet());
		Map<String, List<Start>> starts = new LinkedHashMap<>();
		names.forEach((name) -> starts.put(name, new ArrayList<>()));
		List<String> order = new ArrayList<>(names);
		for (int round = 0; round < this.options.rounds(); round++) {
			for (String name : order) {
				starts.get(name).add(start(this.variants.get(name)));
			}
			// Who comes second finds the files in memory and the processor warm.
			Collections.rotate(order, 1);
		}
		String base = names.get(0);
		for (String name : names.subList(1, names.size())) {
			console.println("| medians of " + this.options.rounds() + " pairs | " + base + " | " + name
					+ " | difference, middle half of the pairs | ratio |");
			console.println("|---|---|---|---|---|");
			tell(console, "ready after, ms", starts.get(base), starts.get(name), Start::wall);
			tell(console, "processor time until then, ms", starts.get(base), starts.get(name), Start::cpu);
			tell(console, "heap at rest, kB", starts.get(base), starts.get(name), Start::heap);
			tell(console, "threads at rest", starts.get(base), starts.get(name), Start::threads);
		}
	}

	private static void tell(PrintStream console, String what, List<Start> plain, List<Start> equipped,
			ToLongFunction<Start> figure) {
		double[] differences = pairs(plain,
				(pair) -> figure.applyAsLong(equipped.get(pair)) - (double) figure.applyAsLong(plain.get(pair)));
		double[] ratios = pairs(plain,
				(pair) -> figure.applyAsLong(equipped.get(pair)) / (double) figure.applyAsLong(plain.get(pair)));
		console.printf(Locale.ROOT, "| %s | %.0f | %.0f | %+.0f (%+.0f to %+.0f) | %.3f |%n", what,
				quantile(plain.stream().mapToDouble(figure::applyAsLong).sorted().toArray(), 0.5),
				quantile(equipped.stream().mapToDouble(figure::applyAsLong).sorted().toArray(), 0.5),
				quantile(differences, 0.5), quantile(differences, 0.25), quantile(differences, 0.75),
				quantile(ratios, 0.5));
	}

	private static double[] pairs(List<Start> starts, IntToDoubleFunction figure) {
		return IntStream.range(0, starts.size()).mapToDouble(figure).sorted().toArray();
	}

	private static double quantile(double[] sorted, double part) {
		double place = part * (sorted.length - 1);
		int below = (int) place;
		int above = Math.min(below + 1, sorted.length - 1);
		return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
	}

	private Start start(Variant variant) throws IOException, InterruptedException {
		Path run = Files.createTempDirectory(this.folder, "run");
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(this.options.jvm());
		command.addAll(List.of("-D" + StartupApplication.REST + "=" + this.options.rest(), "-cp", variant.classPath(),
				StartupApplication.class.getName(), "--server.port=0", "--spring.application.name=startup",
				"--aidis.port.registry.file=" + run.resolve("port-registry.json")));
		command.addAll(variant.arguments());
		ProcessBuilder builder = new ProcessBuilder(command).directory(run.toFile()).redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("AIDIS_") || name.equals("PORT"));
		Process process = builder.start();
		CompletableFuture.delayedExecutor(PATIENCE.toSeconds(), TimeUnit.SECONDS).execute(process::destroyForcibly);
		try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
			List<String> lines = output.lines().toList();
			process.waitFor();
			for (String line : lines) {
				Start start = Start.of(line);
				if (start != null) {
					return start;
				}
			}
			throw new IOException("The application did not start:\n" + String.join("\n", lines));
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * An application.
	 *
	 * @param classPath its class path
	 * @param arguments its arguments
	 */
	private record Variant(String classPath, List<String> arguments) {

	}

}
