package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A process that does nothing, and how many files this process has open that tell of it.
 */
final class SleepingProcess implements AutoCloseable {

	private final Process process;

	SleepingProcess() throws IOException {
		this.process = new ProcessBuilder("sleep", "600").start();
	}

	long pid() {
		return this.process.pid();
	}

	/**
	 * Count the descriptors. Once the process has ended, the system adds to the name of
	 * its file that it is deleted.
	 */
	long openStats() throws IOException {
		String stat = "/proc/" + pid() + "/stat";
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.filter((descriptor) -> target(descriptor).startsWith(stat)).count();
		}
	}

	private static String target(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).toString();
		}
		catch (IOException ex) {
			// It was closed by another thread meanwhile.
			return "";
		}
	}

	void end() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	@Override
	public void close() throws InterruptedException {
		end();
	}

}
