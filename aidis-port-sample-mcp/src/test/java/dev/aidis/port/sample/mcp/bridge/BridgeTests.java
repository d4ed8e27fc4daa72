package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.aidis.port.sample.mcp.bridge.ScriptedServer.Received;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what the bridge passes on while all is well.
 */
class BridgeTests {

	private final ScriptedServer server = new ScriptedServer();

	private final BridgeHarness bridge = new BridgeHarness();

	@BeforeEach
	void serve() {
		this.bridge.serve(this.server);
	}

	@AfterEach
	void close() throws Exception {
		this.bridge.close();
		this.server.close();
	}

	@Test
	void passesMessagesOnAsTheyAre() {
		String answer = "{ \"result\":{\"ä\":1.50,\"b\":1e2,  \"a\":[ ] } ,\"id\":7,\"jsonrpc\":\"2.0\"}";
		this.server.on("x/y", (request, reply) -> reply.json(answer));
		this.bridge.initialize();
		String request = "{ \"params\":{ \"ü\":1.0,\"z\":\"\\u00e4\" } ,\"method\":\"x/y\",\"id\":7 ,\"jsonrpc\":\"2.0\"}";
		this.bridge.say(request).answer(7);
		assertThat(this.server.received("x/y")).extracting(Received::body).containsExactly(request);
		assertThat(this.bridge.lines()).contains(answer);
	}

	@Test
	void beginsASessionAndKeepsToIt() {
		this.bridge.initialize().request(1, "ping", "{}").answer(1);
		Received initialize = this.server.received("initialize").get(0);
		assertThat(initialize.header("Mcp-Session-Id")).isNull();
		assertThat(initialize.header("Accept")).isEqualTo("application/json, text/event-stream");
		assertThat(initialize.header("Content-Type")).isEqualTo("application/json");
		Received ping = this.server.received("ping").get(0);
		assertThat(ping.header("Mcp-Session-Id")).isNotNull();
		assertThat(ping.header("MCP-Protocol-Version")).isEqualTo("2025-06-18");
		assertThat(this.server.received("notifications/initialized")).singleElement()
			.satisfies((notification) -> assertThat(notification.header("Mcp-Session-Id"))
				.isEqualTo(ping.header("Mcp-Session-Id")));
	}

	@Test
	void tellsTheServerThatTheClientIsInitializedBeforeAnythingElse() {
		this.server.on("notifications/initialized", (request, reply) -> {
			TimeUnit.MILLISECONDS.sleep(100);
			this.server.behave(request, reply);
		});
		this.bridge.say(BridgeHarness.INITIALIZE)
			.say(BridgeHarness.INITIALIZED)
			.request(1, "tools/list", "{}")
			.answer(1);
		assertThat(this.server.received()).filteredOn((request) -> !request.method().equals("GET"))
			.extracting(Received::method)
			.containsExactly("initialize", "notifications/initialized", "tools/list");
	}

	@Test
	void answersWhatIsInAStreamOfEvents() {
		this.server.on("tools/call",
				(request, reply) -> reply.stream()
					.write(": hello\n\n")
					.data("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progress\":1}}")
					.write("event: message\ndata: {\"jsonrpc\":\"2.0\",\ndata: \"id\":1,\"result\":{}}\n\n")
					.end());
		this.bridge.initialize().call(1, "read").answer(1);
		assertThat(this.bridge.messages("notifications/progress")).hasSize(1);
		assertThat(this.bridge.lines()).contains("{\"jsonrpc\":\"2.0\",\n\"id\":1,\"result\":{}}");
	}

	@Test
	void asksTheClientWhatTheServerWantsToKnow() {
		CountDownLatch answered = new CountDownLatch(1);
		this.server.on("response", (request, reply) -> {
			this.server.behave(request, reply);
			answered.countDown();
		});
		this.server.on("tools/call", (request, reply) -> {
			reply.stream().data("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"sampling/createMessage\",\"params\":{}}");
			answered.await();
			reply.data(request.result("{}")).end();
		});
		this.bridge.initialize().call(1, "read").message("sampling/createMessage");
		String response = "{\"jsonrpc\":\"2.0\", \"id\":0,\"result\":{\"role\":\"assistant\"}}";
		this.bridge.say(response).answer(1);
		assertThat(this.server.received("response")).extracting(Received::body).containsExactly(response);
	}

	@Test
	void passesOnWhatTheServerSaysByItself() {
		this.bridge.initialize();
		awaitStream();
		this.server.say("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n\n");
		this.bridge.message("notifications/message");
		this.server.say("data: {\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}\n\n");
		this.bridge.message("roots/list");
		this.bridge.say("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"roots\":[]}}");
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> !this.server.received("response").isEmpty());
	}

	@Test
	void asksForWhatItMissed() {
		this.bridge.initialize();
		awaitStream();
		this.server.say("id: e-1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n\n");
		this.bridge.message("notifications/message");
		this.server.on("GET",
				ScriptedServer.Script.firstly((request, reply) -> reply.stream()
					.data("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/missed\"}")
					.end(), this.server::behave));
		this.server.endStreams();
		this.bridge.message("notifications/missed");
		awaitStream();
		assertThat(this.server.received("GET").get(1).header("Last-Event-ID")).isEqualTo("e-1");
		this.server.say("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/later\"}\n\n");
		this.bridge.message("notifications/later");
	}

	@Test
	void worksWithoutAStream() {
		this.server.withoutStream();
		this.bridge.initialize().call(1, "read").answer(1);
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> !this.server.received("GET").isEmpty());
		assertThat(this.bridge.call(2, "read").answer(2).has("result")).isTrue();
		assertThat(this.server.received("GET")).hasSize(1);
	}

	@Test
	void passesOnManyRequestsAtOnce() {
		CountDownLatch all = new CountDownLatch(100);
		this.server.on("tools/call", (request, reply) -> {
			all.countDown();
			all.await();
			this.server.behave(request, reply);
		});
		this.bridge.initialize();
		IntStream.range(0, 100).forEach((id) -> this.bridge.call(id, "read"));
		assertAnswered(100);
	}

	@Test
	void sendsNoMoreAtOnceThanAServerCanTakeAndForgetsNone() {
		CountDownLatch many = new CountDownLatch(150);
		this.server.on("tools/call", (request, reply) -> {
			many.countDown();
			many.await();
			this.server.behave(request, reply);
		});
		this.bridge.initialize();
		IntStream.range(0, 400).forEach((id) -> this.bridge.call(id, "read"));
		assertAnswered(400);
	}

	private void assertAnswered(int calls) {
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.bridge.lines().size() > calls);
		assertThat(this.bridge.said()).filteredOn((message) -> message.has("result"))
			.extracting((message) -> message.path("id").asString())
			.contains("init")
			.hasSize(calls + 1)
			.doesNotHaveDuplicates();
	}

	@Test
	void tellsTheServerThatTheClientHasCancelled() {
		CountDownLatch cancelled = new CountDownLatch(1);
		this.server.on("tools/call", (request, reply) -> {
			reply.stream();
			cancelled.await();
			reply.end();
		});
		this.server.on("notifications/cancelled", (request, reply) -> {
			this.server.behave(request, reply);
			cancelled.countDown();
		});
		this.bridge.initialize().call(1, "pay");
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> !this.server.received("tools/call").isEmpty());
		String cancellation = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}";
		this.bridge.say(cancellation);
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.bridge.state().pending() == 0);
		assertThat(this.server.received("notifications/cancelled")).extracting(Received::body)
			.containsExactly(cancellation);
		assertThat(this.bridge.answers(1)).isEmpty();
		assertThat(this.bridge.request(2, "ping", "{}").answer(2).has("result")).isTrue();
	}

	@Test
	void doesNotSendWhatIsCancelledWhileItWaits() throws Exception {
		try (ScriptedServer other = new ScriptedServer(); BridgeHarness waiting = new BridgeHarness()) {
			waiting.call(1, "pay")
				.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
			Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> waiting.state().answered() == 1);
			waiting.serve(other).initialize().request(2, "ping", "{}").answer(2);
			assertThat(other.received("tools/call")).isEmpty();
			assertThat(waiting.answers(1)).isEmpty();
		}
	}

	@Test
	void answersABatchWithABatch() {
		this.server.on("x", (request, reply) -> reply
			.json("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-1,\"message\":\"no\"}}"));
		this.bridge.say("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"},5,{\"jsonrpc\":\"2.0\",\"method\":\"n\"},"
				+ "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"initialize\"}]");
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> !this.bridge.said().isEmpty());
		JsonNode batch = this.bridge.said().get(0);
		assertThat(batch.isArray()).isTrue();
		assertThat(batch).hasSize(3);
		assertThat(batch.toString())
			.contains("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"no\"}}")
			.contains("{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":")
			.contains("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":");
	}

	@Test
	void refusesABatchThatTheRevisionDoesNotHave() {
		this.bridge.initialize().say("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]");
		assertThat(this.bridge.answer("null").path("error").path("message").asString()).contains("no batches");
	}

	@Test
	void takesBatchesOfTheServerApart() {
		this.server.on("tools/call", (request, reply) -> reply
			.json("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}," + request.result("{}") + "]"));
		this.bridge.initialize().call(1, "read").answer(1);
		assertThat(this.bridge.messages("notifications/progress")).hasSize(1);
	}

	@Test
	void refusesAnIdThatIsInUse() {
		CountDownLatch refused = new CountDownLatch(1);
		this.server.on("tools/call", (request, reply) -> {
			refused.await();
			this.server.behave(request, reply);
		});
		this.bridge.initialize().call(1, "read").call(1, "pay");
		assertThat(this.bridge.answer("null").path("error").path("message").asString()).contains("the id 1 belongs");
		refused.countDown();
		assertThat(this.bridge.answer(1).has("result")).isTrue();
		assertThat(this.server.received("tools/call")).hasSize(1);
	}

	@Test
	void refusesWhatIsTooLongUnderItsId() {
		this.bridge
			.say("{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"a\":\"" + "x".repeat(100_000) + "\"},\"id\":5}");
		assertThat(this.bridge.answer(5).path("error").path("code").asInt()).isEqualTo(JsonRpc.INVALID_REQUEST);
		assertThat(this.bridge.initialize().call(1, "read").answer(1).has("result")).isTrue();
	}

	@Test
	void refusesMoreThanItCanKeep() throws Exception {
		try (BridgeHarness waiting = new BridgeHarness()) {
			String params = "{\"name\":\"read\",\"x\":\"" + "x".repeat(60_000) + "\"}";
			IntStream.range(0, 20).forEach((id) -> waiting.request(id, "tools/call", params));
			assertThat(waiting.answer(19).path("error").path("code").asInt()).isEqualTo(JsonRpc.OVERLOADED);
			assertThat(waiting.answers(0)).isEmpty();
		}
	}

	@Test
	void answersWhatIsNoMessage() {
		this.bridge.say("nonsense").say("").say("   ").say("{\"jsonrpc\":\"2.0\",\"result\":{},\"id\":5}");
		assertThat(this.bridge.answer("null").path("error").path("code").asInt()).isEqualTo(JsonRpc.PARSE_ERROR);
		assertThat(this.bridge.initialize().call(1, "read").answer(1).has("result")).isTrue();
		assertThat(this.bridge.said()).hasSize(3);
	}

	@Test
	void holdsBackWhatComesBeforeTheSessionHasBegun() {
		this.server.on("initialize", (request, reply) -> {
			TimeUnit.MILLISECONDS.sleep(100);
			this.server.behave(request, reply);
		});
		this.bridge.say(BridgeHarness.INITIALIZE).request(1, "ping", "{}").say(BridgeHarness.INITIALIZED);
		assertThat(this.bridge.answer(1).has("result")).isTrue();
	}

	@Test
	void beginsANewSessionWhenTheClientDoes() {
		this.bridge.initialize();
		this.bridge.say(BridgeHarness.INITIALIZE.replace("\"init\"", "\"again\"")).answer("\"again\"");
		this.bridge.say(BridgeHarness.INITIALIZED).request(1, "ping", "{}").answer(1);
		List<String> sessions = this.server.received("notifications/initialized")
			.stream()
			.map((request) -> request.header("Mcp-Session-Id"))
			.toList();
		assertThat(sessions).hasSize(2).doesNotHaveDuplicates();
		assertThat(this.server.received("ping").get(0).header("Mcp-Session-Id")).isEqualTo(sessions.get(1));
	}

	@Test
	void endsTheSessionWhenItEnds() throws Exception {
		this.bridge.initialize().request(1, "ping", "{}").answer(1);
		this.bridge.close();
		assertThat(this.server.received("DELETE")).hasSize(1);
	}

	@Test
	void waitsForAServer() throws Exception {
		try (ScriptedServer late = new ScriptedServer(); BridgeHarness waiting = new BridgeHarness()) {
			waiting.say(BridgeHarness.INITIALIZE);
			Awaitility.await()
				.during(Duration.ofMillis(200))
				.atMost(BridgeHarness.TIMEOUT)
				.until(() -> waiting.said().isEmpty());
			waiting.serve(late);
			assertThat(waiting.answer("\"init\"").has("result")).isTrue();
		}
	}

	private void awaitStream() {
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.server.streams() > 0);
	}

}
