package dev.aidis.port.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * The registry file.
 */
final class FileAnnouncement implements Announcement {

	private final Path file;

	private final FilePortRegistry registry;

	FileAnnouncement(Path folder) {
		this.file = folder.resolve("port-registry.json");
		this.registry = new FilePortRegistry(this.file, Duration.ofMinutes(1));
	}

	@Override
	public List<String> arguments() {
		return List.of("--aidis.port.registry.file=" + this.file);
	}

	@Override
	public OptionalInt port() {
		return this.registry.registrations(ServiceLifeApplication.NAME)
			.stream()
			.mapToInt((found) -> found.port())
			.findFirst();
	}

	@Override
	public void close() {
		this.registry.close();
	}

}
