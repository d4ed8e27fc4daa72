package dev.aidis.port.sample.mcp.security;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.sample.mcp.McpHttp;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BufferedRequest}.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class BodySizeTests {

	private static final int MEGABYTE = 1024 * 1024;

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@ValueSource(ints = { MEGABYTE + 1, 5 * MEGABYTE })
	void refusesABodyThatIsTooLong(int length) {
		assertTooLong(send(BodyPublishers.ofByteArray(new byte[length])));
	}

	@ParameterizedTest
	@ValueSource(ints = { MEGABYTE + 1, 5 * MEGABYTE })
	void refusesABodyThatIsTooLongAndDoesNotSayHowLong(int length) {
		assertTooLong(send(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[length]))));
	}

	@Test
	void acceptsABodyThatIsJustNotTooLong() {
		byte[] body = new byte[MEGABYTE];
		Arrays.fill(body, (byte) ' ');
		byte[] message = McpHttp.request(1, "ping", "{}").getBytes(StandardCharsets.UTF_8);
		System.arraycopy(message, 0, body, 0, message.length);
		HttpResponse<String> response = McpHttp.at(this.port).initialize().post(body);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(McpHttp.message(response).get("result")).isEmpty();
	}

	private HttpResponse<String> send(BodyPublisher body) {
		return McpHttp.at(this.port).send(body, (request) -> {
		});
	}

	private static void assertTooLong(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(McpHttp.message(response).at("/error/message").stringValue()).contains("1048576 bytes",
				"aidis.mcp.max-body-size");
	}

}
