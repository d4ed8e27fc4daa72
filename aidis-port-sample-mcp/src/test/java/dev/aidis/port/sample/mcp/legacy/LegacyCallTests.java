package dev.aidis.port.sample.mcp.legacy;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.sample.mcp.McpHttp;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link LegacyToolsController} by what a web server makes of its requests.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class LegacyCallTests {

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/x-www-form-urlencoded", "text/plain" })
	void takesArgumentsWhateverTypeTheyAreSentAs(String type) {
		HttpResponse<String> response = McpHttp
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/mcp/tools/explain_port"))
				.header("Content-Type", type)
				.POST(BodyPublishers.ofString("{\"arguments\": {\"port\": " + this.port + "}}"))
				.build());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(McpHttp.message(response).get("success").booleanValue()).isTrue();
		assertThat(McpHttp.message(response).at("/result/services/0/name").stringValue()).isEqualTo("aidis-mcp");
	}

}
