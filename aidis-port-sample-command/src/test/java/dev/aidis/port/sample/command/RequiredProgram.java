package dev.aidis.port.sample.command;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of the system that a test cannot do without. The test skips where it is
 * missing, or fails when {@code AIDIS_REQUIRE_ALL} is {@code true}.
 */
final class RequiredProgram {

	private RequiredProgram() {
	}

	/**
	 * Return where a program is.
	 */
	static Path find(String program) {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map((folder) -> Path.of(folder, program))
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow();
	}

	static void require(String program, String debianPackage) {
		boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, program)));
		if (!found) {
			String message = "'" + program + "' is missing; install the package '" + debianPackage + "'";
			if ("true".equals(System.getenv("AIDIS_REQUIRE_ALL"))) {
				Assertions.fail(message);
			}
			Assumptions.abort(message);
		}
	}

}
