package dev.aidis.port.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders that a run needs and removes.
 */
final class Surroundings implements AutoCloseable {

	private final Path registryFolder;

	private final Path workFolder;

	private boolean kept;

	/**
	 * Create the folders.
	 * @param checked the folder that is on the file system to check
	 */
	Surroundings(Path checked) throws IOException {
		Files.createDirectories(checked);
		this.registryFolder = Files.createTempDirectory(checked, "aidis-chaos-");
		this.workFolder = Files.createTempDirectory("aidis-chaos-work-");
	}

	Path file() {
		return this.registryFolder.resolve("port-registry.json");
	}

	/**
	 * Return a folder for what is not on the file system to check.
	 */
	Path workFolder() {
		return this.workFolder;
	}

	List<Path> temporaryFiles() throws IOException {
		try (Stream<Path> files = Files.list(this.registryFolder)) {
			return files.filter((path) -> path.getFileName().toString().contains(".tmp")).toList();
		}
	}

	/**
	 * Say where and when a run took place.
	 */
	void describe(ChaosReport report) throws IOException {
		report.fact("folder", this.registryFolder.getParent());
		report.fact("file system", Files.getFileStore(this.registryFolder).type());
		report.fact("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", JDK "
				+ Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
		report.fact("date", Instant.now().truncatedTo(ChronoUnit.SECONDS));
	}

	/**
	 * Leave the registry's folder for a person to look at.
	 */
	void keep(ChaosReport report) {
		this.kept = true;
		report.fact("kept for you to look at", this.registryFolder);
	}

	@Override
	public void close() throws IOException {
		delete(this.workFolder);
		if (!this.kept) {
			delete(this.registryFolder);
		}
	}

	private static void delete(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			files.sorted(Comparator.reverseOrder()).forEach((path) -> {
				try {
					Files.deleteIfExists(path);
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
		}
	}

}
