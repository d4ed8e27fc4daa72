package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

/**
 * A real server on a port of the operating system's choice. Remembers the requests as
 * they arrived.
 */
final class TestServer implements AutoCloseable {

	private final HttpServer server;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private TestServer(HttpHandler handler) throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
		this.server.setExecutor(this.executor);
		this.server.createContext("/", (exchange) -> {
			try (exchange) {
				String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
				this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI()
						+ (body.isEmpty() ? "" : " " + body));
				handler.handle(exchange);
			}
		});
		this.server.start();
	}

	/**
	 * A server that answers every request by 200 and a text.
	 */
	static TestServer answering(String text) throws IOException {
		return with((exchange) -> answer(exchange, 200, text));
	}

	static TestServer with(HttpHandler handler) throws IOException {
		return new TestServer(handler);
	}

	static void answer(HttpExchange exchange, int status, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	String url() {
		return "http://127.0.0.1:" + port();
	}

	List<String> requests() {
		return this.requests;
	}

	PortRegistration as(String serviceName) {
		return registration(serviceName, port());
	}

	static PortRegistration registration(String serviceName, int port) {
		return PortRegistration.builder(serviceName, port).host("127.0.0.1").status(Status.UP).build();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

}
