package dev.aidis.port.assignment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The operating system's TCP sockets.
 */
interface SocketTable {

	/**
	 * Find the sockets that are bound to one of some ports.
	 * @param ports the local ports
	 * @return the sockets, as far as this user may see them; never an error
	 */
	List<OpenSocket> find(Set<Integer> ports);

	/**
	 * Tell whether one of some processes listens on a port, without a look at all others.
	 * @param port the local port
	 * @param pids the processes
	 * @return whether one does, or empty where that cannot be told so: none of those that
	 * may be looked into does, and not all may
	 */
	default Optional<Boolean> isListening(int port, Set<Long> pids) {
		return Optional.empty();
	}

	/**
	 * Return the table of this operating system.
	 */
	static SocketTable system() {
		Path proc = Path.of("/proc");
		if (Files.isReadable(proc.resolve("self/net/tcp"))) {
			return new LinuxSocketTable(proc, Path.of("/etc/passwd"));
		}
		return System.getProperty("os.name").startsWith("Windows") ? new NetstatSocketTable() : new LsofSocketTable();
	}

}
