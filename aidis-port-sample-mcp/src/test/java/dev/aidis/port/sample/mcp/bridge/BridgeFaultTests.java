package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.aidis.port.sample.mcp.bridge.ScriptedServer.Received;
import dev.aidis.port.sample.mcp.bridge.ScriptedServer.Reply;
import dev.aidis.port.sample.mcp.bridge.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what becomes of messages when something goes wrong: each request has one answer,
 * under its own id, whatever happens.
 */
class BridgeFaultTests {

	private final ScriptedServer server = new ScriptedServer();

	private final ScriptedServer next = new ScriptedServer();

	private final BridgeHarness bridge = new BridgeHarness().serve(this.server);

	@AfterEach
	void close() throws Exception {
		this.bridge.close();
		this.server.close();
		this.next.close();
	}

	private JsonNode error(BridgeHarness bridge, Object id, int code, String... texts) {
		JsonNode answer = bridge.answer(id);
		assertThat(answer.path("error").path("code").asInt()).as("%s", answer).isEqualTo(code);
		assertThat(answer.path("error").path("message").asString()).contains(texts);
		return answer;
	}

	private void move() {
		this.bridge.serve(this.next);
		this.server.close();
	}

	// The server moves

	@Test
	void nextRequestGoesToWhereTheServerIsNow() {
		this.bridge.initialize().call(1, "read").answer(1);
		move();
		assertThat(this.bridge.call(2, "pay").answer(2).has("result")).isTrue();
		assertThat(this.bridge.answers("\"init\"")).hasSize(1);
	}

	@Test
	void newServerIsToldWhatTheOldOneWas() {
		this.bridge.initialize();
		this.bridge.request(1, "logging/setLevel", "{\"level\":\"debug\"}").answer(1);
		this.bridge.request(2, "resources/subscribe", "{\"uri\":\"file:///a\"}").answer(2);
		this.bridge.request(3, "resources/subscribe", "{\"uri\":\"file:///b\"}").answer(3);
		this.bridge.request(4, "resources/unsubscribe", "{\"uri\":\"file:///a\"}").answer(4);
		move();
		this.bridge.call(5, "read").answer(5);
		assertThat(this.next.received())
			.filteredOn((request) -> !Set.of("GET", "tools/list").contains(request.method()))
			.extracting(Received::method)
			.containsExactlyInAnyOrder("initialize", "notifications/initialized", "logging/setLevel",
					"resources/subscribe", "tools/call");
		Received initialize = this.next.received("initialize").get(0);
		assertThat(initialize.json().path("params"))
			.isEqualTo(this.server.received("initialize").get(0).json().path("params"));
		assertThat(initialize.json().path("id").asString()).startsWith("aidis-mcp-bridge-");
		assertThat(this.next.received("resources/subscribe").get(0).json().path("params").path("uri").asString())
			.isEqualTo("file:///b");
		assertThat(this.bridge.said()).filteredOn((message) -> !message.has("method"))
			.extracting((message) -> message.path("id").asString())
			.containsExactlyInAnyOrder("init", "1", "2", "3", "4", "5");
	}

	@Test
	void clientIsToldThatListsMayHaveChanged() {
		this.bridge.initialize();
		this.bridge.request(1, "resources/subscribe", "{\"uri\":\"file:///a\"}").answer(1);
		this.next.capabilities("{\"tools\":{},\"prompts\":{}}");
		move();
		assertThat(this.bridge.message("notifications/resources/updated").path("params").path("uri").asString())
			.isEqualTo("file:///a");
		this.bridge.message("notifications/tools/list_changed");
		this.bridge.message("notifications/resources/list_changed");
		this.bridge.message("notifications/prompts/list_changed");
		this.bridge.call(2, "read").answer(2);
		assertThat(this.bridge.messages("notifications/tools/list_changed")).hasSize(1);
	}

	@Test
	void newSessionIsMadeThoughTheClientSaysNothing() {
		this.bridge.initialize();
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.server.streams() > 0);
		move();
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.next.streams() > 0);
		this.next.say("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n");
		this.bridge.message("notifications/message");
	}

	@Test
	void initializeIsAnsweredByTheServerThatIsThere() {
		this.server.on("initialize", (request, reply) -> {
			this.bridge.serve(this.next);
			reply.cut();
		});
		this.bridge.say(BridgeHarness.INITIALIZE);
		assertThat(this.bridge.answer("\"init\"").has("result")).isTrue();
		this.bridge.say(BridgeHarness.INITIALIZED).call(1, "read").answer(1);
		assertThat(this.next.received("initialize").get(0).json().path("id").asString()).isEqualTo("init");
	}

	@Test
	void notificationThatTheClientIsInitializedIsNotLost() {
		this.bridge.say(BridgeHarness.INITIALIZE).answer("\"init\"");
		move();
		this.bridge.say(BridgeHarness.INITIALIZED).call(1, "read").answer(1);
		assertThat(this.next.received("notifications/initialized")).hasSize(1);
	}

	@Test
	void clientThatAnswersAServerThatIsGoneIsNotHeardByTheNext() {
		this.bridge.initialize();
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.server.streams() > 0);
		this.server.say("data: {\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"roots/list\"}\n\n");
		this.bridge.message("roots/list");
		move();
		assertThat(this.bridge.message("notifications/cancelled").path("params").path("requestId").asInt()).isZero();
		this.bridge.say("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}").call(1, "read").answer(1);
		assertThat(this.next.received("response")).isEmpty();
	}

	// The server goes while it has a request

	/**
	 * Ways in which a server can fail to answer.
	 */
	enum Loss {

		CUT {

			@Override
			void happen(Reply reply) {
				reply.cut();
			}

		},

		CUT_IN_THE_STREAM {

			@Override
			void happen(Reply reply) {
				reply.stream().write(": hello\n\ndata: {\"jsonrpc\":").cut();
			}

		},

		END_OF_THE_STREAM {

			@Override
			void happen(Reply reply) {
				reply.stream().write(": hello\n\n").end();
			}

		},

		NOTHING_IN_JSON {

			@Override
			void happen(Reply reply) {
				reply.header("Content-Type", "application/json").status(200, null, "");
			}

		};

		abstract void happen(Reply reply);

	}

	@ParameterizedTest
	@EnumSource
	void requestThatDoesNoHarmIsRepeated(Loss loss) {
		this.server.on("prompts/get", Script.firstly((request, reply) -> loss.happen(reply), this.server::behave));
		this.bridge.initialize().request(1, "prompts/get", "{\"name\":\"x\"}");
		assertThat(this.bridge.answer(1).has("result")).isTrue();
		assertThat(this.server.received("prompts/get")).hasSize(2);
		assertThat(this.bridge.state().repeated()).isOne();
	}

	@ParameterizedTest
	@EnumSource
	void requestThatMayDoHarmIsNotRepeated(Loss loss) {
		this.server.on("tools/call", (request, reply) -> loss.happen(reply));
		this.bridge.initialize().request(1, "tools/list", "{}").answer(1);
		this.bridge.call(2, "pay");
		JsonNode error = error(this.bridge, 2, JsonRpc.SERVER_LOST, "tools/call 'pay'", "may or may not have run",
				"neither read-only nor idempotent");
		assertThat(error.path("error").path("data").path("outcome").asString()).isEqualTo("unknown");
		assertThat(this.server.received("tools/call")).hasSize(1);
		assertThat(this.bridge.request(3, "ping", "{}").answer(3).has("result")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "read", "set" })
	void toolThatNobodyHasAskedForIsLookedUpAndCalledAgain(String tool) {
		// The bridge asks at once, and may know before the call is lost.
		this.server.on("tools/list", (request, reply) -> {
		});
		this.server.on("tools/call", (request, reply) -> {
			this.bridge.serve(this.next);
			reply.cut();
			this.server.close();
		});
		this.bridge.initialize().call(1, tool);
		assertThat(this.bridge.answer(1).has("result")).isTrue();
		assertThat(this.next.received("tools/list")).hasSize(1);
		assertThat(this.next.received("tools/call")).hasSize(1);
	}

	@Test
	void toolThatNobodyHasAskedForIsLookedUpAndNotCalledAgain() {
		this.server.on("tools/call", (request, reply) -> reply.cut());
		this.bridge.initialize().call(1, "pay");
		error(this.bridge, 1, JsonRpc.SERVER_LOST, this.server.address().describe(), "may or may not have run");
		assertThat(this.server.received("tools/list")).isNotEmpty();
		assertThat(this.server.received("tools/call")).hasSize(1);
	}

	/**
	 * A server that has come back at the same address so soon that it seems never to have
	 * been away.
	 */
	@Test
	void sessionThatIsForgottenWhenTheToolIsLookedUpIsMadeAnew() {
		loseTheCallOfAToolThatIsNotKnown(() -> {
			this.server.forgetSessions();
			this.server.on("tools/list", this.server::behave);
		});
		this.bridge.initialize().call(1, "read");
		assertThat(this.bridge.answer(1).has("result")).isTrue();
		assertThat(this.server.received("initialize")).hasSize(2);
	}

	@Test
	void toolIsLookedUpAgainIfThatIsLost() {
		loseTheCallOfAToolThatIsNotKnown(() -> this.server.on("tools/list",
				Script.firstly((request, reply) -> reply.cut(), this.server::behave)));
		this.bridge.initialize().call(1, "read");
		assertThat(this.bridge.answer(1).has("result")).isTrue();
	}

	@Test
	void toolThatCannotBeLookedUpIsNotCalledAgain() {
		loseTheCallOfAToolThatIsNotKnown(() -> this.server.on("tools/list", (request, reply) -> reply.json(
				"{\"jsonrpc\":\"2.0\",\"id\":" + request.json().path("id") + ",\"error\":{\"message\":\"No list\"}}")));
		this.bridge.initialize().call(1, "read");
		error(this.bridge, 1, JsonRpc.SERVER_LOST, "could not be found out", "No list");
		assertThat(this.server.received("tools/call")).hasSize(1);
	}

	/**
	 * Lose the first call as soon as the bridge has asked by itself what its tool does,
	 * which is not answered.
	 * @param before what happens before it is lost
	 */
	private void loseTheCallOfAToolThatIsNotKnown(Runnable before) {
		CountDownLatch asked = new CountDownLatch(1);
		this.server.on("tools/list", (request, reply) -> asked.countDown());
		this.server.on("tools/call", Script.firstly((request, reply) -> {
			asked.await();
			before.run();
			reply.cut();
		}, this.server::behave));
	}

	@Test
	void toolsAreLookedUpPageByPage() {
		this.server.on("tools/call", Script.firstly((request, reply) -> reply.cut(), this.server::behave));
		this.server.on("tools/list", (request, reply) -> {
			String cursor = request.json().path("params").path("cursor").asString("");
			if (cursor.isEmpty()) {
				reply.json(request.result("{\"tools\":[],\"nextCursor\":\"p2\"}"));
			}
			else {
				assertThat(cursor).isEqualTo("p2");
				this.server.behave(request, reply);
			}
		});
		this.bridge.initialize().call(1, "read");
		assertThat(this.bridge.answer(1).has("result")).isTrue();
	}

	@Test
	void requestThatTakesServersDownIsNotRepeatedForEver() {
		this.server.on("tools/call", (request, reply) -> reply.cut());
		this.bridge.initialize().request(1, "tools/list", "{}").answer(1);
		this.bridge.call(2, "read");
		error(this.bridge, 2, JsonRpc.SERVER_LOST, "3 times in a row");
		assertThat(this.server.received("tools/call")).hasSize(Recovery.MAX_LOSSES);
	}

	@Test
	void requestThatIsSentAgainIsCancelledUnderTheIdThatTheServerKnows() {
		CountDownLatch cancelled = new CountDownLatch(1);
		this.server.on("tools/call", Script.firstly((request, reply) -> reply.cut(), (request, reply) -> {
			reply.stream();
			cancelled.await();
			reply.end();
		}));
		this.bridge.initialize().request(1, "tools/list", "{}").answer(1);
		this.bridge.call(2, "read");
		Awaitility.await()
			.atMost(BridgeHarness.TIMEOUT)
			.until(() -> this.server.received("tools/call").size() == 2 && cancelledIds().size() == 1);
		assertThat(cancelledIds()).containsExactly("2");
		this.bridge.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":2}}");
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> cancelledIds().size() == 2);
		String sentId = this.server.received("tools/call").get(1).json().path("id").asString();
		assertThat(sentId).startsWith("aidis-mcp-bridge-");
		assertThat(cancelledIds()).containsExactly("2", sentId);
		cancelled.countDown();
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.bridge.state().pending() == 0);
		assertThat(this.bridge.answers(2)).isEmpty();
	}

	private List<String> cancelledIds() {
		return this.server.received("notifications/cancelled")
			.stream()
			.map((request) -> request.json().path("params").path("requestId").asString())
			.toList();
	}

	@Test
	void whatComesUnderTheIdOfALostRequestIsNotItsAnswer() {
		CountDownLatch said = new CountDownLatch(1);
		String late = "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"late\":true}}";
		this.server.on("tools/call", Script.firstly((request, reply) -> reply.cut(), (request, reply) -> {
			reply.stream().data(late);
			said.await();
			reply.data(request.result("{\"late\":false}")).end();
		}));
		this.bridge.initialize().request(1, "tools/list", "{}").answer(1);
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.server.streams() > 0);
		this.bridge.call(2, "read");
		this.server.say("data: " + late + "\n\n");
		this.server.say("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{}}\n\n");
		this.bridge.message("notifications/progress");
		said.countDown();
		assertThat(this.bridge.answer(2).path("result").path("late").asBoolean(true)).isFalse();
	}

	@Test
	void answerThatHasComeIsNotAskedForAgain() {
		this.server.on("tools/call", (request, reply) -> reply.stream().data(request.result("{}")).cut());
		this.bridge.initialize().call(1, "read").answer(1);
		assertThat(this.bridge.request(2, "ping", "{}").answer(2).has("result")).isTrue();
		assertThat(this.server.received("tools/call")).hasSize(1);
		assertThat(this.bridge.answers(1)).hasSize(1);
	}

	@Test
	void connectionThatIsResetIsALoss() throws Exception {
		try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
				BridgeHarness client = new BridgeHarness()) {
			Thread resetting = new Thread(() -> resetAll(socket));
			resetting.start();
			client.serve(
					new Server(URI.create("http://localhost:" + socket.getLocalPort() + "/mcp"), null, "by the test"));
			client.request(1, "orders/send", "{}");
			error(client, 1, JsonRpc.SERVER_LOST, "may or may not have run");
			client.request(2, "ping", "{}");
			error(client, 2, JsonRpc.SERVER_LOST, "3 times in a row");
		}
	}

	private static void resetAll(ServerSocket socket) {
		while (!socket.isClosed()) {
			try (Socket accepted = socket.accept()) {
				accepted.setSoLinger(true, 0);
				accepted.getInputStream().read(new byte[100]);
			}
			catch (IOException ex) {
				// The test is over.
			}
		}
	}

	@Test
	void serverGoesOnWithAStreamThatBroke() {
		this.server.on("tools/call",
				(request, reply) -> reply.stream()
					.write("retry: 10\n\n")
					.write("id: 1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n")
					.cut());
		this.bridge.initialize();
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.server.streams() > 0);
		this.server.on("GET", Script.firstly((request, reply) -> {
			assertThat(request.header("Last-Event-ID")).isEqualTo("1");
			reply.stream().write("id: 2\ndata:\n\n").end();
		}, (request, reply) -> {
			assertThat(request.header("Last-Event-ID")).isEqualTo("2");
			reply.stream().data("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"late\":true}}").end();
		}));
		this.bridge.call(1, "pay");
		assertThat(this.bridge.answer(1).path("result").path("late").asBoolean()).isTrue();
		assertThat(this.server.received("tools/call")).hasSize(1);
	}

	@Test
	void serverThatCannotGoOnIsLost() {
		this.server.on("tools/call", (request, reply) -> reply.stream().write("id: 1\ndata:\n\n").end());
		this.bridge.initialize().request(1, "tools/list", "{}").answer(1);
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.server.streams() > 0);
		this.server.on("GET", (request, reply) -> reply.status(405, null, ""));
		this.bridge.call(2, "pay");
		error(this.bridge, 2, JsonRpc.SERVER_LOST, "may or may not have run");
	}

	@Test
	void serverThatIsSlowIsNotLost() throws Exception {
		ServerWatch.Timing quick = new ServerWatch.Timing(Duration.ofMillis(50), Duration.ofMillis(50));
		CountDownLatch end = new CountDownLatch(1);
		this.server.on("tools/call", (request, reply) -> {
			end.await();
			this.server.behave(request, reply);
		});
		try (BridgeHarness suspicious = new BridgeHarness(BridgeHarness.TIMEOUT, quick, null)) {
			suspicious.serve(this.server).initialize().call(1, "pay");
			Awaitility.await()
				.during(Duration.ofMillis(600))
				.atMost(BridgeHarness.TIMEOUT)
				.until(() -> suspicious.answers(1).isEmpty());
			assertThat(suspicious.request(2, "ping", "{}").answer(2).has("result")).isTrue();
			end.countDown();
			assertThat(suspicious.answer(1).has("result")).isTrue();
		}
	}

	@Test
	void serverThatSaysNothingAnyMoreIsLost() throws Exception {
		ServerWatch.Timing quick = new ServerWatch.Timing(Duration.ofMillis(50), Duration.ofMillis(50));
		this.server.on("tools/call", (request, reply) -> new CountDownLatch(1).await());
		try (BridgeHarness suspicious = new BridgeHarness(BridgeHarness.TIMEOUT, quick, null)) {
			suspicious.serve(this.server).initialize().request(1, "tools/list", "{}").answer(1);
			suspicious.call(2, "pay").call(3, "read");
			Awaitility.await()
				.atMost(BridgeHarness.TIMEOUT)
				.until(() -> this.server.received("tools/call").size() == 2);
			// From now on the server that is there is another one.
			suspicious.serve(this.next);
			error(suspicious, 2, JsonRpc.SERVER_LOST, "may or may not have run");
			assertThat(suspicious.answer(3).has("result")).isTrue();
		}
	}

	@Test
	void serverThatCannotProveWhoItIsIsLostWhenItAnswersNobody() throws Exception {
		this.server.on("tools/call", (request, reply) -> new CountDownLatch(1).await());
		try (BridgeHarness suspicious = suspicious(Duration.ofMillis(500))) {
			suspicious.initialize().request(1, "tools/list", "{}").answer(1);
			suspicious.call(2, "pay").call(3, "read");
			Awaitility.await()
				.atMost(BridgeHarness.TIMEOUT)
				.until(() -> this.server.received("tools/call").size() == 2);
			// As of a process that is stopped: it accepts, and says nothing.
			this.server.on("GET", (request, reply) -> new CountDownLatch(1).await());
			error(suspicious, 2, JsonRpc.SERVER_LOST, "did not answer any more", "may or may not have run");
			error(suspicious, 3, JsonRpc.SERVER_LOST, "does not answer", "may or may not have run");
			suspicious.request(4, "ping", "{}");
			error(suspicious, 4, JsonRpc.NO_SERVER, "does not answer", "has not run");
			this.server.on("GET", this.server::behave);
			// How long a request waits for a server is half a second here.
			AtomicInteger id = new AtomicInteger(4);
			Awaitility.await()
				.atMost(BridgeHarness.TIMEOUT)
				.until(() -> suspicious.request(id.incrementAndGet(), "ping", "{}").answer(id.get()).has("result"));
		}
	}

	@Test
	void serverThatCannotProveWhoItIsIsNotLostWhileItAnswersOthers() throws Exception {
		CountDownLatch end = new CountDownLatch(1);
		this.server.on("tools/call", (request, reply) -> {
			end.await();
			this.server.behave(request, reply);
		});
		try (BridgeHarness suspicious = suspicious(BridgeHarness.TIMEOUT)) {
			suspicious.initialize().call(1, "pay");
			Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> this.server.received("GET").size() > 20);
			assertThat(suspicious.answers(1)).isEmpty();
			end.countDown();
			assertThat(suspicious.answer(1).has("result")).isTrue();
			assertThat(this.server.received("initialize")).hasSize(1);
		}
	}

	private BridgeHarness suspicious(Duration patience) {
		Locator fixed = new ServerLocator.Fixed(this.server.address().endpoint(), "as the test says",
				new HttpTransport(null), Duration.ofMillis(200));
		return new BridgeHarness(fixed, patience, new ServerWatch.Timing(Duration.ofMillis(50), Duration.ofMillis(50)));
	}

	@Test
	void requestThatASilentServerGetsLastIsNotForgotten() throws Exception {
		ServerWatch.Timing quick = new ServerWatch.Timing(Duration.ofMillis(300), Duration.ofMillis(50));
		this.server.on("tools/call", (request, reply) -> new CountDownLatch(1).await());
		try (BridgeHarness suspicious = new BridgeHarness(BridgeHarness.TIMEOUT, quick, null)) {
			suspicious.serve(this.server).initialize().request(1, "tools/list", "{}").answer(1);
			suspicious.call(2, "read");
			suspicious.serve(this.next);
			AtomicInteger last = new AtomicInteger(2);
			Awaitility.await().atMost(BridgeHarness.TIMEOUT).pollInterval(Duration.ofMillis(20)).until(() -> {
				suspicious.call(last.incrementAndGet(), "read");
				return suspicious.log().stream().anyMatch((line) -> line.startsWith("Lost the server"));
			});
			for (int sent = 2; sent <= last.get(); sent++) {
				assertThat(suspicious.answer(sent).has("result")).isTrue();
			}
		}
	}

	// The server does not want

	@Test
	void sessionThatTheServerHasForgottenIsMadeAnew() {
		this.bridge.initialize().call(1, "pay").answer(1);
		this.server.forgetSessions();
		assertThat(this.bridge.call(2, "pay").answer(2).has("result")).isTrue();
		assertThat(this.server.received("initialize")).hasSize(2);
		assertThat(this.server.received("notifications/initialized")).hasSize(2);
	}

	@Test
	void sessionIsMadeAnewThoughTheServerSaysItInItsOwnWay() {
		this.server.on("tools/call",
				Script.firstly((request, reply) -> reply.status(400, "application/json",
						"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"Bad Request: No valid session ID"
								+ " provided\"},\"id\":null}"),
						this.server::behave));
		this.bridge.initialize();
		assertThat(this.bridge.call(1, "pay").answer(1).has("result")).isTrue();
		assertThat(this.server.received("initialize")).hasSize(2);
	}

	@Test
	void serverThatNeverKnowsTheSessionIsBelievedInTheEnd() {
		this.server.on("tools/call", (request, reply) -> reply.status(404, "application/json",
				"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32001,\"message\":\"Session not found\"},\"id\":null}"));
		this.bridge.initialize().call(1, "pay");
		error(this.bridge, 1, -32001, "Session not found");
	}

	@Test
	void tokenThatIsMissingIsExplained() {
		this.server.on("initialize", (request, reply) -> reply.status(401, "text/plain", "Who are you?"));
		this.bridge.say(BridgeHarness.INITIALIZE);
		error(this.bridge, "\"init\"", JsonRpc.BAD_ANSWER, "HTTP 401", "Who are you?", "AIDIS_MCP_TOKEN");
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403 })
	void clientIsToldWhatItCanDoAboutARefusalHoweverTheServerPutsIt(int status) {
		// As aidis-mcp does.
		this.server.on("tools/call", (request, reply) -> reply.status(status, "application/json;charset=UTF-8",
				"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"This server asks for a"
						+ " token. Send the header Authorization: Bearer TOKEN, with the value of"
						+ " aidis.mcp.token (AIDIS_MCP_TOKEN) that the server was started with.\"}}"));
		this.bridge.initialize().call(1, "read");
		JsonNode error = error(this.bridge, 1, JsonRpc.BAD_ANSWER, "HTTP " + status, (status == 401)
				? "set AIDIS_MCP_TOKEN in the environment of the bridge" : "This server asks for a token");
		assertThat(error.path("error").path("data").path("outcome").asString()).isEqualTo("not-run");
		assertThat(error.toString()).doesNotContain("jsonrpc\\\"");
		if (status == 401) {
			assertThat(error.toString()).doesNotContain("Send the header");
		}
		assertThat(this.bridge.log()).filteredOn((line) -> line.contains("HTTP " + status)).hasSize(1);
	}

	@Test
	void tokenIsSent() throws Exception {
		try (BridgeHarness known = new BridgeHarness(BridgeHarness.TIMEOUT, ServerWatch.Timing.USUAL, "secret")) {
			known.serve(this.server).initialize();
			assertThat(this.server.received("initialize").get(0).header("Authorization")).isEqualTo("Bearer secret");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:1/mcp", "http://no.such.host.invalid/mcp" })
	void addressThatIsWrongIsExplainedWithoutNamesOfClasses(String url) throws Exception {
		try (BridgeHarness lost = new BridgeHarness(
				new ServerLocator.Fixed(URI.create(url), "as the test says", new HttpTransport(null)),
				Duration.ofMillis(200), ServerWatch.Timing.USUAL)) {
			lost.say(BridgeHarness.INITIALIZE);
			error(lost, "\"init\"", JsonRpc.NO_SERVER,
					url.contains("invalid") ? "there is no such host" : "onnection refused");
			assertThat(lost.said().toString()).doesNotContain("java", "Exception");
		}
	}

	@Test
	void endpointThatIsMissingIsExplained() throws Exception {
		try (BridgeHarness lost = new BridgeHarness()) {
			lost.serve(new Server(URI.create("http://localhost:" + this.server.port() + "/other"), null, ""))
				.say(BridgeHarness.INITIALIZE);
			error(lost, "\"init\"", JsonRpc.BAD_ANSWER, "HTTP 404", "no MCP endpoint");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 403, 409, 413, 500, 502 })
	void statusThatIsNoSuccessIsAnError(int status) {
		this.server.on("tools/call", (request, reply) -> reply.status(status, "text/plain", "No!"));
		this.bridge.initialize().call(1, "read");
		error(this.bridge, 1, JsonRpc.BAD_ANSWER, "HTTP " + status, "No!");
		assertThat(this.server.received("tools/call")).hasSize(1);
	}

	@Test
	void errorThatComesWithAStatusIsPassedOn() {
		this.server.on("tools/call", (request, reply) -> reply.status(400, "application/json",
				"{\"jsonrpc\":\"2.0\", \"id\":1,\"error\":{\"code\":-32602,\"message\":\"Wrong\",\"data\":[1]}}"));
		this.bridge.initialize().call(1, "read").answer(1);
		assertThat(this.bridge.lines())
			.contains("{\"jsonrpc\":\"2.0\", \"id\":1,\"error\":{\"code\":-32602,\"message\":\"Wrong\",\"data\":[1]}}");
	}

	@Test
	void errorWithoutAnIdIsThatOfTheRequest() {
		this.server.on("tools/call", (request, reply) -> reply.status(400, "application/json",
				"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"Wrong\",\"data\":[1]}}"));
		this.bridge.initialize().call(1, "read").answer(1);
		assertThat(this.bridge.lines())
			.contains("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32600,\"message\":\"Wrong\",\"data\":[1]}}");
	}

	@Test
	void serverThatShutsDownIsLeftAlone() {
		this.server.on("tools/call", (request, reply) -> {
			this.bridge.serve(this.next);
			reply.status(503, "text/plain", "Shutting down");
		});
		this.bridge.initialize();
		assertThat(this.bridge.call(1, "pay").answer(1).has("result")).isTrue();
		assertThat(this.next.received("tools/call")).hasSize(1);
	}

	@Test
	void answerOfAnotherKindIsExplained() {
		this.server.on("tools/call", (request, reply) -> reply.status(200, "text/html; charset=utf-8", "<html>"));
		this.bridge.initialize().call(1, "read");
		error(this.bridge, 1, JsonRpc.BAD_ANSWER, "does not speak MCP", "text/html");
	}

	@Test
	void requestThatIsOnlyAcceptedIsExplained() {
		this.server.on("tools/call", (request, reply) -> reply.status(202, null, ""));
		this.bridge.initialize().call(1, "read");
		error(this.bridge, 1, JsonRpc.BAD_ANSWER, "will not answer");
	}

	@Test
	void answerThatIsNoMessageIsNotPassedOn() {
		this.server.on("tools/call", Script.firstly((request, reply) -> reply.json("{\"ok\":true}"),
				(request, reply) -> reply.json("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}")));
		this.bridge.initialize().call(1, "pay").call(2, "pay");
		error(this.bridge, 1, JsonRpc.SERVER_LOST, "ended its answer");
		error(this.bridge, 2, JsonRpc.SERVER_LOST, "ended its answer");
		assertThat(this.bridge.answers(99)).isEmpty();
	}

	// Nobody is there, or somebody else

	@Test
	void requestDoesNotWaitForEver() throws Exception {
		try (BridgeHarness impatient = new BridgeHarness(Duration.ofMillis(200))) {
			impatient.say(BridgeHarness.INITIALIZE).call(1, "pay");
			JsonNode error = error(impatient, 1, JsonRpc.NO_SERVER, "tools/call 'pay' has not run",
					"the test has no server", "Registered there: orders");
			assertThat(error.path("error").path("data").path("outcome").asString()).isEqualTo("not-run");
			error(impatient, "\"init\"", JsonRpc.NO_SERVER, "the test has no server");
			impatient.serve(this.server).initialize();
		}
	}

	@Test
	void requestThatWasLostDoesNotWaitForEver() throws Exception {
		try (BridgeHarness impatient = new BridgeHarness(Duration.ofMillis(300))) {
			impatient.serve(this.server).initialize();
			this.server.on("ping", (request, reply) -> {
				impatient.serve((ScriptedServer) null);
				reply.cut();
			});
			impatient.request(1, "ping", "{}");
			JsonNode error = error(impatient, 1, JsonRpc.SERVER_LOST, "may or may not have run",
					"the test has no server");
			assertThat(error.path("error").path("data").path("outcome").asString()).isEqualTo("unknown");
		}
	}

	@Test
	void anotherProgramOnThePortIsNotBelieved() {
		this.server.as("another");
		this.bridge.say(BridgeHarness.INITIALIZE);
		Awaitility.await()
			.atMost(BridgeHarness.TIMEOUT)
			.until(() -> this.bridge.log().toString().contains("another program answers there"));
		assertThat(this.bridge.said()).isEmpty();
		this.bridge.serve(this.next);
		assertThat(this.bridge.answer("\"init\"").has("result")).isTrue();
	}

	@Test
	void serverThatTakesNoSessionAnyMoreIsAskedAgain() {
		this.bridge.initialize();
		this.next.on("initialize",
				Script.firstly((request, reply) -> reply.status(500, "text/plain", "Not yet"), this.next::behave));
		move();
		assertThat(this.bridge.call(1, "pay").answer(1).has("result")).isTrue();
		assertThat(this.bridge.log()).anyMatch((line) -> line.contains("takes no session") && line.contains("Not yet"));
	}

	@Test
	void everythingThatHappensIsSaid() {
		this.bridge.initialize();
		move();
		this.bridge.call(1, "read").answer(1);
		assertThat(this.bridge.log()).anyMatch((line) -> line.startsWith("Using the server at "))
			.anyMatch((line) -> line.startsWith("Lost the server at "))
			.anyMatch((line) -> line.contains("with a session like before"));
		assertThat(List.copyOf(this.bridge.log())).noneMatch((line) -> line.contains("should not have happened"));
	}

}
