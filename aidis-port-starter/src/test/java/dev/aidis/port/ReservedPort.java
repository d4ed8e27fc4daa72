package dev.aidis.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port that a server of this test may listen on and that the system gives to nobody
 * else meanwhile: it is bound with {@code SO_REUSEADDR} by a socket that does not listen.
 * To look for a free port and then hope that it stays free would fail now and then.
 */
public final class ReservedPort implements AutoCloseable {

	private final Socket socket = new Socket();

	public ReservedPort() throws IOException {
		this.socket.setReuseAddress(true);
		this.socket.bind(new InetSocketAddress(0));
	}

	public int number() {
		return this.socket.getLocalPort();
	}

	@Override
	public String toString() {
		return String.valueOf(number());
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
