package dev.aidis.port.assignment;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class SystemCommandTests {

	@Test
	void outputIsReturned() {
		assertThat(SystemCommand.run("/bin/echo", "a b")).isEqualTo("a b\n");
	}

	@Test
	void missingProgramPrintsNothing() {
		assertThat(SystemCommand.run("/nowhere/program")).isEmpty();
	}

	@Test
	void errorsAreNoOutput() {
		assertThat(SystemCommand.run("/bin/sh", "-c", "echo out; echo err >&2; exit 1")).isEqualTo("out\n");
	}

	@Test
	void programThatReadsItsInputGetsNone() {
		assertThat(SystemCommand.run("/bin/cat")).isEmpty();
	}

	@Test
	void outputWithoutEndIsCut() {
		assertThat(SystemCommand.run("/bin/sh", "-c", "while :; do echo 0123456789012345678901234567890; done"))
			.hasSizeBetween(1, 4 * 1024 * 1024);
	}

	@Test
	void programThatDoesNotEndIsEnded() {
		assertThat(SystemCommand.run(Duration.ofMillis(200), "/bin/sh", "-c", "echo out; exec sleep 600"))
			.isEqualTo("out\n");
	}

}
