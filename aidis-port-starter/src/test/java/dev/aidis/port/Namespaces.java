package dev.aidis.port;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

/**
 * Commands that run another one in namespaces of its own. A test that needs one skips
 * where the system does not let its user have it.
 */
public final class Namespaces {

	private Namespaces() {
	}

	/**
	 * Return a command that prepares new namespaces and then becomes the command which
	 * follows it. A user namespace comes with them, so that one need not be root.
	 * @param setup a shell command that is run inside, as root of the user namespace
	 * @param options the options of {@code unshare}
	 */
	public static List<String> unshare(String setup, String... options) throws Exception {
		RequiredProgram.require("unshare", "util-linux");
		List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
		command.addAll(List.of(options));
		command.addAll(List.of("/bin/sh", "-c", "set -e; " + setup + "; exec \"$@\"", "sh"));
		requireThatItWorks(command);
		return command;
	}

	/**
	 * Return a command that runs the command which follows it in the user, mount and pid
	 * namespace of a process.
	 * @param process the process
	 * @param options more options of {@code nsenter}
	 */
	public static List<String> enter(ProcessHandle process, String... options) {
		RequiredProgram.require("nsenter", "util-linux");
		List<String> command = new ArrayList<>(List.of("nsenter", "--target", Long.toString(process.pid()), "--user",
				"--preserve-credentials", "--mount", "--pid"));
		command.addAll(List.of(options));
		return command;
	}

	/**
	 * Only the permission may be missing, so this is no matter of
	 * {@code AIDIS_REQUIRE_ALL}.
	 */
	private static void requireThatItWorks(List<String> command) throws IOException, InterruptedException {
		List<String> probe = new ArrayList<>(command);
		probe.add("true");
		Process process = new ProcessBuilder(probe).redirectErrorStream(true).start();
		process.getOutputStream().close();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
		Assumptions.assumeTrue(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0,
				() -> "This user is not permitted to do this here: " + String.join(" ", command) + ": " + output);
	}

}
