package dev.aidis.port.sample.mcp.security;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestGuard} without a token.
 */
@AidisPortTest
@SpringBootTest
@AutoConfigureMockMvc
class RequestGuardTests {

	private static final String INITIALIZE = """
			{
			  "jsonrpc": "2.0", "id": 1, "method": "initialize",
			  "params": {
			    "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" }
			  }
			}
			""";

	@Autowired
	private MockMvcTester mvc;

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "localhost:41873", "127.0.0.1:41873", "[::1]:41873", "LOCALHOST:41873",
			"Localhost" })
	void acceptsItsOwnHostNames(String host) {
		assertThat(initialize(HttpHeaders.HOST, host)).hasStatusOk();
	}

	@ParameterizedTest
	@ValueSource(strings = { "evil.example", "evil.example:8080", "localhost.evil.example", "10.0.0.1:8080" })
	void refusesOtherHostNames(String host) {
		assertThat(initialize(HttpHeaders.HOST, host)).hasStatus(HttpStatus.MISDIRECTED_REQUEST)
			.bodyJson()
			.hasPathSatisfying("$.error.message",
					(message) -> assertThat(message).asString().contains("'" + host + "'", "aidis.mcp.allowed-hosts"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:3000", "https://127.0.0.1", "HTTP://LOCALHOST:3000" })
	void acceptsPagesOfThisMachine(String origin) {
		assertThat(initialize(HttpHeaders.ORIGIN, origin)).hasStatusOk();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://evil.example", "HTTP://EVIL.EXAMPLE", "https://localhost.evil.example", "null" })
	void refusesPagesOfOtherMachines(String origin) {
		assertThat(initialize(HttpHeaders.ORIGIN, origin)).hasStatus(HttpStatus.FORBIDDEN)
			.bodyJson()
			.hasPathSatisfying("$.error.message", (message) -> assertThat(message).asString()
				.contains("'" + origin + "'", "aidis.mcp.allowed-origins"));
	}

	@ParameterizedTest
	@CsvSource({ "POST,/mcp/tools/prune_stale", "DELETE,/actuator/ports", "GET,/actuator/health", "GET,/healthz",
			"GET,/readyz", "GET,/mcp", "DELETE,/mcp", "GET,/nowhere" })
	void guardsEveryEndpoint(HttpMethod method, String path) {
		assertThat(this.mvc.method(method).uri(path).header(HttpHeaders.HOST, "evil.example"))
			.hasStatus(HttpStatus.MISDIRECTED_REQUEST);
		assertThat(this.mvc.method(method)
			.uri(path)
			.header(HttpHeaders.HOST, "localhost")
			.header(HttpHeaders.ORIGIN, "http://evil.example")).hasStatus(HttpStatus.FORBIDDEN);
		assertThat(this.mvc.method(method).uri(path)).hasStatus(HttpStatus.MISDIRECTED_REQUEST);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/mcp                | $.jsonrpc
			/mcp/tools/whatever | $.success
			/actuator/ports     | $.error
			""")
	void refusesInTheFormThatTheEndpointHas(String path, String field) {
		assertThat(this.mvc.post().uri(path).header(HttpHeaders.HOST, "evil.example")).bodyJson().hasPath(field);
	}

	private MvcTestResult initialize(String header, String value) {
		return this.mvc.post()
			.uri("/mcp")
			.header(HttpHeaders.HOST, "localhost")
			.headers((headers) -> headers.set(header, value))
			.accept(MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
			.contentType(MediaType.APPLICATION_JSON)
			.content(INITIALIZE)
			.exchange();
	}

}
