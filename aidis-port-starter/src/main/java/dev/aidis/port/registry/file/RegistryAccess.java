package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.aidis.port.PortRegistryException;
import dev.aidis.port.registry.file.RegistryReader.Snapshot;

/**
 * Reads and changes the file for those who need not know how, and turns what goes wrong
 * into errors that name the file and the way out.
 */
final class RegistryAccess {

	private final Path file;

	private final RegistryReader reader;

	private final RegistryWriter writer;

	RegistryAccess(Path file, RegistryReader reader, RegistryWriter writer) {
		this.file = file;
		this.reader = reader;
		this.writer = writer;
	}

	/**
	 * Return what the file holds now.
	 * @throws PortRegistryException if it cannot be read
	 */
	Snapshot read() {
		try {
			return this.reader.read();
		}
		catch (IOException | RuntimeException ex) {
			throw failure("read", ex);
		}
	}

	/**
	 * Tell whether there is no file, and so nothing to remove.
	 */
	boolean isMissing() {
		return Files.notExists(this.file);
	}

	/**
	 * Change what the file holds.
	 * @throws PortRegistryException if it cannot be written
	 */
	void update(DocumentChange change) {
		try {
			RegistryFormat.load();
			this.writer.update((document) -> {
				change.apply(document);
				this.reader.learn(document);
			});
		}
		catch (PortRegistryException ex) {
			throw ex;
		}
		catch (IOException | RuntimeException ex) {
			throw failure("written", ex);
		}
	}

	private PortRegistryException failure(String verb, Exception ex) {
		String message = "The port registry " + this.file + " cannot be " + verb + ": " + reason(ex);
		return new PortRegistryException((ex instanceof FileSystemException)
				? message + ". Set AIDIS_PORT_REGISTRY or aidis.port.registry.file to a file in a folder of your own"
				: message, ex);
	}

	/**
	 * Messages of the file system's own exceptions are often no more than the path.
	 */
	private static String reason(Exception ex) {
		boolean telling = ex instanceof IOException
				&& (!(ex instanceof FileSystemException) || ex.getClass() == FileSystemException.class);
		return telling ? String.valueOf(ex.getMessage()) : ex.getClass().getSimpleName() + ": " + ex.getMessage();
	}

}
