package dev.aidis.port.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import com.sun.net.httpserver.HttpServer;

/**
 * A server that answers every request with the same text.
 */
final class PaymentsServer {

	private PaymentsServer() {
	}

	static HttpServer answering(String text) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			server.createContext("/", (exchange) -> {
				try (exchange) {
					exchange.sendResponseHeaders(200, text.length());
					exchange.getResponseBody().write(text.getBytes());
				}
			});
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static int port(HttpServer server) {
		return server.getAddress().getPort();
	}

}
