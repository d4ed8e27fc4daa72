package dev.aidis.port.assignment;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;

import org.jspecify.annotations.Nullable;

/**
 * The right to open a port, which one at a time has on this machine, from before the port
 * is opened until long after. It is the UDP port of the same number at the loopback
 * address, bound and never read from.
 * <p>
 * That makes the kernel the keeper. It lets one socket bind the port, of whatever
 * process, class loader, user or checkout; it frees it when the process dies; and it
 * keeps apart what does not meet, since UDP ports are divided among network namespaces
 * just as TCP ports are. A file with locks would need a folder that all users write to
 * and nobody can tamper with, and would mean nothing across containers, which may share
 * ports but no files or files but no ports. The price: a port whose number another
 * program uses for UDP, at all addresses or at this one, cannot be leased.
 */
final class PortLease implements Closeable {

	/**
	 * Always this one, whichever the JVM prefers.
	 */
	private static final byte[] LOOPBACK = { 127, 0, 0, 1 };

	private final DatagramChannel channel;

	private PortLease(DatagramChannel channel) {
		this.channel = channel;
	}

	/**
	 * Take the lease of a port.
	 * @return the lease, or {@code null} if somebody has it
	 */
	@SuppressWarnings("resource")
	static @Nullable PortLease take(int port) {
		DatagramChannel channel = null;
		try {
			channel = DatagramChannel.open(StandardProtocolFamily.INET);
			channel.bind(new InetSocketAddress(loopback(), port));
			return new PortLease(channel);
		}
		catch (IOException | UnsupportedOperationException ex) {
			close(channel);
			return null;
		}
	}

	/**
	 * Tell whether there are leases at all: not where the loopback interface is missing
	 * or down.
	 */
	static boolean isAvailable() {
		PortLease any = take(0);
		if (any != null) {
			any.close();
		}
		return any != null;
	}

	private static InetAddress loopback() {
		try {
			return InetAddress.getByAddress(LOOPBACK);
		}
		catch (UnknownHostException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		close(this.channel);
	}

	private static void close(@Nullable DatagramChannel channel) {
		try {
			if (channel != null) {
				channel.close();
			}
		}
		catch (IOException ex) {
			// The kernel closes it with the process.
		}
	}

}
