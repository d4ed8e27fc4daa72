package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A bridge without a process: a test is its client, and tells where its server is.
 */
final class BridgeHarness implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(30);

	static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":\"init\",\"method\":\"initialize\",\"params\":"
			+ "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";

	static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

	private final PipedOutputStream in = new PipedOutputStream();

	private final List<String> out = new CopyOnWriteArrayList<>();

	private final List<String> log = new CopyOnWriteArrayList<>();

	private final PendingCalls calls = new PendingCalls(1024 * 1024);

	private final TestLocator locator;

	private final Connection connection;

	private final Thread thread;

	BridgeHarness() {
		this(TIMEOUT);
	}

	BridgeHarness(Duration patience) {
		this(patience, ServerWatch.Timing.USUAL, null);
	}

	BridgeHarness(Duration patience, ServerWatch.Timing timing, @Nullable String token) {
		this(null, patience, timing, token);
	}

	/**
	 * Create a bridge that finds its server itself.
	 */
	BridgeHarness(Locator locator, Duration patience, ServerWatch.Timing timing) {
		this(locator, patience, timing, null);
	}

	private BridgeHarness(@Nullable Locator locator, Duration patience, ServerWatch.Timing timing,
			@Nullable String token) {
		this.locator = new TestLocator();
		this.connection = new Connection((locator != null) ? locator : this.locator, new HttpTransport(token), patience,
				timing, this.calls, (message) -> this.out.add(new String(message, StandardCharsets.UTF_8)),
				this.log::add);
		Bridge bridge;
		try {
			bridge = new Bridge(new LineReader(new PipedInputStream(this.in, 64 * 1024), 64 * 1024),
					(message) -> this.out.add(new String(message, StandardCharsets.UTF_8)), this.calls, this.connection,
					this.log::add);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.thread = new Thread(() -> {
			try {
				bridge.run();
			}
			catch (IOException ex) {
				this.log.add(ex.toString());
			}
		});
		this.thread.start();
		this.connection.open();
	}

	BridgeHarness serve(@Nullable ScriptedServer server) {
		this.locator.server = (server != null) ? server.address() : null;
		return this;
	}

	BridgeHarness serve(Server server) {
		this.locator.server = server;
		return this;
	}

	/**
	 * Do what a client of the revisions up to 2025-11-25 does first.
	 */
	BridgeHarness initialize() {
		say(INITIALIZE);
		answer("\"init\"");
		say(INITIALIZED);
		return this;
	}

	BridgeHarness say(String line) {
		try {
			OutputStream target = this.in;
			target.write((line + "\n").getBytes(StandardCharsets.UTF_8));
			target.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return this;
	}

	BridgeHarness call(int id, String tool) {
		return request(id, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{}}");
	}

	BridgeHarness request(int id, String method, String params) {
		return say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
	}

	/**
	 * Wait for the answer to a request, and expect it to be the only one.
	 */
	JsonNode answer(Object id) {
		JsonNode answer = await(
				(message) -> !message.has("method") && message.path("id").toString().equals(id.toString()));
		assertThat(answers(id)).as("answers to %s", id).hasSize(1);
		return answer;
	}

	List<JsonNode> answers(Object id) {
		return said().stream()
			.filter((message) -> !message.has("method") && message.path("id").toString().equals(id.toString()))
			.toList();
	}

	JsonNode message(String method) {
		return await((message) -> message.path("method").asString("").equals(method));
	}

	List<JsonNode> messages(String method) {
		return said().stream().filter((message) -> message.path("method").asString("").equals(method)).toList();
	}

	private JsonNode await(Predicate<JsonNode> condition) {
		Awaitility.await()
			.atMost(TIMEOUT)
			.pollInterval(Duration.ofMillis(5))
			.untilAsserted(() -> assertThat(said()).as("%s\n%s", this.out, this.log).anyMatch(condition));
		return said().stream().filter(condition).findFirst().orElseThrow();
	}

	List<JsonNode> said() {
		return this.out.stream().map((text) -> Json.tree(text.getBytes(StandardCharsets.UTF_8))).toList();
	}

	/**
	 * The lines as they came.
	 */
	List<String> lines() {
		return this.out;
	}

	List<String> log() {
		return this.log;
	}

	Connection.State state() {
		return this.connection.state();
	}

	/**
	 * Wait until the bridge has a server.
	 */
	BridgeHarness awaitServer(ScriptedServer server) {
		Awaitility.await()
			.atMost(TIMEOUT)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> server.address().equals(this.connection.state().server()));
		return this;
	}

	@Override
	public void close() throws IOException, InterruptedException {
		this.in.close();
		this.thread.join();
		this.connection.close();
	}

	private static final class TestLocator implements Locator {

		private volatile @Nullable Server server;

		@Override
		public Located locate() {
			Server known = this.server;
			return (known != null && ServerLocator.isOpen(known.endpoint())) ? Located.at(known)
					: Located.nowhere("the test has no server");
		}

		@Override
		public boolean isThere(Server server) {
			return server.equals(this.server) && ServerLocator.isOpen(server.endpoint());
		}

		@Override
		public boolean isAwake(Server server) {
			return isThere(server);
		}

		@Override
		public String surroundings() {
			return "Registered there: orders at http://localhost:1 (process 1).";
		}

	}

}
