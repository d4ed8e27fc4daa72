package dev.aidis.port.sample.mcp.bridge;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.aidis.port.sample.mcp.bridge.ScriptedServer.Received;
import dev.aidis.port.sample.mcp.bridge.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with clients of MCP's revision of 2026-07-28, which know neither sessions nor
 * {@code initialize}.
 */
class ModernClientTests {

	private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
			+ "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"},"
			+ "\"io.modelcontextprotocol/clientCapabilities\":{},\"progressToken\":5}";

	private final ScriptedServer server = new ScriptedServer();

	private final ScriptedServer next = new ScriptedServer();

	private final BridgeHarness bridge = new BridgeHarness().serve(this.server);

	@AfterEach
	void close() throws Exception {
		this.bridge.close();
		this.server.close();
		this.next.close();
	}

	private BridgeHarness request(int id, String method, String params) {
		return this.bridge.request(id, method, "{" + META + (params.isEmpty() ? "" : "," + params) + "}");
	}

	@Test
	void needsNoSession() {
		request(1, "server/discover", "").answer(1);
		assertThat(request(2, "tools/call", "\"name\":\"pay\",\"arguments\":{}").answer(2).has("result")).isTrue();
		assertThat(this.server.received()).extracting(Received::method)
			.contains("server/discover", "tools/call")
			.doesNotContain("initialize", "GET");
		Received call = this.server.received("tools/call").get(0);
		assertThat(call.header("Mcp-Session-Id")).isNull();
		assertThat(call.header("MCP-Protocol-Version")).isEqualTo("2026-07-28");
		assertThat(call.header("Mcp-Method")).isEqualTo("tools/call");
		assertThat(call.header("Mcp-Name")).isEqualTo("pay");
	}

	@Test
	void errorsWithAStatusArePassedOn() {
		String error = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}";
		this.server.on("dance", (request, reply) -> reply.status(404, "application/json", error));
		request(1, "dance", "").answer(1);
		assertThat(this.bridge.lines()).contains(error);
	}

	@Test
	void argumentsGoIntoHeadersOnceTheServerWantsThat() {
		this.server.on("tools/list", (request, reply) -> {
			assertThat(request.header("Mcp-Method")).isEqualTo("tools/list");
			assertThat(request.json().path("params").path("_meta").has("progressToken")).isFalse();
			reply.json(request.result("{\"tools\":[{\"name\":\"query\",\"inputSchema\":{\"type\":\"object\","
					+ "\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}}}]}"));
		});
		this.server.on("tools/call", (request, reply) -> {
			if (request.header("Mcp-Param-Region") == null) {
				reply.status(400, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":" + request.json().path("id")
						+ ",\"error\":{\"code\":-32020,\"message\":\"Header mismatch\"}}");
			}
			else {
				reply.json(request.result("{\"region\":\"" + request.header("Mcp-Param-Region") + "\"}"));
			}
		});
		JsonNode answer = request(1, "tools/call", "\"name\":\"query\",\"arguments\":{\"region\":\"eu\"}").answer(1);
		assertThat(answer.path("result").path("region").asString()).isEqualTo("eu");
		request(2, "tools/call", "\"name\":\"query\",\"arguments\":{\"region\":\"us\"}").answer(2);
		assertThat(this.server.received("tools/call")).hasSizeBetween(2, 3);
		assertThat(this.server.received("tools/list")).isNotEmpty();
		assertThat(request(3, "tools/call", "\"name\":\"query\",\"arguments\":{}").answer(3)
			.path("error")
			.path("code")
			.asInt()).isEqualTo(-32020);
	}

	@Test
	void endOfTheConnectionTellsTheServerThatTheClientHasCancelled() {
		CountDownLatch cancelled = new CountDownLatch(1);
		this.server.on("tools/call", (request, reply) -> {
			reply.stream();
			try {
				while (true) {
					reply.write(": still there\n\n");
					Thread.sleep(5);
				}
			}
			finally {
				cancelled.countDown();
			}
		});
		request(1, "tools/call", "\"name\":\"pay\"");
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> !this.server.received("tools/call").isEmpty());
		this.bridge.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
		Awaitility.await().atMost(BridgeHarness.TIMEOUT).until(() -> cancelled.getCount() == 0);
		assertThat(this.server.received("notifications/cancelled")).isEmpty();
		assertThat(this.bridge.answers(1)).isEmpty();
		assertThat(this.bridge.state().pending()).isZero();
	}

	@Test
	void requestIsRepeatedUnderAnIdOfItsOwn() {
		this.server.on("tools/list", (request, reply) -> {
			this.bridge.serve(this.next);
			reply.cut();
			this.server.close();
		});
		String answer = request(1, "tools/list", "").answer(1).toString();
		assertThat(answer).contains("\"read\"");
		assertThat(this.next.received("tools/list").get(0).json().path("id").asString())
			.startsWith("aidis-mcp-bridge-");
	}

	@Test
	void subscriptionOutlivesTheServer() {
		Script listen = (request, reply) -> {
			reply.stream()
				.data("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{}}");
			new CountDownLatch(1).await();
		};
		this.server.on("subscriptions/listen", listen);
		this.next.on("subscriptions/listen", listen);
		request(1, "subscriptions/listen",
				"\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":false,"
						+ "\"resourceSubscriptions\":[\"file:///a\"]}")
			.message("notifications/subscriptions/acknowledged");
		this.bridge.serve(this.next);
		this.server.close();
		JsonNode changed = this.bridge.message("notifications/tools/list_changed");
		assertThat(changed.path("params").path("_meta").path("io.modelcontextprotocol/subscriptionId").asInt()).isOne();
		JsonNode updated = this.bridge.message("notifications/resources/updated");
		assertThat(updated.path("params").path("uri").asString()).isEqualTo("file:///a");
		assertThat(this.next.received("subscriptions/listen").get(0).json().path("id").asInt()).isOne();
		assertThat(this.bridge.messages("notifications/prompts/list_changed")).isEmpty();
		assertThat(this.bridge.answers(1)).isEmpty();
	}

	@Test
	void clientThatAsksAServerOfBeforeIsToldSo() {
		this.server.on("server/discover", this.server::behave);
		JsonNode answer = this.bridge.request(1, "server/discover", "{" + META + "}").answer(1);
		assertThat(answer.has("result") || answer.has("error")).isTrue();
		this.bridge.initialize();
		assertThat(this.bridge.request(2, "ping", "{}").answer(2).has("result")).isTrue();
		assertThat(List.copyOf(this.bridge.log())).noneMatch((line) -> line.contains("should not have happened"));
	}

}
