package dev.aidis.port.sample.command.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells whether processes run.
 */
final class Processes {

	private static final boolean LINUX = Files.isReadable(Path.of("/proc/self/stat"));

	private Processes() {
	}

	/**
	 * Tell whether a process runs. One that has ended and that its parent has not noticed
	 * yet does not.
	 */
	static boolean isRunning(long pid) {
		if (pid <= 0) {
			return false;
		}
		if (!LINUX) {
			return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
		}
		try {
			String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
			char state = stat.charAt(stat.lastIndexOf(')') + 2);
			return state != 'Z' && state != 'X';
		}
		catch (IOException | IndexOutOfBoundsException ex) {
			return false;
		}
	}

}
