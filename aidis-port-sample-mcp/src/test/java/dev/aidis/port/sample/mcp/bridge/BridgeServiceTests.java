package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.assignment.StandaloneEnvironment;
import dev.aidis.port.discovery.HttpServiceHealthProbe;
import dev.aidis.port.test.InMemoryPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BridgeService} and its {@link StatusServer}.
 */
class BridgeServiceTests {

	private final InMemoryPortRegistry registry = new InMemoryPortRegistry();

	private final List<String> log = new CopyOnWriteArrayList<>();

	private final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private Path temp;

	private BridgeService service(String port) {
		ConfigurableEnvironment environment = StandaloneEnvironment.create(BridgeService.NAME);
		environment.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of("AIDIS_MCP_BRIDGE_PORT", port, "aidis.port.services.aidis-mcp-bridge.default-port", "0")));
		return new BridgeService(environment, () -> this.registry, "aidis-mcp", () -> "{\"status\":\"WAITING\"}",
				this.log::add);
	}

	private PortRegistration registered() {
		assertThat(this.registry.registrations("aidis-mcp-bridge")).hasSize(1);
		return this.registry.registrations("aidis-mcp-bridge").get(0);
	}

	private HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.http.send(request.build(), BodyHandlers.ofString());
	}

	@Test
	void isRegisteredLikeAnyService() throws Exception {
		try (BridgeService service = service("0")) {
			service.open();
			PortRegistration registration = registered();
			assertThat(registration.healthEndpoint()).isEqualTo("/healthz");
			assertThat(registration.dependsOn()).containsExactly("aidis-mcp");
			assertThat(registration.metadata()).containsEntry("requestedPort", "0");
			assertThat(new HttpServiceHealthProbe().probe(registration).healthy()).isTrue();
			assertThat(new HttpServiceHealthProbe().isInstance(registration)).isTrue();
			assertThat(ask(HttpRequest.newBuilder(registration.uri().resolve("/status"))).body())
				.isEqualTo("{\"status\":\"WAITING\"}\n");
		}
		assertThat(this.registry.registrations()).isEmpty();
	}

	@Test
	void takesAnotherPortWhereTheOneItWasToldIsInUse() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
				BridgeService service = service(String.valueOf(taken.getLocalPort()))) {
			service.open();
			assertThat(registered().port()).isNotEqualTo(taken.getLocalPort());
			assertThat(this.log).anyMatch((line) -> line.contains("Port " + taken.getLocalPort() + " is in use"));
		}
	}

	@Test
	void severalOfThemHaveAPortEach() throws Exception {
		try (BridgeService first = service("0"); BridgeService second = service("0")) {
			first.open();
			second.open();
			assertThat(this.registry.registrations("aidis-mcp-bridge")).hasSize(2)
				.extracting(PortRegistration::port)
				.doesNotHaveDuplicates();
		}
		assertThat(this.registry.registrations()).isEmpty();
	}

	@Test
	void nonsenseInASettingDoesNotStopIt() {
		try (BridgeService service = service("soon")) {
			service.open();
			assertThat(registered().port()).isPositive();
		}
	}

	@Test
	void doesNotOpenAnyMoreOnceItIsClosed() {
		BridgeService service = service("0");
		service.close();
		service.open();
		assertThat(this.registry.registrations()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "GET,/healthz,200", "HEAD,/healthz,200", "GET,/status,200", "GET,/other,404", "POST,/healthz,405",
			"DELETE,/status,405" })
	void answersToNothingElse(String method, String path, int status) throws Exception {
		try (StatusServer server = StatusServer.open(0, () -> "{}")) {
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
				.method(method, HttpRequest.BodyPublishers.noBody());
			assertThat(ask(request).statusCode()).isEqualTo(status);
		}
	}

	@Test
	void doesNotAnswerToForeignNames() throws Exception {
		try (StatusServer server = StatusServer.open(0, () -> "{}")) {
			Path raw = this.temp.resolve("answer");
			try (Socket socket = new Socket("127.0.0.1", server.port())) {
				socket.getOutputStream()
					.write("GET /status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
						.getBytes(StandardCharsets.US_ASCII));
				Files.copy(socket.getInputStream(), raw);
			}
			assertThat(raw).content().startsWith("HTTP/1.1 421 ");
		}
	}

}
