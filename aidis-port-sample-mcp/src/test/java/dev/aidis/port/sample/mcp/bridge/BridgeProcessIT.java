package dev.aidis.port.sample.mcp.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the bridge as an agent's client does, with the server that it is made for.
 */
class BridgeProcessIT {

	private static final Duration TIMEOUT = StdioClient.TIMEOUT;

	@TempDir
	private Path temp;

	private Map<String, String> variables;

	private FilePortRegistry registry;

	@BeforeEach
	void findPlaces() {
		Path file = this.temp.resolve("run/port-registry.json");
		this.variables = Map.of("AIDIS_PORT_REGISTRY", file.toString(), "AIDIS_MCP_PORT", "0", "AIDIS_MCP_BRIDGE_PORT",
				"0");
		this.registry = new FilePortRegistry(file, Duration.ofSeconds(10));
	}

	private ChildProcess server() throws Exception {
		return ChildProcess.server(this.temp, this.variables);
	}

	private ChildProcess bridge(String... arguments) throws Exception {
		return ChildProcess.bridge(this.temp, this.variables, arguments);
	}

	private PortRegistration registered(String service, int count) {
		Awaitility.await().atMost(TIMEOUT).until(() -> this.registry.registrations(service).size() == count);
		return (count > 0) ? this.registry.registrations(service).get(0) : null;
	}

	private static JsonNode listServices(StdioClient client, int id) {
		return client.request(id, "tools/call", "{\"name\":\"list_services\",\"arguments\":{}}")
			.answer(id)
			.path("result")
			.path("structuredContent")
			.path("services");
	}

	@Test
	void waitsForTheServerAndOutlivesIt() throws Exception {
		try (ChildProcess bridge = bridge()) {
			StdioClient client = new StdioClient(bridge);
			client.say(BridgeHarness.INITIALIZE);
			registered("aidis-mcp-bridge", 1);
			try (ChildProcess server = server()) {
				assertThat(client.answer("\"init\"").path("result").path("serverInfo").path("name").asString())
					.isEqualTo("aidis-mcp");
				client.say(BridgeHarness.INITIALIZED);
				assertThat(client.request(1, "tools/list", "{}").answer(1).toString()).contains("list_services");
				assertThat(listServices(client, 2)).extracting((service) -> service.path("name").asString())
					.containsExactlyInAnyOrder("aidis-mcp", "aidis-mcp-bridge");
				server.kill();
			}
			client.request(3, "tools/call", "{\"name\":\"list_services\",\"arguments\":{}}");
			try (ChildProcess server = server()) {
				assertThat(client.answer(3).has("result")).isTrue();
				assertThat(client.lines()).anyMatch((line) -> line.text().contains("notifications/tools/list_changed"));
				client.close();
				assertThat(bridge.await()).isZero();
				assertThat(server.process().isAlive()).isTrue();
			}
			registered("aidis-mcp-bridge", 0);
			assertThat(bridge.log())
				.contains("Using the server at ", "Lost the server at ", "Health and status are at ")
				.doesNotContain("should not have happened");
			assertThat(client.lines()).allMatch((line) -> line.json().path("jsonrpc").asString("").equals("2.0"));
		}
	}

	@Test
	void tellsHowItIsGoing() throws Exception {
		try (ChildProcess server = server();
				ChildProcess first = bridge();
				ChildProcess second = bridge();
				ChildProcess quiet = bridge("--stdio-only")) {
			StdioClient firstClient = new StdioClient(first).initialize();
			new StdioClient(second).initialize();
			new StdioClient(quiet).initialize();
			registered("aidis-mcp-bridge", 2);
			int server1 = registered("aidis-mcp", 1).port();
			for (PortRegistration bridge : this.registry.registrations("aidis-mcp-bridge")) {
				assertThat(get(bridge.healthUri()).path("status").asString()).isEqualTo("UP");
				JsonNode status = get(bridge.uri().resolve("/status"));
				assertThat(status.path("status").asString()).isEqualTo("CONNECTED");
				assertThat(status.path("server").path("url").asString())
					.isEqualTo("http://localhost:" + server1 + "/mcp");
				assertThat(status.path("answered").asInt()).isOne();
			}
			assertThat(listServices(firstClient, 1)).hasSize(3);
			first.stop();
			registered("aidis-mcp-bridge", 1);
			second.kill();
			registered("aidis-mcp-bridge", 0);
			assertThat(quiet.process().isAlive()).isTrue();
			assertThat(server.process().isAlive()).isTrue();
		}
	}

	private static JsonNode get(URI uri) throws Exception {
		return Json.tree(HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray())
			.body());
	}

	@Test
	void saysThatAnotherProgramHasThePort() throws Exception {
		try (ScriptedServer stranger = new ScriptedServer(); ChildProcess bridge = bridge("--wait", "1")) {
			this.registry.register(stranger.registration());
			stranger.as(null);
			try {
				StdioClient client = new StdioClient(bridge).say(BridgeHarness.INITIALIZE);
				JsonNode error = client.answer("\"init\"").path("error");
				assertThat(error.path("code").asInt()).isEqualTo(JsonRpc.NO_SERVER);
				assertThat(error.path("message").asString()).contains(
						"'aidis-mcp' is registered at http://localhost:" + stranger.port(), "is not that instance",
						"Registered there: aidis-mcp at ");
				assertThat(stranger.received()).isEmpty();
			}
			finally {
				this.registry.deregister(stranger.registration().instanceId());
			}
		}
	}

	@Test
	void saysHowToSetTheToken() throws Exception {
		Map<String, String> guarded = new HashMap<>(this.variables);
		guarded.put("AIDIS_MCP_TOKEN", "right");
		Map<String, String> wrong = new HashMap<>(this.variables);
		wrong.put("AIDIS_MCP_TOKEN", "wrong");
		try (ChildProcess server = ChildProcess.server(this.temp, guarded)) {
			for (Map<String, String> variables : List.of(this.variables, wrong)) {
				try (ChildProcess bridge = ChildProcess.bridge(this.temp, variables)) {
					JsonNode error = new StdioClient(bridge).say(BridgeHarness.INITIALIZE)
						.answer("\"init\"")
						.path("error");
					assertThat(error.path("code").asInt()).isEqualTo(JsonRpc.BAD_ANSWER);
					assertThat(error.path("message").asString()).contains("HTTP 401", "AIDIS_MCP_TOKEN",
							"environment of the bridge");
					assertThat(bridge.log()).contains("HTTP 401", "AIDIS_MCP_TOKEN");
				}
			}
			try (ChildProcess bridge = ChildProcess.bridge(this.temp, guarded)) {
				assertThat(new StdioClient(bridge).say(BridgeHarness.INITIALIZE).answer("\"init\"").has("result"))
					.isTrue();
			}
			assertThat(server.process().isAlive()).isTrue();
		}
	}

	@Test
	void answersWhatWasAskedBeforeTheClientWent() throws Exception {
		try (ChildProcess server = server()) {
			registered("aidis-mcp", 1);
			try (ChildProcess bridge = bridge()) {
				// A server's first answer may take longer than a bridge without a client
				// waits.
				assertThat(new StdioClient(bridge).say(BridgeHarness.INITIALIZE).answer("\"init\"").has("result"))
					.isTrue();
			}
			try (ChildProcess bridge = bridge()) {
				StdioClient client = new StdioClient(bridge);
				client.say(BridgeHarness.INITIALIZE);
				client.close();
				assertThat(bridge.await()).isZero();
				assertThat(client.answer("\"init\"").has("result")).isTrue();
			}
			assertThat(server.process().isAlive()).isTrue();
		}
	}

	@Test
	void endsWithItsClientThoughThereIsNoServer() throws Exception {
		try (ChildProcess bridge = bridge()) {
			StdioClient client = new StdioClient(bridge).say(BridgeHarness.INITIALIZE);
			client.close();
			assertThat(bridge.process().waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(bridge.process().exitValue()).isZero();
		}
	}

	@Test
	void explainsWhatItDoesNotUnderstand() throws Exception {
		try (ChildProcess bridge = bridge("--ulr", "x")) {
			assertThat(bridge.await()).isEqualTo(2);
			assertThat(bridge.log()).contains("there is no option '--ulr'", "--help");
			assertThat(bridge.process().getInputStream().readAllBytes()).isEmpty();
		}
		try (ChildProcess bridge = bridge("--help")) {
			assertThat(new String(bridge.process().getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("Usage: aidis-mcp-bridge");
			assertThat(bridge.await()).isZero();
		}
	}

	@Test
	void leavesNothingBehind() throws Exception {
		try (ChildProcess bridge = bridge("--stdio-only", "--wait", "0")) {
			StdioClient client = new StdioClient(bridge).request(1, "ping", "{}");
			assertThat(client.answer(1).path("error").path("code").asInt()).isEqualTo(JsonRpc.NO_SERVER);
			client.close();
			bridge.await();
		}
		assertThat(Files.exists(this.temp.resolve("run"))).isFalse();
	}

}
