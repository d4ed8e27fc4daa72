package dev.aidis.port.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerPortFileWriter;

/**
 * Spring Boot's port file. It stays when its process is killed, and tells nobody so.
 */
final class PortFileAnnouncement implements Announcement {

	/**
	 * Begins the argument that names the file.
	 */
	private static final String PORT_FILE = "--port-file=";

	private final Path file;

	PortFileAnnouncement(Path folder) {
		this.file = folder.resolve("application.port");
	}

	/**
	 * Let an application write the file that its command line names, if it names one.
	 */
	static void addWriter(SpringApplication application, String... arguments) {
		file(arguments).ifPresent((file) -> application.addListeners(new WebServerPortFileWriter(file)));
	}

	/**
	 * Tell whether the file is there that a command line names, if it names one.
	 */
	static boolean isWritten(String... arguments) {
		return file(arguments).map(Path::of).map(Files::exists).orElse(true);
	}

	private static Optional<String> file(String... arguments) {
		return Stream.of(arguments)
			.filter((argument) -> argument.startsWith(PORT_FILE))
			.map((argument) -> argument.substring(PORT_FILE.length()))
			.findFirst();
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
