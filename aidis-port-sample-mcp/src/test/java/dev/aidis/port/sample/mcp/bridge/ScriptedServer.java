package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.aidis.port.PortRegistration;

/**
 * An MCP server that does what a test tells it, and else what a good one does.
 */
final class ScriptedServer implements AutoCloseable {

	static final String TOOLS = """
			{"tools":[
			{"name":"read","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}},
			{"name":"set","inputSchema":{"type":"object"},"annotations":{"idempotentHint":true}},
			{"name":"pay","inputSchema":{"type":"object"}}]}""";

	private final HttpServer server;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final List<Received> received = new CopyOnWriteArrayList<>();

	private final Map<String, Script> scripts = new ConcurrentHashMap<>();

	private final List<String> sessions = new CopyOnWriteArrayList<>();

	private final Set<String> usedIds = ConcurrentHashMap.newKeySet();

	private final List<Reply> listeners = new CopyOnWriteArrayList<>();

	private final PortRegistration registration;

	private volatile @Nullable String instanceId;

	private volatile boolean listenable = true;

	private volatile String capabilities = "{\"tools\":{\"listChanged\":true},\"resources\":{\"subscribe\":true}}";

	ScriptedServer() {
		this(0);
	}

	ScriptedServer(int port) {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.registration = PortRegistration.builder("aidis-mcp", this.server.getAddress().getPort())
			.metadata(PortRegistration.IDENTITY, PortRegistration.IDENTITY_HEADER)
			.status(PortRegistration.Status.UP)
			.build();
		this.instanceId = this.registration.instanceId();
		this.server.setExecutor(this.executor);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	Server address() {
		return new Server(URI.create("http://localhost:" + port() + "/mcp"), this.registration, "as the test says");
	}

	PortRegistration registration() {
		return this.registration;
	}

	/**
	 * Answer to a JSON-RPC method, or to {@code GET}, in another way.
	 */
	ScriptedServer on(String method, Script script) {
		this.scripts.put(method, script);
		return this;
	}

	ScriptedServer capabilities(String json) {
		this.capabilities = json;
		return this;
	}

	/**
	 * Offer no stream for what the server says by itself.
	 */
	ScriptedServer withoutStream() {
		this.listenable = false;
		return this;
	}

	/**
	 * Be another program than the one that registered.
	 */
	ScriptedServer as(@Nullable String id) {
		this.instanceId = id;
		return this;
	}

	/**
	 * Forget all sessions.
	 */
	void forgetSessions() {
		this.sessions.clear();
	}

	/**
	 * Say something on the stream that is open.
	 */
	void say(String event) {
		this.listeners.forEach((listener) -> listener.write(event));
	}

	/**
	 * End the streams that are open.
	 */
	void endStreams() {
		this.listeners.forEach(Reply::end);
		this.listeners.clear();
	}

	int streams() {
		return this.listeners.size();
	}

	List<Received> received() {
		return this.received;
	}

	List<Received> received(String method) {
		return this.received.stream().filter((request) -> request.method().equals(method)).toList();
	}

	private void handle(HttpExchange exchange) {
		Reply reply = new Reply(exchange);
		try {
			String id = this.instanceId;
			if (id != null && exchange.getRequestHeaders().containsKey(PortRegistration.PROBE_HEADER)) {
				exchange.getResponseHeaders().set(PortRegistration.INSTANCE_ID_HEADER, id);
			}
			if (!exchange.getRequestURI().getPath().equals("/mcp")) {
				reply.status(404, "text/plain", "There is only /mcp");
				return;
			}
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			Received request = new Received(exchange.getRequestMethod(), exchange.getRequestHeaders(), body);
			this.received.add(request);
			if (isUsed(request)) {
				reply.json("{\"jsonrpc\":\"2.0\",\"id\":" + request.json().path("id")
						+ ",\"error\":{\"code\":-32600,\"message\":\"A request had this id before\"}}");
				return;
			}
			Script script = this.scripts.get(request.method());
			if (script != null) {
				script.run(request, reply);
			}
			else {
				behave(request, reply);
			}
		}
		catch (IOException | InterruptedException | RuntimeException ex) {
			reply.cut();
		}
	}

	/**
	 * MCP forbids to use an id twice in a session, and servers refuse it, the script
	 * notwithstanding.
	 */
	private boolean isUsed(Received request) {
		String session = request.header("Mcp-Session-Id");
		return session != null && request.isRequest()
				&& !this.usedIds.add(session + " " + request.json().path("id").toString());
	}

	/**
	 * Do what a good server does.
	 */
	void behave(Received request, Reply reply) {
		String session = request.header("Mcp-Session-Id");
		boolean modern = request.body().contains("io.modelcontextprotocol/protocolVersion");
		if (!modern && !request.method().equals("initialize")
				&& (session == null || !this.sessions.contains(session))) {
			reply.status((session == null) ? 400 : 404, "application/json",
					"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"Session not found\"}}");
			return;
		}
		switch (request.method()) {
			case "initialize" -> {
				String created = UUID.randomUUID().toString();
				this.sessions.add(created);
				reply.header("Mcp-Session-Id", created)
					.json(request.result("{\"protocolVersion\":\"2025-06-18\",\"capabilities\":" + this.capabilities
							+ ",\"serverInfo\":{\"name\":\"scripted\",\"version\":\"1\"}}"));
			}
			case "tools/list" -> reply.json(request.result(TOOLS.replace("\n", "")));
			case "GET" -> {
				if (this.listenable) {
					reply.stream();
					this.listeners.add(reply);
				}
				else {
					reply.status(405, "text/plain", "");
				}
			}
			case "DELETE" -> {
				this.sessions.remove(session);
				reply.status(200, "text/plain", "");
			}
			default -> {
				if (request.isRequest()) {
					reply.json(request.result("{\"echo\":" + request.body() + "}"));
				}
				else {
					reply.status(202, null, "");
				}
			}
		}
	}

	/**
	 * End at once, as a process does that is killed.
	 */
	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	/**
	 * What to do with a request.
	 */
	interface Script {

		void run(Received request, Reply reply) throws IOException, InterruptedException;

		/**
		 * Do one thing with the first request and another with those after it.
		 */
		static Script firstly(Script first, Script then) {
			Predicate<String> isFirst = new CopyOnWriteArrayList<>(List.of("first"))::remove;
			return (request, reply) -> (isFirst.test("first") ? first : then).run(request, reply);
		}

	}

	/**
	 * A request as it came.
	 */
	record Received(String verb, Map<String, List<String>> headers, String body) {

		JsonNode json() {
			return Json.tree(this.body.getBytes(StandardCharsets.UTF_8));
		}

		/**
		 * The JSON-RPC method, {@code response} for an answer, or the HTTP method if it
		 * is not POST.
		 */
		String method() {
			return this.verb.equals("POST") ? json().path("method").asString("response") : this.verb;
		}

		boolean isRequest() {
			return this.verb.equals("POST") && json().has("method") && json().has("id");
		}

		@Nullable String header(String name) {
			List<String> values = this.headers
				.get(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1).toLowerCase(Locale.ROOT));
			return (values != null) ? values.get(0) : null;
		}

		String result(String result) {
			return "{\"jsonrpc\":\"2.0\",\"id\":" + json().path("id") + ",\"result\":" + result + "}";
		}

	}

	/**
	 * An answer in the making.
	 */
	static final class Reply {

		private final HttpExchange exchange;

		Reply(HttpExchange exchange) {
			this.exchange = exchange;
		}

		Reply header(String name, String value) {
			this.exchange.getResponseHeaders().set(name, value);
			return this;
		}

		void json(String text) {
			status(200, "application/json", text);
		}

		void status(int status, @Nullable String contentType, String text) {
			byte[] body = text.getBytes(StandardCharsets.UTF_8);
			try (this.exchange) {
				if (contentType != null) {
					header("Content-Type", contentType);
				}
				this.exchange.sendResponseHeaders(status, (body.length > 0) ? body.length : -1);
				this.exchange.getResponseBody().write(body);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/**
		 * Begin a stream of events.
		 */
		Reply stream() {
			header("Content-Type", "text/event-stream");
			try {
				this.exchange.sendResponseHeaders(200, 0);
				this.exchange.getResponseBody().flush();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return this;
		}

		Reply data(String message) {
			return write("data: " + message + "\n\n");
		}

		Reply write(String text) {
			try {
				this.exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
				this.exchange.getResponseBody().flush();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return this;
		}

		void end() {
			try (this.exchange) {
				this.exchange.getResponseBody().close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/**
		 * Close the connection, whatever has not been said.
		 */
		void cut() {
			this.exchange.close();
		}

	}

}
