package dev.aidis.port.chaos;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Starts the JVMs of workers, as cheaply as it goes: what they load is put into a shared
 * archive once. That takes jars, so folders of classes are packed before.
 */
final class WorkerJvm {

	private static final List<String> CHEAP = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m",
			"-Xshare:auto", "-XX:-UsePerfData", "-Xlog:disable", "-Xlog:all=error:stderr",
			// Logback would take longer to start than everything else together.
			"-Dorg.apache.commons.logging.LogFactory=org.apache.commons.logging.impl.LogFactoryImpl",
			"-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.SimpleLog");

	/**
	 * For workers that are killed before what is compiled has paid.
	 */
	static final List<String> SHORT_LIVED = List.of("-XX:CompileThresholdScaling=5");

	private static final int TRAINING_SECONDS = 120;

	private static final int TRAINING_LINES = 300;

	/**
	 * To make the archive takes as long as to start so many JVMs without it.
	 */
	private static final int WORTH_AN_ARCHIVE = 10;

	private static final Pattern LOADED_FROM = Pattern.compile("source: file:(\\S+)");

	private final Path folder;

	private final Children children;

	private final Path archive;

	private final List<String> options;

	private List<String> classPath;

	/**
	 * Prepare the start of workers.
	 * @param folder a folder for the archive and for what workers print as errors
	 * @param children where the started processes are kept
	 * @param starts how many JVMs will be started
	 * @param options of the JVM, beside those that all have
	 */
	WorkerJvm(Path folder, Children children, int starts, List<String> options)
			throws IOException, InterruptedException {
		this.folder = folder;
		this.archive = folder.resolve("workers.jsa");
		this.children = children;
		this.options = options;
		this.classPath = pack(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
		if (starts >= WORTH_AN_ARCHIVE) {
			Path log = folder.resolve("loaded.txt");
			train("-Xlog:class+load:file=" + log);
			List<String> all = this.classPath;
			this.classPath = usedFirst(Files.readString(log));
			train("-XX:ArchiveClassesAtExit=" + this.archive);
			// The class path may be longer than the archive's, not different.
			this.classPath.addAll(all);
		}
	}

	/**
	 * A JVM compares every jar of the archive's class path when it starts, so there
	 * should be none that is not needed.
	 */
	private List<String> usedFirst(String log) {
		Set<String> used = LOADED_FROM.matcher(log)
			.results()
			.map((result) -> result.group(1))
			.collect(Collectors.toSet());
		return new ArrayList<>(this.classPath.stream().filter(used::contains).toList());
	}

	private List<String> pack(String classPath) throws IOException {
		List<String> packed = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			Path path = Path.of(entry);
			if (Files.isDirectory(path)) {
				packed.add(pack(path, this.folder.resolve("classes-" + packed.size() + ".jar")).toString());
			}
			else if (Files.exists(path)) {
				packed.add(entry);
			}
		}
		return packed;
	}

	private static Path pack(Path classes, Path jar) throws IOException {
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
				Stream<Path> files = Files.walk(classes)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				zip.putNextEntry(new ZipEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
				Files.copy(file, zip);
			}
		}
		return jar;
	}

	/**
	 * Let one worker do a bit of everything, and keep what it has loaded.
	 */
	private void train(String option) throws IOException, InterruptedException {
		Process process = start(List.of(option),
				List.of(this.folder.resolve("training/port-registry.json").toString(), "0", "1", "0", "0"));
		try (OutputStream input = process.getOutputStream()) {
			input.write("go\n".getBytes(StandardCharsets.UTF_8));
			input.flush();
			long lines = process.inputReader().lines().limit(TRAINING_LINES).count();
			if (lines < TRAINING_LINES) {
				throw new IOException("A worker cannot be started: " + errors());
			}
			input.write("stop\n".getBytes(StandardCharsets.UTF_8));
			input.flush();
			process.inputReader().lines().anyMatch("stopped"::equals);
		}
		if (!process.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS)) {
			throw new IOException("A worker does not end: " + errors());
		}
	}

	/**
	 * Start a worker.
	 * @param arguments what {@link ChaosWorker#main} takes
	 */
	Process start(List<String> arguments) throws IOException {
		return start(Files.exists(this.archive) ? List.of("-XX:SharedArchiveFile=" + this.archive) : List.of(),
				arguments);
	}

	private Process start(List<String> options, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(CHEAP);
		command.addAll(this.options);
		command.addAll(options);
		command.addAll(List.of("-cp", String.join(File.pathSeparator, this.classPath), ChaosWorker.class.getName()));
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).redirectError(Redirect.appendTo(errorFile().toFile())).start();
		this.children.add(process);
		return process;
	}

	private Path errorFile() {
		return this.folder.resolve("errors.txt");
	}

	/**
	 * Return what workers have printed as errors, or the end of it.
	 */
	String errors() throws IOException {
		String errors = Files.exists(errorFile()) ? Files.readString(errorFile()).strip() : "";
		return errors.substring(Math.max(0, errors.length() - 2000));
	}

}
