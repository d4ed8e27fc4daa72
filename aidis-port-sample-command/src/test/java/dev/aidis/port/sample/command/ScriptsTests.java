package dev.aidis.port.sample.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the tests that the shell scripts have of their own.
 */
@DisabledOnOs(OS.WINDOWS)
class ScriptsTests {

	private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

	@Test
	void scriptsPassShellcheck() throws Exception {
		RequiredProgram.require("shellcheck", "shellcheck");
		run(files("scripts", ".sh", ".bash", ".bats"), "shellcheck", "--external-sources", ".ci/run", "start-aidis.sh",
				"stop-aidis.sh")
			.succeeds();
	}

	/**
	 * Return the files of a folder whose names end in one of some ways, as paths from the
	 * checkout.
	 */
	private static List<Path> files(String folder, String... ends) throws IOException {
		try (Stream<Path> files = Files.walk(CHECKOUT.resolve(folder))) {
			return files.map(CHECKOUT::relativize)
				.filter((file) -> Stream.of(ends).anyMatch(file.toString()::endsWith))
				.sorted()
				.collect(Collectors.toCollection(ArrayList::new));
		}
	}

	@Test
	void scriptsPassTheirOwnTests() throws Exception {
		RequiredProgram.require("bats", "bats");
		RequiredProgram.require("jq", "jq");
		RequiredProgram.require("curl", "curl");
		List<Path> others = files("scripts/test", ".bats");
		Path longest = Path.of("scripts/test/start-stop.bats");
		assertThat(others.remove(longest)).isTrue();
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			// Most of them wait for processes, and none needs anything of another.
			List<Callable<Command>> runs = List.of(() -> run(List.of(longest), "bats"), () -> run(others, "bats"));
			for (Future<Command> ended : threads.invokeAll(runs)) {
				ended.get().succeeds();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static Command run(List<Path> files, String... program) throws Exception {
		List<String> command = new ArrayList<>(List.of(program));
		files.forEach((file) -> command.add(file.toString()));
		return Command.run(CHECKOUT, Map.of(), command.toArray(String[]::new));
	}

}
