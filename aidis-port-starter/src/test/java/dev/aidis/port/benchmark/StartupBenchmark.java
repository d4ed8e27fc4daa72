package dev.aidis.port.benchmark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistry;

/**
 * Starts the same application without and with the starter, in turns and as processes of
 * their own, and compares what that takes. Each finds an empty registry file.
 */
public final class StartupBenchmark {

	private static final String[] LIBRARIES = { "spring-boot-starter-webmvc", "spring-boot-starter-actuator" };

	private final StartupOptions options;

	private final Path folder;

	private final String without;

	private final String with;

	private StartupBenchmark(StartupOptions options, Path folder) throws Exception {
		this.options = options;
		this.folder = folder;
		Path application = folder.resolve("application.jar");
		Path classes = location(StartupApplication.class);
		String name = StartupApplication.class.getPackageName().replace('.', File.separatorChar);
		ApplicationClassPath.pack(application, classes,
				Stream.of("StartupApplication.class", "Start.class").map(classes.resolve(name)::resolve).toList());
		Path starter = location(PortRegistry.class);
		if (Files.isDirectory(starter)) {
			Path packed = folder.resolve("aidis-port-starter.jar");
			ApplicationClassPath.pack(packed, starter, ApplicationClassPath.files(starter));
			starter = packed;
		}
		String libraries = Stream
			.concat(Stream.of(application), new ApplicationClassPath(JavaProcess.classPath()).of(LIBRARIES).stream())
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
		Path against = options.against();
		this.without = (against != null) ? libraries + File.pathSeparator + against : libraries;
		this.with = libraries + File.pathSeparator + starter;
	}

	private static Path location(Class<?> type) throws Exception {
		return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
	}

	/**
	 * Run the measurement.
	 * @param arguments the options, see {@code --help}
	 * @throws Exception if the application does not start
	 */
	public static void main(String[] arguments) throws Exception {
		System.exit(run(System.out, arguments));
	}

	/**
	 * Run the measurement.
	 * @param console where to tell the results
	 * @param arguments the options
	 * @return 0 when it ran, 2 for wrong use
	 */
	static int run(PrintStream console, String... arguments) throws Exception {
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
		try {
			new StartupBenchmark(options, folder).measure(console);
		}
		finally {
			try (Stream<Path> files = Files.walk(folder)) {
				files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
			}
		}
		return 0;
	}

	private void measure(PrintStream console) throws IOException, InterruptedException {
		List<Start> plain = new ArrayList<>();
		List<Start> equipped = new ArrayList<>();
		for (int pair = 0; pair < this.options.pairs(); pair++) {
			// Who comes second finds the files in memory and the processor warm.
			boolean plainFirst = pair % 2 == 0;
			Start first = start(plainFirst ? this.without : this.with);
			Start second = start(plainFirst ? this.with : this.without);
			plain.add(plainFirst ? first : second);
			equipped.add(plainFirst ? second : first);
		}
		console.println("| medians of " + this.options.pairs() + " pairs | "
				+ ((this.options.against() != null) ? "with the other" : "without")
				+ " | with | difference, middle half of the pairs | ratio |");
		console.println("|---|---|---|---|---|");
		tell(console, "ready after, ms", plain, equipped, Start::wall);
		tell(console, "processor time until then, ms", plain, equipped, Start::cpu);
		tell(console, "heap at rest, kB", plain, equipped, Start::heap);
		tell(console, "threads at rest", plain, equipped, Start::threads);
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

	private Start start(String classPath) throws IOException, InterruptedException {
		Path run = Files.createTempDirectory(this.folder, "run");
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(this.options.jvm());
		command.addAll(List.of("-D" + StartupApplication.REST + "=" + this.options.rest(), "-cp", classPath,
				StartupApplication.class.getName(), "--server.port=0", "--spring.application.name=startup",
				"--aidis.port.registry.file=" + run.resolve("port-registry.json")));
		ProcessBuilder builder = new ProcessBuilder(command).directory(run.toFile()).redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("AIDIS_") || name.equals("PORT"));
		Process process = builder.start();
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

}
