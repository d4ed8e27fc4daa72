package dev.aidis.port.assignment;

import java.io.IOException;
import java.net.ServerSocket;

/**
 * What another user does: it listens on a port, or looks who has one. It needs nothing
 * but the JDK and the classes beside it, as that user can read no more.
 */
public final class AnotherUser {

	private AnotherUser() {
	}

	/**
	 * Listen until killed, or look.
	 * @param arguments {@code listen}, or {@code find} and a port
	 * @throws IOException if no port can be opened
	 */
	public static void main(String[] arguments) throws IOException {
		if (arguments[0].equals("find")) {
			PortHolders.describe(new PortHolders().find(Integer.parseInt(arguments[1]))).forEach(System.out::println);
			return;
		}
		try (ServerSocket server = new ServerSocket(0)) {
			System.out.println(server.getLocalPort());
			server.accept();
		}
	}

}
