package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;

/**
 * Answers for the bridge's health at {@code /healthz}, and tells how it is going at
 * {@code /status}. Listens to this machine only, and to nobody who calls it by another
 * name, as a web page could make a browser do.
 */
final class StatusServer implements AutoCloseable {

	private static final Pattern OWN_HOST = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?");

	private final HttpServer server;

	private final ExecutorService executor;

	private volatile @Nullable String instanceId;

	private StatusServer(HttpServer server) {
		this.server = server;
		this.executor = Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "aidis-mcp-bridge-status");
			thread.setDaemon(true);
			return thread;
		});
		server.setExecutor(this.executor);
	}

	/**
	 * Open the server.
	 * @param port the port, 0 for any
	 * @param status the status, as JSON
	 * @throws BindException if somebody has the port
	 */
	static StatusServer open(int port, Supplier<String> status) throws IOException {
		StatusServer created = new StatusServer(HttpServer.create(new InetSocketAddress(address(), port), 0));
		created.server.createContext("/", (exchange) -> created.answer(exchange, status));
		created.server.start();
		return created;
	}

	/**
	 * The address that it listens on.
	 */
	static InetAddress address() throws IOException {
		return InetAddress.getByAddress("127.0.0.1", new byte[] { 127, 0, 0, 1 });
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	/**
	 * Tell those who ask who this is.
	 */
	void identify(String instanceId) {
		this.instanceId = instanceId;
	}

	private void answer(HttpExchange exchange, Supplier<String> status) {
		try (exchange) {
			List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
			String id = this.instanceId;
			if (id != null && exchange.getRequestHeaders().containsKey(PortRegistration.PROBE_HEADER)) {
				exchange.getResponseHeaders().set(PortRegistration.INSTANCE_ID_HEADER, id);
			}
			if (hosts.size() != 1 || !OWN_HOST.matcher(hosts.get(0)).matches()) {
				answer(exchange, 421, "{\"error\":\"This is no host that is known here\"}");
			}
			else if (!exchange.getRequestMethod().equals("GET") && !exchange.getRequestMethod().equals("HEAD")) {
				answer(exchange, 405, "{\"error\":\"There is nothing here but to look at\"}");
			}
			else {
				switch (exchange.getRequestURI().getPath()) {
					case "/healthz" -> answer(exchange, 200, "{\"status\":\"UP\"}");
					case "/status" -> answer(exchange, 200, status.get());
					default -> answer(exchange, 404, "{\"error\":\"There are /healthz and /status\"}");
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void answer(HttpExchange exchange, int status, String json) throws IOException {
		byte[] body = Json.bytes(json + "\n");
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		boolean head = exchange.getRequestMethod().equals("HEAD");
		exchange.sendResponseHeaders(status, head ? -1 : body.length);
		if (!head) {
			exchange.getResponseBody().write(body);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdown();
	}

}
