package dev.aidis.port.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@DisabledOnOs(OS.WINDOWS)
class ComposePsTests {

	@TempDir
	Path folder;

	private final ComposeProperties.Ps properties = new ComposeProperties.Ps();

	@Test
	void whatTheCommandPrintsIsRead() throws IOException {
		run(FakeDocker.install(this.folder).toString(), "compose", "ps", "--format", "json");
		assertThat(containers()).extracting(Container::name).hasSize(7).contains("shop-database-1");
	}

	@Test
	void warningsAreNoOutput() throws IOException {
		run(script("echo 'time=now level=warning msg=obsolete' >&2; echo '[]'"));
		assertThat(containers()).isEmpty();
	}

	@Test
	void commandThatFailsSaysWhy() throws IOException {
		run(script("printf 'Cannot connect to the Docker daemon.\\nIs it running?\\n' >&2; exit 1"));
		assertThatIllegalStateException().isThrownBy(this::containers)
			.withMessage("'%s' does not tell which containers run: exit code 1, "
					+ "Cannot connect to the Docker daemon. Is it running?", command());
	}

	@Test
	void commandThatIsMissingIsAnError() {
		run(this.folder.resolve("missing").toString());
		assertThatIllegalStateException().isThrownBy(this::containers)
			.withMessageStartingWith("'" + command() + "' does not tell which containers run: ")
			.withCauseInstanceOf(IOException.class);
	}

	@Test
	void commandThatPrintsSomethingElseIsAnError() throws IOException {
		run(script("echo NAME IMAGE COMMAND"));
		assertThatIllegalStateException().isThrownBy(this::containers)
			.withMessage("'%s' does not tell which containers run: it printed no JSON", command());
	}

	@Test
	void commandThatHangsIsEndedWithWhatItStarted() throws IOException {
		this.properties.setTimeout(Duration.ofSeconds(2));
		run(script("sleep 600 & echo $! > child; wait"));
		assertThatIllegalStateException().isThrownBy(this::containers)
			.withMessage("'%s' does not tell which containers run: it did not end within 2000 ms", command());
		long child = Long.parseLong(Files.readString(this.folder.resolve("child")).strip());
		// Until somebody asks how it ended, there is still a process, but no command.
		Awaitility.await()
			.until(() -> ProcessHandle.of(child)
				.flatMap((process) -> process.info().commandLine())
				.filter((line) -> line.contains("sleep"))
				.isEmpty());
	}

	private String script(String content) throws IOException {
		return FakeDocker
			.script(this.folder.resolve("docker"), "#!/bin/sh\ncd '" + this.folder + "'\n" + content + "\n")
			.toString();
	}

	private void run(String... command) {
		this.properties.setCommand(List.of(command));
	}

	private String command() {
		return String.join(" ", this.properties.getCommand());
	}

	private List<Container> containers() {
		return new ComposePs(this.properties).containers();
	}

}
