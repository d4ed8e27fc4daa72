package dev.aidis.port.sample.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a command of the system printed and how it ended.
 *
 * @param exitCode its exit code
 * @param output its standard output and error output
 */
record Command(int exitCode, String output) {

	/**
	 * Run a command to its end. Its output goes through a file, since services that it
	 * leaves running would keep a pipe open.
	 */
	static Command run(Path folder, Map<String, String> environment, String... command)
			throws IOException, InterruptedException {
		Path output = Files.createTempFile("aidis-command", ".log");
		try {
			ProcessBuilder builder = new ProcessBuilder(List.of(command)).directory(folder.toFile())
				.redirectErrorStream(true)
				.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
				.redirectOutput(output.toFile());
			builder.environment().putAll(environment);
			Process process = builder.start();
			boolean ended = process.waitFor(5, TimeUnit.MINUTES);
			String text = Files.readString(output, StandardCharsets.UTF_8);
			if (!ended) {
				process.destroyForcibly();
			}
			assertThat(ended).as("%s ends; so far it printed:%n%s", List.of(command), text).isTrue();
			return new Command(process.exitValue(), text);
		}
		finally {
			Files.deleteIfExists(output);
		}
	}

	Command succeeds() {
		assertThat(this.exitCode).as(this.output).isZero();
		return this;
	}

}
