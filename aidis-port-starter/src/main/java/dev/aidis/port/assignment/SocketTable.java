package dev.aidis.port.assignment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
