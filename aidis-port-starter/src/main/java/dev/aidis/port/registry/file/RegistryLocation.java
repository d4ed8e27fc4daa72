package dev.aidis.port.registry.file;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Finds the registry file of an application. First of: {@code aidis.port.registry.file},
 * {@code AIDIS_PORT_REGISTRY}, {@code port-registry.json} in {@code AIDIS_RUN_DIR}, a
 * temporary file under Spring Boot's test support, {@code run/port-registry.json} in the
 * checkout around the working directory, {@code .aidis/run/port-registry.json} in the
 * home directory.
 *
 * @since 0.1.0
 */
public final class RegistryLocation {

	private static final String FILE_NAME = "port-registry.json";

	private static final String TEST_MARKER = "org.springframework.boot.test.context.SpringBootTestContextBootstrapper";

	private RegistryLocation() {
	}

	/**
	 * Find the registry file.
	 * @param environment the application's environment
	 * @param properties the properties bound from it
	 * @return the absolute path; nothing needs to exist there
	 * @throws InvalidConfigurationPropertyValueException if a setting is no path
	 */
	public static Path find(Environment environment, FileRegistryProperties properties) {
		return find(environment, properties, Path.of(""));
	}

	/**
	 * Tell whether somebody has said where the registry file is.
	 * @param environment the application's environment
	 * @param properties the properties bound from it
	 * @return whether one of the settings is there
	 * @throws InvalidConfigurationPropertyValueException if a setting is no path
	 */
	public static boolean isConfigured(Environment environment, FileRegistryProperties properties) {
		return configured(environment, properties) != null;
	}

	static Path find(Environment environment, FileRegistryProperties properties, Path workingDirectory) {
		Path file = configured(environment, properties);
		if (file == null && environment.containsProperty(TEST_MARKER)) {
			file = TemporaryRegistry.FILE;
		}
		return ((file != null) ? file : defaultFile(workingDirectory)).toAbsolutePath().normalize();
	}

	private static @Nullable Path configured(Environment environment, FileRegistryProperties properties) {
		Path file = path("aidis.port.registry.file", properties.getFile());
		file = (file != null) ? file : path("AIDIS_PORT_REGISTRY", environment.getProperty("AIDIS_PORT_REGISTRY"));
		if (file == null) {
			Path folder = path("AIDIS_RUN_DIR", environment.getProperty("AIDIS_RUN_DIR"));
			file = (folder != null) ? folder.resolve(FILE_NAME) : null;
		}
		return file;
	}

	private static @Nullable Path path(String setting, @Nullable String value) {
		if (!StringUtils.hasText(value)) {
			return null;
		}
		try {
			return Path.of(value);
		}
		catch (InvalidPathException ex) {
			throw new InvalidConfigurationPropertyValueException(setting, value,
					"It is no path of this file system: " + ex.getReason() + ".");
		}
	}

	private static Path defaultFile(Path workingDirectory) {
		Path file = ofCheckout(workingDirectory);
		return (file != null) ? file : home().resolve(".aidis").resolve("run").resolve(FILE_NAME);
	}

	/**
	 * Return the registry file of the checkout around a directory.
	 * @param directory the directory
	 * @return the path, or {@code null} outside of a checkout
	 */
	public static @Nullable Path ofCheckout(Path directory) {
		for (Path root = directory.toAbsolutePath(); root != null; root = root.getParent()) {
			if (Files.exists(root.resolve(".git"))) {
				return root.resolve("run").resolve(FILE_NAME);
			}
		}
		return null;
	}

	/**
	 * Shells, and so our scripts, go by {@code HOME}; Java by the user database.
	 */
	private static Path home() {
		String home = System.getenv("HOME");
		return Path.of(StringUtils.hasText(home) ? home : System.getProperty("user.home"));
	}

	/**
	 * The registry of this JVM's tests, gone when the JVM ends.
	 */
	private static final class TemporaryRegistry {

		static final Path FILE = create();

		private static Path create() {
			try {
				Path folder = Files.createTempDirectory("aidis-port-test");
				Path file = folder.resolve(FILE_NAME);
				// Deleted in reverse order, and after the shutdown hooks have run.
				List.of(folder, file, RegistryLock.fileFor(file), LiveSlots.fileFor(file))
					.stream()
					.map(Path::toFile)
					.forEach(File::deleteOnExit);
				return file;
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Cannot create a temporary port registry for tests", ex);
			}
		}

	}

}
