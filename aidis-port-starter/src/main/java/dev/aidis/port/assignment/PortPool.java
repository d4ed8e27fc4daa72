package dev.aidis.port.assignment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Stream;

import dev.aidis.port.assignment.LinuxSocketTable.Row;

/**
 * The range of ports that an application's port was chosen from, and how much of it is
 * taken.
 *
 * @since 0.1.0
 */
public final class PortPool {

	/**
	 * Where leases are held, see {@link PortLease}.
	 */
	private static final String LOOPBACK = "127.0.0.1";

	private final PortRange range;

	private final Path sockets;

	PortPool(PortRange range) {
		this(range, Path.of("/proc/self/net/udp"));
	}

	PortPool(PortRange range, Path sockets) {
		this.range = range;
		this.sockets = sockets;
	}

	/**
	 * Return how many ports the range has.
	 * @return the number of ports
	 */
	public int size() {
		return this.range.last() - this.range.first() + 1;
	}

	/**
	 * Tell whether a port is one of the range.
	 * @param port the port
	 * @return whether it is
	 */
	public boolean contains(int port) {
		return this.range.contains(port);
	}

	/**
	 * Count the ports of the range that services of this machine have leased, of whatever
	 * registry they are. That is read from the kernel's list of sockets: to try a lease
	 * would disturb who is about to take it.
	 * @return the number of ports, or empty where the system does not tell
	 */
	public OptionalInt leased() {
		try (Stream<String> rows = Files.lines(this.sockets, StandardCharsets.ISO_8859_1)) {
			return OptionalInt.of((int) rows.map(Row::parse)
				.filter((row) -> row != null && LOOPBACK.equals(row.address()) && contains(row.port()))
				.map(Row::port)
				.distinct()
				.count());
		}
		catch (IOException | UncheckedIOException ex) {
			return OptionalInt.empty();
		}
	}

	/**
	 * Return the range as people write it.
	 * @return such as {@code 20000-20099}
	 */
	@Override
	public String toString() {
		return this.range.toString();
	}

}
