package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The operating system's processes, as far as one can tell whether a certain one lives.
 */
interface ProcessTable {

	/**
	 * Find out when a process started.
	 * @param pid the id of the process
	 * @return a text that differs for another process with the same id, or {@code null}
	 * when no process of that id could be running anything
	 * @throws IOException if the operating system does not tell
	 */
	@Nullable String startTicks(long pid) throws IOException;

	/**
	 * Find out when a process started, by the system's clock.
	 * @param pid the id of the process
	 * @return the time, or {@code null} if it is not known
	 */
	default @Nullable Instant startedAt(long pid) {
		return ProcessHandle.of(pid).flatMap((process) -> process.info().startInstant()).orElse(null);
	}

	/**
	 * Tell whether an id is that of a thread within some process.
	 * @throws IOException if the operating system does not tell
	 */
	boolean isThread(long pid) throws IOException;

	/**
	 * Tell whether processes of all users can be seen, so that one which is not found is
	 * not there.
	 */
	boolean isComplete();

	/**
	 * Close what was kept open for quicker answers to questions that nobody asks any
	 * more.
	 */
	default void closeIdle() {
	}

	/**
	 * Keep nothing open any more. It may still be asked.
	 */
	default void close() {
	}

	/**
	 * Return the table of this operating system.
	 */
	static ProcessTable system() {
		return system(Path.of("/proc"));
	}

	/**
	 * Return the table of an operating system.
	 * @param proc where it shows its processes as files, if it does
	 */
	static ProcessTable system(Path proc) {
		return Files.isReadable(proc.resolve("self/stat")) ? new LinuxProcessTable(proc) : new PortableProcessTable();
	}

}
