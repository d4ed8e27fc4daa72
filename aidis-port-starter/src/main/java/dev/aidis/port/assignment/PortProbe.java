package dev.aidis.port.assignment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether a port can be bound. The answer may be out of date the moment it is
 * given, so it only serves to choose, never to promise.
 */
final class PortProbe {

	private PortProbe() {
	}

	/**
	 * Try to bind a port for a moment.
	 * @param port the port
	 * @param address the address to bind to, or {@code null} for all
	 * @return whether it worked
	 */
	static boolean isFree(int port, @Nullable InetAddress address) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(address, port), 1);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
