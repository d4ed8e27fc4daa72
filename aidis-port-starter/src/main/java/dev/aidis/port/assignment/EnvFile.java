package dev.aidis.port.assignment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The {@code .env} file of a checkout. It is looked for in the working directory and its
 * ancestors up to the one with a {@code .git}. Only {@code PORT} and variables that start
 * with {@code AIDIS_} are taken from it, and they stand below the real environment.
 */
final class EnvFile {

	/**
	 * Ends as Spring Boot wants it of a source whose names are to be read like those of
	 * environment variables.
	 */
	static final String PROPERTY_SOURCE_NAME = "aidisEnvFile-"
			+ StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

	private static final Pattern ASSIGNMENT = Pattern
		.compile("\\uFEFF?\\s*(?:export\\s+)?(AIDIS_[A-Z0-9_]+|PORT)\\s*=(.*)");

	private static final Pattern QUOTED = Pattern.compile("\\s*(?:\"([^\"]*)\"|'([^']*)')\\s*(?:#.*)?");

	private EnvFile() {
	}

	/**
	 * Find the file that counts in a directory: its own, or that of the nearest ancestor
	 * within the same checkout. Outside of a checkout nobody but the directory itself has
	 * a say.
	 */
	static @Nullable Path find(Path directory) {
		Path own = directory.toAbsolutePath().resolve(".env");
		Path nearest = Files.isRegularFile(own) ? own : null;
		for (Path current = directory.toAbsolutePath(); current != null; current = current.getParent()) {
			Path candidate = current.resolve(".env");
			if (nearest == null && Files.isRegularFile(candidate)) {
				nearest = candidate;
			}
			if (Files.exists(current.resolve(".git"))) {
				return nearest;
			}
		}
		return Files.isRegularFile(own) ? own : null;
	}

	static PropertySource load(Path file) throws IOException {
		Map<String, Object> variables = new LinkedHashMap<>();
		// Lenient, so that a comment in another encoding does not cost the whole file.
		new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().forEach((line) -> {
			Matcher assignment = ASSIGNMENT.matcher(line);
			if (assignment.matches()) {
				variables.put(assignment.group(1), value(assignment.group(2)));
			}
		});
		return new PropertySource(variables, file);
	}

	private static String value(String text) {
		Matcher quoted = QUOTED.matcher(text);
		if (quoted.matches()) {
			return (quoted.group(1) != null) ? quoted.group(1) : quoted.group(2);
		}
		return text.replaceFirst("(^|\\s)#.*$", "").strip();
	}

	/**
	 * The variables of the file; every one has the file as its origin.
	 */
	static final class PropertySource extends SystemEnvironmentPropertySource implements OriginLookup<String> {

		private final Path file;

		PropertySource(Map<String, Object> variables, Path file) {
			super(PROPERTY_SOURCE_NAME, variables);
			this.file = file;
		}

		@Override
		public @Nullable Origin getOrigin(String name) {
			return containsProperty(name) ? new FileOrigin(this.file) : null;
		}

	}

	private record FileOrigin(Path file) implements Origin {

		@Override
		public String toString() {
			return this.file.toString();
		}

	}

}
