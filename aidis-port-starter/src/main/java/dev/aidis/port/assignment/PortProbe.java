package dev.aidis.port.assignment;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether a port can be bound. The answer may be out of date the moment it is
 * given, so it only serves to choose, never to promise.
 */
final class PortProbe {

	/**
	 * Linux lets nobody bind all addresses while somebody has one of them; others do, and
	 * who asks for {@code localhost} then gets whoever was there first.
	 */
	private static final List<InetAddress> ADDRESSES = List.of(address(0, 0, 0, 0), address(127, 0, 0, 1),
			address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
			address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));

	private PortProbe() {
	}

	/**
	 * Try to bind a port for a moment.
	 * @param port the port
	 * @param address the address to bind to, or {@code null} for all: together, and the
	 * wildcard and loopback ones of IPv4 and IPv6 each by itself
	 * @return whether it worked
	 */
	static boolean isFree(int port, @Nullable InetAddress address) {
		return canBind(port, address) && (address != null
				|| ADDRESSES.stream().allMatch((single) -> canBind(port, single) || !canBind(0, single)));
	}

	private static boolean canBind(int port, @Nullable InetAddress address) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(address, port), 1);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Return what the system says of a port that is in use. Some say it in the user's
	 * language.
	 */
	private static @Nullable String conflict() {
		try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				ServerSocket second = new ServerSocket()) {
			second.bind(first.getLocalSocketAddress());
			return null;
		}
		catch (IOException ex) {
			return ex.getMessage();
		}
	}

	private static InetAddress address(int... bytes) {
		byte[] address = new byte[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			address[i] = (byte) bytes[i];
		}
		try {
			return InetAddress.getByAddress(address);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * Try to bind a port for a moment.
	 * @param port the port
	 * @param address the address to bind to, or {@code null} for all
	 * @return whether it failed because of somebody else who has the port, not for a
	 * reason such as a lack of permission
	 */
	static boolean isInUse(int port, @Nullable InetAddress address) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(address, port), 1);
			return false;
		}
		catch (BindException ex) {
			// There is no other way to tell, and Spring Boot goes by it, too.
			String message = String.valueOf(ex.getMessage());
			return message.toLowerCase(Locale.ROOT).contains("in use") || message.equals(conflict());
		}
		catch (IOException ex) {
			return false;
		}
	}

}
