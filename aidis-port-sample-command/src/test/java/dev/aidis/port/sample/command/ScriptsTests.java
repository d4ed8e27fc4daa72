package dev.aidis.port.sample.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Runs the tests that the shell scripts have of their own.
 */
@DisabledOnOs(OS.WINDOWS)
class ScriptsTests {

	private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

	@Test
	void scriptsPassShellcheck() throws Exception {
		RequiredProgram.require("shellcheck", "shellcheck");
		List<String> command = new ArrayList<>(
				List.of("shellcheck", "--external-sources", ".ci/run", "start-aidis.sh", "stop-aidis.sh"));
		command.addAll(scripts());
		Command.run(CHECKOUT, Map.of(), command.toArray(String[]::new)).succeeds();
	}

	private static List<String> scripts() throws IOException {
		try (Stream<Path> files = Files.walk(CHECKOUT.resolve("scripts"))) {
			return files.map((file) -> CHECKOUT.relativize(file).toString())
				.filter((name) -> name.endsWith(".sh") || name.endsWith(".bash") || name.endsWith(".bats"))
				.toList();
		}
	}

	@Test
	void scriptsPassTheirOwnTests() throws Exception {
		RequiredProgram.require("bats", "bats");
		RequiredProgram.require("jq", "jq");
		RequiredProgram.require("curl", "curl");
		Command.run(CHECKOUT, Map.of(), "bats", "scripts/test").succeeds();
	}

}
