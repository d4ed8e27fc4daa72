package dev.aidis.port.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Spring Boot's port file. It stays when its process is killed, and tells nobody so.
 */
final class PortFileAnnouncement implements Announcement {

	/**
	 * Begins the argument that names the file.
	 */
	static final String PORT_FILE = "--port-file=";

	private final Path file;

	PortFileAnnouncement(Path folder) {
		this.file = folder.resolve("application.port");
	}

	@Override
	public Needs needs() {
		return new Needs(false, List.of(), List.of(PORT_FILE + this.file));
	}

	@Override
	public OptionalInt port() {
		try {
			String text = Files.readString(this.file);
			return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
		}
		catch (NoSuchFileException ex) {
			return OptionalInt.empty();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public boolean noticesDeath() {
		return false;
	}

	@Override
	public void clear() {
		try {
			Files.deleteIfExists(this.file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		clear();
	}

}
