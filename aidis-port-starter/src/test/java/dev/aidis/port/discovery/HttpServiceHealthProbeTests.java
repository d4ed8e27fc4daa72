package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.ReservedPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceHealthProbe} with real servers.
 */
class HttpServiceHealthProbeTests {

	private final ServiceHealthProbe probe = new HttpServiceHealthProbe();

	@Test
	void serviceThatAnswers200IsHealthy() throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			assertThat(probe(server, "/healthz?deep=%20")).isEqualTo(new ServiceHealth(true, "HTTP 200"));
			assertThat(server.requests()).containsExactly("GET /healthz?deep=%20");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 204, 301, 304, 401, 404, 500, 503 })
	void serviceThatAnswersAnythingElseIsNotHealthy(int status) throws IOException {
		try (TestServer server = TestServer.with((exchange) -> exchange.sendResponseHeaders(status, -1))) {
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "HTTP " + status));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void redirectIsNotFollowed(int status) throws IOException {
		try (TestServer target = TestServer.answering("fine");
				TestServer server = TestServer.with((exchange) -> redirect(exchange, status, target.url() + "/"))) {
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "HTTP " + status));
			assertThat(server.requests()).hasSize(1);
			assertThat(target.requests()).isEmpty();
		}
	}

	@Test
	void absoluteEndpointOnAnotherPortIsAsked() throws IOException {
		try (TestServer management = TestServer.answering("fine"); ReservedPort application = new ReservedPort()) {
			PortRegistration registration = TestServer.registration("orders", application.number())
				.with((builder) -> builder.healthEndpoint(management.url() + "/actuator/health"));
			assertThat(this.probe.probe(registration)).isEqualTo(new ServiceHealth(true, "HTTP 200"));
			assertThat(management.requests()).containsExactly("GET /actuator/health");
		}
	}

	@Test
	void serviceThatNeverAnswersIsNotHealthy() throws IOException {
		CountDownLatch over = new CountDownLatch(1);
		try (TestServer server = TestServer.with((exchange) -> awaitQuietly(over))) {
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "no answer within 2 s"));
			assertThat(server.requests()).containsExactly("GET /healthz");
		}
		finally {
			over.countDown();
		}
	}

	@Test
	void serviceThatAcceptsConnectionsOnlyIsNotHealthy() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
			PortRegistration registration = TestServer.registration("orders", silent.getLocalPort())
				.with((builder) -> builder.healthEndpoint("/healthz"));
			assertThat(this.probe.probe(registration)).isEqualTo(new ServiceHealth(false, "no answer within 2 s"));
		}
	}

	@Test
	void hugeBodyIsNoHindrance() throws IOException {
		byte[] block = new byte[1024 * 1024];
		try (TestServer server = TestServer.with((exchange) -> {
			exchange.sendResponseHeaders(200, 8L * block.length);
			for (int i = 0; i < 8; i++) {
				exchange.getResponseBody().write(block);
			}
		})) {
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(true, "HTTP 200"));
		}
	}

	@Test
	void endlessBodyIsNotReadForever() throws Exception {
		byte[] block = new byte[64 * 1024];
		CountDownLatch givenUp = new CountDownLatch(1);
		try (TestServer server = TestServer.with((exchange) -> {
			exchange.sendResponseHeaders(200, 0);
			try {
				while (true) {
					exchange.getResponseBody().write(block);
				}
			}
			catch (IOException ex) {
				givenUp.countDown();
				throw ex;
			}
		})) {
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "no answer within 2 s"));
			assertThat(givenUp.await(1, TimeUnit.MINUTES)).isTrue();
		}
	}

	@Test
	void serviceThatHangsInTheMiddleOfItsAnswerIsNotHealthy() throws IOException {
		CountDownLatch over = new CountDownLatch(1);
		try (TestServer server = TestServer.with((exchange) -> {
			exchange.sendResponseHeaders(200, 100);
			exchange.getResponseBody().write('x');
			exchange.getResponseBody().flush();
			awaitQuietly(over);
		})) {
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "no answer within 2 s"));
		}
		finally {
			over.countDown();
		}
	}

	@Test
	void serviceThatDoesNotSpeakHttpIsNotHealthy() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
			Thread thread = new Thread(() -> hangUp(server));
			thread.start();
			PortRegistration registration = TestServer.registration("orders", server.getLocalPort())
				.with((builder) -> builder.healthEndpoint("/healthz"));
			ServiceHealth health = this.probe.probe(registration);
			assertThat(health.healthy()).isFalse();
			assertThat(health.detail()).contains("IOException");
		}
	}

	@Test
	void closedPortIsNotHealthy() throws IOException {
		try (ReservedPort port = new ReservedPort()) {
			ServiceHealth health = this.probe.probe(TestServer.registration("orders", port.number())
				.with((builder) -> builder.healthEndpoint("/healthz")));
			assertThat(health.healthy()).isFalse();
			assertThat(health.detail()).contains("ConnectException");
		}
	}

	// Without an endpoint

	@Test
	void withoutAnEndpointAnOpenPortIsHealthy() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			PortRegistration registration = TestServer.registration("orders", silent.getLocalPort());
			assertThat(this.probe.probe(registration)).isEqualTo(new ServiceHealth(true, "port accepts connections"));
		}
	}

	@Test
	void withoutAnEndpointNoRequestIsSent() throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			assertThat(this.probe.probe(server.as("orders")).healthy()).isTrue();
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void withoutAnEndpointAClosedPortIsNotHealthy() throws IOException {
		try (ReservedPort port = new ReservedPort()) {
			ServiceHealth health = this.probe.probe(TestServer.registration("orders", port.number()));
			assertThat(health.healthy()).isFalse();
			assertThat(health.detail()).contains("ConnectException");
		}
	}

	// What is not asked

	@ParameterizedTest
	@CsvSource({ "192.0.2.1,", "192.0.2.1,/healthz", "192.0.2.1,http://192.0.2.1:9001/healthz", "2001:db8::1,/healthz",
			"0.0.0.0,/healthz" })
	void anotherMachineIsNotAsked(String host, @Nullable String endpoint) throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			ServiceHealth health = this.probe
				.probe(server.as("orders").with((builder) -> builder.host(host).healthEndpoint(endpoint)));
			assertThat(health.healthy()).isFalse();
			assertThat(health.detail()).contains(host).endsWith(" is not this machine, so it is not asked");
			assertThat(server.requests()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://127.0.0.1:99999/", "http://127.0.0.1:0/" })
	void endpointThatNobodyCanHaveIsNotHealthyAndNoError(String endpoint) throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			ServiceHealth health = probe(server, endpoint);
			assertThat(health.healthy()).isFalse();
			assertThat(health.detail()).isNotEmpty();
			assertThat(server.requests()).isEmpty();
		}
	}

	/**
	 * A label of 64 letters is too long for any name server to be asked.
	 */
	@ParameterizedTest
	@NullSource
	@ValueSource(strings = "/healthz")
	void hostThatDoesNotExistIsNotHealthyAndNoError(@Nullable String endpoint) {
		PortRegistration registration = PortRegistration.builder("orders", 8080)
			.host("x".repeat(64) + ".invalid")
			.healthEndpoint(endpoint)
			.build();
		ServiceHealth health = this.probe.probe(registration);
		assertThat(health.healthy()).isFalse();
		assertThat(health.detail()).contains("UnknownHostException");
	}

	@Test
	void interruptedThreadGetsAnAnswerAndStaysInterrupted() throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			Thread.currentThread().interrupt();
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "interrupted"));
			assertThat(Thread.interrupted()).isTrue();
		}
		finally {
			Thread.interrupted();
		}
	}

	private ServiceHealth probe(TestServer server, String endpoint) {
		return this.probe.probe(server.as("orders").with((builder) -> builder.healthEndpoint(endpoint)));
	}

	private static void redirect(HttpExchange exchange, int status, String location) throws IOException {
		exchange.getResponseHeaders().add("Location", location);
		exchange.sendResponseHeaders(status, -1);
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void hangUp(ServerSocket server) {
		try {
			while (true) {
				server.accept().close();
			}
		}
		catch (IOException ex) {
			// The test is over.
		}
	}

}
