package dev.aidis.port.assignment;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Finds the port that this service had before, where {@code aidis.port.sticky} asks for
 * it. What cannot be read or written is told, and costs nothing but the memory.
 */
final class StickyPorts {

	private static final String TEST_MARKER = "org.springframework.boot.test.context.SpringBootTestContextBootstrapper";

	private final boolean enabled;

	private final @Nullable String folder;

	private final String serviceName;

	private final Supplier<String> registry;

	private final Log logger;

	private boolean opened;

	private @Nullable StickyPort memory;

	private int previous;

	/**
	 * Create a new search.
	 * @param environment the application's environment
	 * @param properties the properties bound from it
	 * @param serviceName the name of the service
	 * @param registry tells the registry the service belongs to
	 * @param logger takes what a person should know
	 */
	StickyPorts(Environment environment, PortAssignmentProperties properties, String serviceName,
			Supplier<String> registry, Log logger) {
		// A test has a registry of its own, so there is nothing to come back to.
		this.enabled = properties.isSticky() && !environment.containsProperty(TEST_MARKER);
		this.folder = properties.getStickyFolder();
		this.serviceName = serviceName;
		this.registry = registry;
		this.logger = logger;
	}

	/**
	 * Return the port that the service had.
	 * @return the port, 0 if none is known
	 */
	int previous() {
		open();
		return this.previous;
	}

	/**
	 * Return what remembers the port for the next time.
	 */
	@Nullable StickyPort memory() {
		open();
		return this.memory;
	}

	/**
	 * The service does not start.
	 */
	void forget() {
		if (this.memory != null) {
			this.memory.close();
		}
	}

	private void open() {
		if (!this.enabled || this.opened) {
			return;
		}
		this.opened = true;
		try {
			StickyPort claimed = StickyPort.claim(folder(), this.serviceName, this.registry.get());
			this.memory = claimed;
			read(claimed);
		}
		catch (IOException | InvalidPathException | UnsupportedOperationException ex) {
			this.logger.warn("The port of service '" + this.serviceName + "' is not remembered (aidis.port.sticky): "
					+ ex + ". Set aidis.port.sticky-folder to a folder that this process may write to.");
		}
	}

	private void read(StickyPort claimed) {
		try {
			this.previous = claimed.port();
		}
		catch (IOException ex) {
			this.logger.warn("The port that service '" + this.serviceName + "' had before is not known, so it gets "
					+ "another one (aidis.port.sticky): " + ex.getMessage()
					+ ". The file is written anew when the service has its port.");
		}
	}

	private Path folder() {
		if (StringUtils.hasText(this.folder)) {
			return Path.of(this.folder);
		}
		// As for the registry: shells go by HOME, Java by the user database.
		String home = System.getenv("HOME");
		return Path.of(StringUtils.hasText(home) ? home : System.getProperty("user.home"), ".aidis", "ports");
	}

}
