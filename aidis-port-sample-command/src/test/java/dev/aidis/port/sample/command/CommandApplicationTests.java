package dev.aidis.port.sample.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.sample.command.McpServiceClient.Health;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the whole service as its callers see it, with everything that may be wrong with
 * the one it calls.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "spring.http.clients.read-timeout=1s")
@AutoConfigureRestTestClient
class CommandApplicationTests {

	@Autowired
	private McpServiceClient mcpClient;

	@LocalServerPort
	private int port;

	@Autowired
	private RestTestClient client;

	@Autowired
	private PortRegistry registry;

	@Autowired
	private PortDiscovery discovery;

	private HttpServer server;

	@AfterEach
	void removeMcp() {
		if (this.server != null) {
			this.server.stop(0);
		}
		this.registry.registrations("aidis-mcp")
			.forEach((registration) -> this.registry.deregister(registration.instanceId()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/healthz", "/readyz" })
	void answersForItsHealthOnTheMainPort(String path) {
		this.client.get().uri(path).exchange().expectStatus().isOk().expectBody().json("{\"status\":\"UP\"}");
	}

	@Test
	void isRegisteredWithItsRealPortAndItsHealthEndpoint() {
		assertThat(this.registry.registrations("aidis-command-dev")).singleElement().satisfies((registration) -> {
			assertThat(registration.port()).isEqualTo(this.port);
			assertThat(registration.healthEndpoint()).isEqualTo("/healthz");
			assertThat(registration.status()).isEqualTo(Status.UP);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/api" })
	void tellsProgramsWhatIsHere(String path) {
		this.client.get()
			.uri(path)
			.accept(MediaType.APPLICATION_JSON)
			.exchange()
			.expectBody()
			.json("""
					{
					  "service": "aidis-command-dev",
					  "links": { "services": "/api/services", "csrf": "/api/csrf", "mcp": "/api/mcp",
					             "export": "/api/export/{traefik|caddy|nginx|haproxy}", "ports": "/actuator/ports", "health": "/healthz" }
					}
					""");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" })
	void showsThePageToEverybodyElse(String accept) {
		this.client.get()
			.uri("/")
			.header("Accept", accept)
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_HTML)
			.expectBody(String.class)
			.value((html) -> assertThat(html).contains("<h1>Command centre</h1>"));
	}

	@Test
	void tellsWhichServicesAreThereWhenTheOneToCallIsNot() {
		expectProblem(HttpStatus.SERVICE_UNAVAILABLE,
				"No live service named 'aidis-mcp' in " + this.registry.location() + "; registered: aidis-command-dev")
			.jsonPath("$.registeredServices[0]")
			.isEqualTo("aidis-command-dev");
	}

	@Test
	void tellsWhenTheServiceRefusesConnections() throws IOException {
		try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			register(closed.getLocalPort());
		}
		expectProblem(HttpStatus.BAD_GATEWAY, "refuses connections");
	}

	@Test
	void tellsWhenTheServiceNeverAnswers() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
			register(silent.getLocalPort());
			expectProblem(HttpStatus.GATEWAY_TIMEOUT, "does not answer in time");
		}
	}

	@Test
	void tellsWhenTheServiceIsHealthyButItsMcpServerNeverAnswers() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/healthz", (exchange) -> answer(exchange, 200, "{\"status\":\"UP\"}"));
		this.server.createContext("/mcp", (exchange) -> {
			// Neither answers nor closes the exchange.
		});
		this.server.start();
		register(this.server.getAddress().getPort());
		expectProblem(HttpStatus.GATEWAY_TIMEOUT, "does not answer in time");
	}

	@Test
	void tellsWhenTheServiceIsNoMcpServer() throws IOException {
		registerServerThatAnswers(418, "I'm a teapot");
		expectProblem(HttpStatus.BAD_GATEWAY, "does not answer as it should");
	}

	@ParameterizedTest
	@CsvSource({ "200, '{\"status\":\"UP\"}', {status=UP}", "503, '{\"status\":\"DOWN\"}', {status=DOWN}",
			"503, down for maintenance, down for maintenance", "302, '', ''" })
	void showsWhatTheHealthEndpointAnswers(int status, String answer, String body) throws IOException {
		registerServerThatAnswers(status, answer);
		Health health = this.mcpClient.health(this.discovery.resolve("aidis-mcp"));
		assertThat(health.status()).isEqualTo(status);
		assertThat(health.body()).hasToString(body);
	}

	private void registerServerThatAnswers(int status, String text) throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", (exchange) -> answer(exchange, status, text));
		this.server.start();
		register(this.server.getAddress().getPort());
	}

	private void register(int port) {
		this.registry.register(PortRegistration.builder("aidis-mcp", port).healthEndpoint("/healthz").build());
	}

	private static void answer(HttpExchange exchange, int status, String text) throws IOException {
		try (exchange) {
			byte[] body = text.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Location", "/elsewhere");
			exchange.sendResponseHeaders(status, (body.length != 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
		}
	}

	private RestTestClient.BodyContentSpec expectProblem(HttpStatus status, String detail) {
		RestTestClient.BodyContentSpec body = this.client.get()
			.uri("/api/mcp")
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody();
		body.jsonPath("$.status").isEqualTo(status.value());
		body.jsonPath("$.service").isEqualTo("aidis-mcp");
		body.jsonPath("$.trace").doesNotExist();
		body.jsonPath("$.detail").value(String.class, (text) -> assertThat(text).contains(detail));
		return body;
	}

}
