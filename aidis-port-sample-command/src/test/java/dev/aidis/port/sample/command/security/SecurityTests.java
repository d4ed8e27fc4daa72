package dev.aidis.port.sample.command.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests who may do what without a login. Requests are written by hand, since clients do
 * not let a test choose every header.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "aidis.command.allowed-hosts=ops.example:8443")
class SecurityTests {

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1", "[::1]", "LOCALHOST:99", "ops.example:8443",
			"aidis-command-dev.localhost:8000" })
	void answersToItsOwnNames(String host) throws IOException {
		assertThat(get("/api", Map.of("Host", host))).startsWith("HTTP/1.1 200");
	}

	@ParameterizedTest
	@ValueSource(strings = { "evil.example", "localhost.evil.example", "notlocalhost", ".localhost.evil.example",
			"ops.example", "192.0.2.1", "localhost@evil" })
	void answersToNoOtherNamesWhateverIsAsked(String host) throws IOException {
		for (String path : new String[] { "/", "/api/services", "/stream", "/actuator/ports", "/command.css" }) {
			assertThat(get(path, Map.of("Host", host))).as(path).matches("(?s)HTTP/1.1 (421|400).*");
		}
		assertThat(get("/", Map.of("Host", "evil.example"))).contains("application/problem+json")
			.contains("aidis.command.allowed-hosts");
	}

	@Test
	void everyAnswerHasTheHeadersThatProtect() throws IOException {
		for (String path : new String[] { "/", "/api/services", "/nope", "/command.css" }) {
			assertThat(get(path, Map.of())).as(path)
				.contains("Content-Security-Policy: " + CommandSecurityConfiguration.CONTENT_SECURITY_POLICY)
				.contains("X-Content-Type-Options: nosniff")
				.contains("Referrer-Policy: same-origin")
				.contains("Cross-Origin-Resource-Policy: same-origin")
				.doesNotContain("Set-Cookie");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/prune", "/prune", "/api/services/aidis-command-dev/check", "/instances/i0/check" })
	void actionsNeedTheToken(String path) throws IOException {
		assertThat(post(path, Map.of())).startsWith("HTTP/1.1 403").contains("X-CSRF-TOKEN");
		assertThat(post(path, Map.of("X-CSRF-TOKEN", "wrong"))).startsWith("HTTP/1.1 403");
		assertThat(post(path, Map.of("X-CSRF-TOKEN", token()))).doesNotContain("HTTP/1.1 403");
	}

	@ParameterizedTest
	@CsvSource({ "Origin, http://evil.example", "Origin, null", "Origin, http://localhost:1",
			"Sec-Fetch-Site, cross-site", "Sec-Fetch-Site, same-site" })
	void actionsOfOtherOriginsAreRefusedEvenWithTheToken(String header, String value) throws IOException {
		assertThat(post("/api/prune", Map.of("X-CSRF-TOKEN", token(), header, value))).startsWith("HTTP/1.1 403");
	}

	@Test
	void actionsOfThePageItselfAreDone() throws IOException {
		assertThat(post("/api/prune", Map.of("X-CSRF-TOKEN", token(), "Origin", "http://localhost:" + this.port,
				"Sec-Fetch-Site", "same-origin")))
			.startsWith("HTTP/1.1 200");
	}

	@Test
	void otherSitesMayLinkHereAndNoMore() throws IOException {
		assertThat(get("/",
				Map.of("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")))
			.startsWith("HTTP/1.1 200");
		assertThat(get("/stream",
				Map.of("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")))
			.startsWith("HTTP/1.1 403");
	}

	@ParameterizedTest
	@CsvSource({ "/nope, 404", "/api/services/nope, 404", "/api/events?limit=x, 400", "/api/events?limit=0, 400",
			"/api/prune, 405", "/api/services/a;b, 400", "/instances/nope, 404", "/error, 404" })
	void errorsAreProblemDetails(String path, int status) throws IOException {
		assertThat(get(path, Map.of("Accept", "application/json"))).startsWith("HTTP/1.1 " + status)
			.contains("Content-Type: application/problem+json")
			.contains("\"status\":" + status)
			.contains("\"detail\":");
	}

	private String token() throws IOException {
		String answer = get("/api/csrf", Map.of());
		return JsonMapper.shared()
			.readTree(answer.substring(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
			.get("token")
			.stringValue();
	}

	private String get(String path, Map<String, String> headers) throws IOException {
		return send("GET", path, headers);
	}

	private String post(String path, Map<String, String> headers) throws IOException {
		return send("POST", path, headers);
	}

	private String send(String method, String path, Map<String, String> headers) throws IOException {
		Map<String, String> all = new LinkedHashMap<>();
		all.put("Host", "localhost:" + this.port);
		all.putAll(headers);
		all.put("Connection", "close");
		all.put("Content-Length", "0");
		StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
		all.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			OutputStream out = socket.getOutputStream();
			out.write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
			out.flush();
			InputStream in = socket.getInputStream();
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
