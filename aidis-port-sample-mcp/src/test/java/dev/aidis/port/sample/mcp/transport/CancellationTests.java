package dev.aidis.port.sample.mcp.transport;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.sample.mcp.McpHttp;
import dev.aidis.port.sample.mcp.McpTestClient;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Cancellation} and {@link CancellableSession}.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class CancellationTests {

	private static final String WAIT = """
			{
			  "jsonrpc": "2.0", "id": %s, "method": "tools/call",
			  "params": {
			    "name": "wait_for_service", "arguments": { "name": "nobody", "timeoutSeconds": 300 },
			    "_meta": { "progressToken": "p" }
			  }
			}
			""";

	@LocalServerPort
	private int port;

	@Test
	void endsACallWithoutAnAnswer() throws Exception {
		McpHttp client = McpHttp.at(this.port).initialize();
		CompletableFuture<HttpResponse<String>> call = client.postAsync(WAIT.formatted("7"));
		awaitRunning(client, "7");
		assertThat(client.post(McpHttp.notification("notifications/cancelled", "{\"requestId\":8}")).statusCode())
			.isEqualTo(202);
		assertThat(call).isNotDone();
		assertThat(client.post(McpHttp.notification("notifications/cancelled", "{\"requestId\":7}")).statusCode())
			.isEqualTo(202);
		HttpResponse<String> response = call.get(McpTestClient.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).doesNotContain("\"id\":7", "\"result\"", "\"error\"");
	}

	@Test
	void concernsNoOtherSession() throws Exception {
		McpHttp client = McpHttp.at(this.port).initialize();
		CompletableFuture<HttpResponse<String>> call = client.postAsync(WAIT.formatted("\"a\""));
		awaitRunning(client, "\"a\"");
		McpHttp.at(this.port)
			.initialize()
			.post(McpHttp.notification("notifications/cancelled", "{\"requestId\":\"a\"}"));
		assertThat(call).isNotDone();
		client.post(McpHttp.notification("notifications/cancelled", "{\"requestId\":\"a\"}"));
		call.get(McpTestClient.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	@Test
	void comesWithTheEndOfTheSession() throws Exception {
		McpHttp client = McpHttp.at(this.port).initialize();
		CompletableFuture<HttpResponse<String>> call = client.postAsync(WAIT.formatted("7"));
		awaitRunning(client, "7");
		McpHttp.send(client.builder().DELETE().build());
		HttpResponse<String> response = call.get(McpTestClient.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(McpHttp.message(response).at("/result/content/0/text").stringValue()).contains("was ended");
	}

	/**
	 * A running request is known by its id, which no other may have meanwhile.
	 */
	private static void awaitRunning(McpHttp client, String id) {
		await().atMost(McpTestClient.TIMEOUT)
			.until(() -> client.post(McpHttp.request(id, "ping", "{}")).body().contains("is running already"));
	}

}
