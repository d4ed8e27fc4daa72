package dev.aidis.port.assignment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The range of ports that an application's port was chosen from, and how much of it is
 * taken.
 *
 * @since 0.1.0
 */
public final class PortPool {

	/**
	 * A row of {@code /proc/net/udp}, see {@code proc_pid_net(5)}.
	 */
	private static final Pattern ROW = Pattern.compile("\\s*\\d+: (\\p{XDigit}{8}):(\\p{XDigit}{4}) .*");

	private static final String LOOPBACK = loopback();

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
	 * Addresses stand there in the machine's own byte order.
	 */
	private static String loopback() {
		byte[] address = { 127, 0, 0, 1 };
		int word = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getInt();
		return HexFormat.of().withUpperCase().toHexDigits(word);
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
			return OptionalInt.of((int) rows.map(PortPool::leasedPort)
				.filter((port) -> port != null && contains(port))
				.distinct()
				.count());
		}
		catch (IOException | UncheckedIOException ex) {
			return OptionalInt.empty();
		}
	}

	private static @Nullable Integer leasedPort(String line) {
		Matcher row = ROW.matcher(line);
		return (row.matches() && row.group(1).equals(LOOPBACK)) ? Integer.valueOf(row.group(2), 16) : null;
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
