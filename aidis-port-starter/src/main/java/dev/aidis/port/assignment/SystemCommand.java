package dev.aidis.port.assignment;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command of the operating system that is quick and tells something.
 */
final class SystemCommand {

	private static final Duration LIMIT = Duration.ofSeconds(3);

	private static final int MAX_OUTPUT = 4 * 1024 * 1024;

	private SystemCommand() {
	}

	/**
	 * Return what a command prints, at most 4 MB within 3 seconds.
	 * @param command the program, with its full path, and its arguments
	 * @return the output, or what there is of it until something goes wrong
	 */
	static String run(String... command) {
		return run(LIMIT, command);
	}

	static String run(Duration limit, String... command) {
		Process process;
		try {
			process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
		}
		catch (IOException ex) {
			return "";
		}
		CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS).execute(process::destroyForcibly);
		try {
			process.getOutputStream().close();
			return new String(process.getInputStream().readNBytes(MAX_OUTPUT), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
		finally {
			process.destroyForcibly();
		}
	}

}
