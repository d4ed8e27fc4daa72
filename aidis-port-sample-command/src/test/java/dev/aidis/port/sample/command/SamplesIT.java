package dev.aidis.port.sample.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests both samples as their users run them: each in a process of its own, on a port
 * that the operating system chose, and with nothing in common but the registry file.
 */
class SamplesIT {

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

	private final JsonMapper json = new JsonMapper();

	@TempDir
	private Path temp;

	private Path registry;

	private SampleProcess mcp;

	private SampleProcess command;

	@BeforeEach
	void start() throws IOException {
		this.registry = this.temp.resolve("run").resolve("port-registry.json");
		this.mcp = start("aidis-mcp", "AIDIS_MCP_PORT");
		this.command = start("aidis-command", "AIDIS_COMMAND_DEV_PORT");
		awaitUp("aidis-mcp", this.mcp);
		awaitUp("aidis-command-dev", this.command);
	}

	private SampleProcess start(String service, String portVariable) throws IOException {
		return SampleProcess.start(service, this.temp,
				Map.of("AIDIS_PORT_REGISTRY", this.registry.toString(), portVariable, "0"));
	}

	@AfterEach
	void kill() throws InterruptedException {
		for (SampleProcess process : new SampleProcess[] { this.command, this.mcp }) {
			if (process != null) {
				process.close();
			}
		}
	}

	@Test
	void callEachOtherByNameAndLeaveNothingBehind() throws Exception {
		JsonNode answer = awaitAnswer();
		int port = registered("aidis-mcp").get("port").intValue();
		assertThat(answer.get("service").stringValue()).isEqualTo("aidis-mcp");
		assertThat(answer.get("url").stringValue()).isEqualTo("http://localhost:" + port);
		assertThat(answer.get("health").toString()).isEqualTo("{\"status\":200,\"body\":{\"status\":\"UP\"}}");
		assertThat(answer.get("tools").toString()).startsWith("[\"list_services\",\"find_service\"");
		assertThat(answer.get("services")).hasSize(2).allSatisfy((service) -> {
			JsonNode registered = registered(service.get("name").stringValue());
			assertThat(service.get("port")).isEqualTo(registered.get("port"));
			assertThat(service.get("pid")).isEqualTo(registered.get("pid"));
			assertThat(get(service.get("healthUrl").stringValue()).statusCode()).isEqualTo(200);
		});

		this.mcp.stop();
		assertThat(registry().propertyNames()).containsExactly("aidis-command-dev");
		assertThat(callMcp().statusCode()).isEqualTo(503);
		this.command.stop();
		assertThat(this.registry).hasContent("{}");
	}

	@Test
	void missEachOtherAtOnceAfterACrashAndFindEachOtherAgain() throws Exception {
		awaitAnswer();
		this.mcp.kill();
		HttpResponse<String> problem = callMcp();
		assertThat(problem.statusCode()).isEqualTo(503);
		assertThat(problem.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(this.json.readTree(problem.body()).get("registeredServices").toString())
			.isEqualTo("[\"aidis-command-dev\"]");

		this.mcp = start("aidis-mcp", "AIDIS_MCP_PORT");
		awaitUp("aidis-mcp", this.mcp);
		int port = registered("aidis-mcp").get("port").intValue();
		assertThat(awaitAnswer().get("url").stringValue()).isEqualTo("http://localhost:" + port);
	}

	private void awaitUp(String service, SampleProcess process) {
		await().atMost(TIMEOUT)
			.failFast(() -> assertThat(process.isAlive()).as(process::log).isTrue())
			.untilAsserted(() -> {
				assertThat(this.registry).as(process::log).exists();
				JsonNode entry = registry().path(service);
				assertThat(entry.path("status").asString()).as(process::log).isEqualTo("UP");
				assertThat(entry.path("pid").asLong()).isEqualTo(process.pid());
			});
	}

	/**
	 * The first call warms both services up, which takes longer than they wait for each
	 * other where the machine is busy.
	 */
	private JsonNode awaitAnswer() {
		HttpResponse<String> answer = await().atMost(TIMEOUT)
			.until(this::callMcp, (response) -> response.statusCode() == 200);
		return this.json.readTree(answer.body());
	}

	private HttpResponse<String> callMcp() throws Exception {
		return get("http://localhost:" + registered("aidis-command-dev").get("port") + "/api/mcp");
	}

	private HttpResponse<String> get(String url) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(),
				BodyHandlers.ofString());
	}

	private JsonNode registered(String service) throws IOException {
		return registry().required(service);
	}

	private JsonNode registry() throws IOException {
		return this.json.readTree(Files.readString(this.registry));
	}

}
