package dev.aidis.port.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * A registry file.
 */
final class FileStore implements Store {

	private final Path folder;

	private final Path file;

	private final List<FilePortRegistry> opened = new ArrayList<>();

	FileStore() throws IOException {
		this.folder = Files.createTempDirectory("aidis-scale-");
		this.file = this.folder.resolve("port-registry.json");
	}

	@Override
	public PortRegistry open() {
		FilePortRegistry registry = new FilePortRegistry(this.file, Duration.ofMinutes(1));
		this.opened.add(registry);
		return registry;
	}

	@Override
	public long size() throws IOException {
		return Files.size(this.file);
	}

	@Override
	public double writes() {
		return 0;
	}

	@Override
	public String atRest(int seconds) {
		return "";
	}

	@Override
	public void close() throws IOException {
		this.opened.forEach(FilePortRegistry::close);
		try (Stream<Path> files = Files.list(this.folder)) {
			for (Path left : files.toList()) {
				Files.deleteIfExists(left);
			}
		}
		Files.delete(this.folder);
	}

}
