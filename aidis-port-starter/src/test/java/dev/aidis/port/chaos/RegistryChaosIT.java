package dev.aidis.port.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.aidis.port.RequiredProgram;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The counts and figures that the registry must reach, with {@code mvn verify -Pchaos}.
 * What is found is printed and written to {@code target/chaos-report.txt}. The system
 * properties {@code aidis.chaos.folder}, {@code aidis.chaos.kills},
 * {@code aidis.chaos.operations} and {@code aidis.chaos.seconds} change the defaults.
 */
class RegistryChaosIT {

	private static final Path REPORT = Path.of("target/chaos-report.txt");

	@BeforeAll
	static void startReport() throws IOException {
		Files.createDirectories(REPORT.getParent());
		Files.deleteIfExists(REPORT);
	}

	/**
	 * As far as it comes in the time that it is given.
	 */
	@Test
	void workersThatAreKilledLoseNothingOfOthersAndAreNotReturned() throws Exception {
		ChaosReport report = run("--kills", property("kills", "2000"), "--operations", property("operations", "100000"),
				"--seconds", property("seconds", "150"))
			.get(0);
		assertThat(report.get("kills")).doesNotStartWith("0 ");
		assertThat(report.get("operations")).doesNotStartWith("0 ");
	}

	@Test
	void processesThatUpdateAtOnceGetWhatTheyWrote() throws Exception {
		run("--contention", "8,16,32,64", "--updates", "20");
	}

	@Test
	void programThatTakesNoLockLosesNothingAndTakesNothingAway() throws Exception {
		RequiredProgram.require("node", "nodejs");
		ChaosReport report = run("--workers", "4", "--kills", "0", "--operations", "1", "--node", "1",
				"--node-operations", "10000")
			.get(0);
		assertThat(report.get("lock-less changes")).isEqualTo("10000");
	}

	@Test
	void figuresAreMeasured() throws Exception {
		assertThat(run("--figures").get(0).get("update, 10000")).isNotEqualTo("-");
	}

	private static List<ChaosReport> run(String... arguments) throws Exception {
		List<String> all = new ArrayList<>(List.of(arguments));
		String folder = property("folder", "");
		if (!folder.isEmpty()) {
			all.addAll(List.of("--folder", folder));
		}
		List<ChaosReport> reports = RegistryChaos.run(new ChaosOptions(all.toArray(String[]::new)), System.out);
		for (ChaosReport report : reports) {
			System.out.println("\n" + report);
			Files.writeString(REPORT, report + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		assertThat(Stream.of(reports).flatMap(List::stream)).allMatch(ChaosReport::isPassed, reports.toString());
		return reports;
	}

	private static String property(String name, String otherwise) {
		String value = System.getProperty("aidis.chaos." + name, "");
		return value.isEmpty() ? otherwise : value;
	}

}
