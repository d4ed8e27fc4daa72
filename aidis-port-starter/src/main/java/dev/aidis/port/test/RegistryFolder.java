package dev.aidis.port.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.FileSystemUtils;

/**
 * A temporary folder for a registry file.
 */
final class RegistryFolder {

	private static final Log logger = LogFactory.getLog(RegistryFolder.class);

	private final Path path;

	RegistryFolder() {
		try {
			this.path = Files.createTempDirectory("aidis-port-test");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot create a temporary port registry for a test", ex);
		}
	}

	Path file() {
		return this.path.resolve("port-registry.json");
	}

	void delete() {
		try {
			FileSystemUtils.deleteRecursively(this.path);
		}
		catch (IOException ex) {
			logger.debug("Could not delete " + this.path, ex);
		}
	}

}
