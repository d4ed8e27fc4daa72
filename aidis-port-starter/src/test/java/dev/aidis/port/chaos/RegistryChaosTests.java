package dev.aidis.port.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.RequiredProgram;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The short form of what {@link RegistryChaosIT} does at length.
 */
class RegistryChaosTests {

	@TempDir
	Path folder;

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

	@Test
	void workersThatAreKilledLoseNothingOfOthersAndAreNotReturned() throws Exception {
		ChaosReport report = chaos("--workers", "4", "--kills", "10", "--operations", "500");
		assertThat(report.isPassed()).as(report.toString()).isTrue();
		assertThat(report.get("operations")).as("500 or a few more").matches("[5-9]\\d\\d of 500");
		assertThat(report.get("kills")).isEqualTo("10 of 10");
		assertThat(report.get("look-ups by the coordinator")).isNotEqualTo("0");
		assertThat(entries(this.folder)).as("what is left").isEmpty();
	}

	@Test
	void processesThatUpdateAtOnceGetWhatTheyWrote() throws Exception {
		List<ChaosReport> reports = RegistryChaos.run(options("--contention", "2,4", "--updates", "20"), console());
		assertThat(reports).hasSize(2).allMatch(ChaosReport::isPassed, reports.toString());
		assertThat(reports).extracting((report) -> report.get("operations")).containsExactly("40", "80");
	}

	@Test
	void programThatTakesNoLockLosesNothingAndTakesNothingAway() throws Exception {
		RequiredProgram.require("node", "nodejs");
		ChaosReport report = chaos("--workers", "2", "--kills", "0", "--operations", "1", "--node", "1",
				"--node-operations", "150");
		for (String count : List.of("live entries lost", "dead returned", "wrong entries at rest",
				"temporary files left", "stuck locks", "broken file at rest", "foreign entries changed",
				"other errors")) {
			assertThat(report.get(count)).as(report.toString()).isEqualTo("0");
		}
		assertThat(report.get("lock-less changes")).isEqualTo("150");
		// Too few for a rate in tenths of a percent; with a lock alone it would be a
		// tenth.
		assertThat(Integer.parseInt(report.get("lock-less changes lost"))).as(report.toString()).isLessThan(8);
	}

	@Test
	void endsInTimeAndSaysHowFarItCame() throws Exception {
		ChaosReport report = chaos("--workers", "1", "--kills", "0", "--operations", "1000000000", "--seconds", "1");
		assertThat(report.isPassed()).as(report.toString()).isTrue();
		assertThat(report.get("operations")).endsWith(" of 1000000000");
	}

	@Test
	void wrongArgumentsAreNamed() {
		assertThat(run("--worker", "3")).isEqualTo(2);
		assertThat(run("--workers", "0")).isEqualTo(2);
		assertThat(run("--kills", "many")).isEqualTo(2);
		assertThat(run("--contention", "8,")).isEqualTo(2);
		assertThat(run("--seed", "x")).isEqualTo(2);
		assertThat(run("--folder")).isEqualTo(2);
		assertThat(this.errors.toString(StandardCharsets.UTF_8).lines()).containsExactly(
				"There is no option '--worker'; --help lists them", "--workers must be at least 1 but is 0",
				"--kills must be a number but is 'many'", "--contention must be a number but is ''",
				"--seed must be a number but is 'x'", "A value is missing after --folder");
	}

	@Test
	void folderThatCannotBeWrittenIsNamed() throws IOException {
		Path file = Files.createFile(this.folder.resolve("file"));
		assertThat(run("--folder", file.toString())).isEqualTo(2);
		assertThat(this.errors.toString(StandardCharsets.UTF_8)).contains(file.toString());
	}

	@Test
	void helpNamesEveryOption() {
		assertThat(run("--help")).isZero();
		assertThat(this.output.toString(StandardCharsets.UTF_8)).contains("--folder", "--workers", "--kills",
				"--operations", "--seconds", "--node", "--node-operations", "--seed", "--contention", "--updates",
				"--warm-up", "--figures");
	}

	private int run(String... arguments) {
		return RegistryChaos.run(console(), new PrintStream(this.errors, true, StandardCharsets.UTF_8), arguments);
	}

	private ChaosReport chaos(String... arguments) throws Exception {
		return ChaosRun.run(options(arguments), console());
	}

	private ChaosOptions options(String... arguments) {
		return new ChaosOptions(Stream.concat(Stream.of("--folder", this.folder.toString()), Stream.of(arguments))
			.toArray(String[]::new));
	}

	private PrintStream console() {
		return new PrintStream(this.output, true, StandardCharsets.UTF_8);
	}

	private static List<Path> entries(Path folder) throws IOException {
		try (Stream<Path> entries = Files.list(folder)) {
			return entries.toList();
		}
	}

}
