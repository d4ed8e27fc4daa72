package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
 * Tests for {@link HttpServiceHealthProbe} with real servers.
 */
class HttpServiceHealthProbeTests {

	private final HttpServiceHealthProbe probe = new HttpServiceHealthProbe();

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
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(true, "HTTP 200"));
			assertThat(givenUp.await(1, TimeUnit.MINUTES)).isTrue();
		}
	}

	@Test
	void bodyThatComesInDripsIsNotReadForever() throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		try (TestServer server = TestServer.with((exchange) -> {
			exchange.sendResponseHeaders(200, 0);
			while (!awaitQuietly(over, 50)) {
				exchange.getResponseBody().write('x');
				exchange.getResponseBody().flush();
			}
		})) {
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "no answer within 2 s"));
		}
		finally {
			over.countDown();
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
			assertThat(health.detail()).isNotBlank().doesNotContain("Exception");
		}
	}

	@Test
	void closedPortIsNotHealthy() throws IOException {
		try (ReservedPort port = new ReservedPort()) {
			ServiceHealth health = this.probe.probe(TestServer.registration("orders", port.number())
				.with((builder) -> builder.healthEndpoint("/healthz")));
			assertThat(health.healthy()).isFalse();
			assertThat(health.detail()).isEqualTo("Connection refused");
		}
	}

	// Without an endpoint

	@Test
	void withoutAnEndpointAnOpenPortIsHealthy() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			PortRegistration registration = TestServer.registration("orders", silent.getLocalPort());
			assertThat(this.probe.probe(registration)).isEqualTo(new ServiceHealth(true, "port accepts connections"));
			assertThat(this.probe.probe(registration.with((builder) -> builder.scheme("tcp"))))
				.isEqualTo(new ServiceHealth(true, "port accepts connections"));
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
			assertThat(health.detail()).isEqualTo("Connection refused");
		}
	}

	// Who answers

	@Test
	void everyProbeAsksWhoIsThere() throws IOException {
		Queue<String> asked = new ConcurrentLinkedQueue<>();
		try (TestServer server = TestServer.with((exchange) -> {
			asked.addAll(exchange.getRequestHeaders().get("Aidis-Probe"));
			exchange.sendResponseHeaders(200, -1);
		})) {
			probe(server, "/healthz");
			this.probe.isInstance(server.as("orders"));
		}
		assertThat(asked).containsExactly("1", "1");
	}

	@Test
	void probeCarriesNoCookiesAndNoCredentials() throws IOException {
		Queue<String> sent = new ConcurrentLinkedQueue<>();
		try (TestServer server = TestServer.with((exchange) -> {
			sent.addAll(exchange.getRequestHeaders().keySet());
			exchange.getResponseHeaders().add("Set-Cookie", "a=b");
			exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=orders");
			exchange.sendResponseHeaders(401, -1);
		})) {
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "HTTP 401"));
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "HTTP 401"));
		}
		assertThat(sent).contains("Aidis-probe").doesNotContain("Cookie", "Authorization");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void instanceThatProvesItselfIsHealthyIfItAnswers200(boolean promised) throws IOException {
		try (TestServer server = answeringAs("one", 200)) {
			assertThat(this.probe.probe(registration(server, "/healthz", promised)))
				.isEqualTo(new ServiceHealth(true, "HTTP 200"));
		}
		try (TestServer server = answeringAs("one", 503)) {
			ServiceHealth health = this.probe.probe(registration(server, "/healthz", promised));
			assertThat(health).isEqualTo(new ServiceHealth(false, "HTTP 503"));
			assertThat(health.answeredByAnother()).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void otherInstanceOnThePortIsNotThisOneHoweverHealthy(boolean promised) throws IOException {
		try (TestServer server = answeringAs("two", 200)) {
			assertThat(this.probe.probe(registration(server, "/healthz", promised)))
				.isEqualTo(new ServiceHealth(false, "answered by another instance (two)"));
			assertThat(this.probe.probe(registration(server, null, true)))
				.isEqualTo(new ServiceHealth(false, "answered by another instance (two)"));
		}
	}

	@Test
	void strangerOnThePortIsNotThisService() throws IOException {
		try (TestServer stranger = TestServer.answering("fine")) {
			ServiceHealth expected = new ServiceHealth(false, "answered by a program that is not this service");
			assertThat(expected.answeredByAnother()).isTrue();
			assertThat(this.probe.probe(registration(stranger, "/healthz", true))).isEqualTo(expected);
			assertThat(this.probe.probe(registration(stranger, null, true))).isEqualTo(expected);
		}
	}

	@Test
	void entryThatPromisesNothingIsJudgedByItsStatus() throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			assertThat(this.probe.probe(registration(server, "/healthz", false)))
				.isEqualTo(new ServiceHealth(true, "HTTP 200"));
			PortRegistration unknown = registration(server, "/healthz", false)
				.with((builder) -> builder.metadata(Map.of("identity", "dance")));
			assertThat(this.probe.probe(unknown)).isEqualTo(new ServiceHealth(true, "HTTP 200"));
		}
	}

	/**
	 * Such as a gateway, which answers with its own id and that of whom it asked.
	 */
	@Test
	void instanceAmongThoseThatAnsweredIsEnough() throws IOException {
		try (TestServer server = TestServer.with((exchange) -> {
			exchange.getResponseHeaders().add("Aidis-Instance-Id", "two");
			exchange.getResponseHeaders().add("Aidis-Instance-Id", "one");
			exchange.sendResponseHeaders(200, -1);
		})) {
			assertThat(this.probe.probe(registration(server, "/healthz", true)).healthy()).isTrue();
			assertThat(this.probe.isInstance(registration(server, "/healthz", true))).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 301, 401, 404, 500 })
	void withoutAnEndpointTheInstanceAtTheRootIsEnough(int status) throws IOException {
		try (TestServer server = answeringAs("one", status)) {
			assertThat(this.probe.probe(registration(server, null, true)))
				.isEqualTo(new ServiceHealth(true, "HTTP " + status));
			assertThat(server.requests()).containsExactly("GET /");
		}
	}

	@Test
	void foreignIdIsShownEscapedAndCut() throws IOException {
		try (TestServer server = answeringAs("\u009B31m" + "x".repeat(200), 200)) {
			assertThat(probe(server, "/healthz").detail()).startsWith("answered by another instance (\\u009b31mxx")
				.endsWith("xx…)");
		}
	}

	@Test
	void answerThatIsNoHttpIsShownEscaped() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
			Thread thread = new Thread(() -> say(server, "\u001B[2J\u202E evil\r\n\r\n"));
			thread.start();
			ServiceHealth health = this.probe.probe(TestServer.registration("orders", server.getLocalPort())
				.with((builder) -> builder.healthEndpoint("/healthz")));
			assertThat(health.healthy()).isFalse();
			assertThat(health.detail()).contains("\\u001b[2J").doesNotContain("\u001B");
		}
	}

	// Is it the instance

	@ParameterizedTest
	@ValueSource(ints = { 200, 301, 401, 404, 503 })
	void instanceIsThereWhateverItsStatus(int status) throws IOException {
		try (TestServer server = answeringAs("one", status)) {
			assertThat(this.probe.isInstance(registration(server, "/healthz", true))).isTrue();
			assertThat(this.probe.isInstance(registration(server, null, true))).isTrue();
			assertThat(this.probe.isInstance(registration(server, "/healthz", false))).isTrue();
			assertThat(server.requests()).containsExactly("GET /healthz", "GET /", "GET /healthz");
		}
	}

	@Test
	void nobodyElseIsTheInstance() throws IOException {
		try (TestServer other = answeringAs("two", 200);
				TestServer stranger = TestServer.answering("fine");
				ReservedPort closed = new ReservedPort()) {
			assertThat(this.probe.isInstance(registration(other, "/healthz", true))).isFalse();
			assertThat(this.probe.isInstance(registration(stranger, "/healthz", true))).isFalse();
			assertThat(this.probe.isInstance(registration(stranger, "/healthz", false))).isFalse();
			assertThat(this.probe
				.isInstance(registration(stranger, null, true).with((builder) -> builder.port(closed.number()))))
				.isFalse();
			assertThat(
					this.probe.isInstance(registration(other, null, true).with((builder) -> builder.host("192.0.2.1"))))
				.isFalse();
		}
	}

	@Test
	void instanceThatHangsAfterItHasSaidWhoItIsIsThere() throws IOException {
		CountDownLatch over = new CountDownLatch(1);
		try (TestServer server = TestServer.with((exchange) -> {
			exchange.getResponseHeaders().add("Aidis-Instance-Id", "one");
			exchange.sendResponseHeaders(200, 100);
			exchange.getResponseBody().write('x');
			exchange.getResponseBody().flush();
			awaitQuietly(over);
		})) {
			assertThat(this.probe.isInstance(registration(server, "/healthz", true))).isTrue();
		}
		finally {
			over.countDown();
		}
	}

	@Test
	void instanceThatNeverAnswersIsNotThere() throws IOException {
		CountDownLatch over = new CountDownLatch(1);
		try (TestServer server = TestServer.with((exchange) -> awaitQuietly(over))) {
			assertThat(this.probe.isInstance(registration(server, "/healthz", true))).isFalse();
		}
		finally {
			over.countDown();
		}
	}

	@Test
	void interruptedThreadFindsNobodyAndStaysInterrupted() throws IOException {
		CountDownLatch over = new CountDownLatch(1);
		// What is answered already when the thread begins to wait is an answer.
		try (TestServer server = TestServer.with((exchange) -> awaitQuietly(over))) {
			Thread.currentThread().interrupt();
			assertThat(this.probe.isInstance(registration(server, "/healthz", true))).isFalse();
			assertThat(Thread.interrupted()).isTrue();
		}
		finally {
			Thread.interrupted();
			over.countDown();
		}
	}

	// Is anything there

	@Test
	void openPortOnThisMachineIsReachable() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
				ReservedPort closed = new ReservedPort()) {
			PortRegistration registration = TestServer.registration("orders", silent.getLocalPort());
			assertThat(this.probe.isReachable(registration)).isTrue();
			assertThat(this.probe.isReachable(registration.with((builder) -> builder.host("localhost")))).isTrue();
			assertThat(this.probe.isReachable(registration.with((builder) -> builder.port(closed.number())))).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "192.0.2.1", "2001:db8::1", "0.0.0.0" })
	void portOnAnotherMachineIsNotReachable(String host) throws IOException {
		try (TestServer server = TestServer.answering("fine")) {
			assertThat(this.probe.isReachable(server.as("orders").with((builder) -> builder.host(host)))).isFalse();
		}
	}

	@Test
	void hostThatDoesNotExistIsNotReachable() {
		assertThat(this.probe
			.isReachable(PortRegistration.builder("orders", 8080).host("x".repeat(64) + ".invalid").build())).isFalse();
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
		assertThat(health.detail()).startsWith("Unknown host xxx");
	}

	@Test
	void interruptedThreadGetsAnAnswerAndStaysInterrupted() throws IOException {
		CountDownLatch over = new CountDownLatch(1);
		// What is answered already when the thread begins to wait is an answer.
		try (TestServer server = TestServer.with((exchange) -> awaitQuietly(over))) {
			Thread.currentThread().interrupt();
			assertThat(probe(server, "/healthz")).isEqualTo(new ServiceHealth(false, "interrupted"));
			assertThat(Thread.interrupted()).isTrue();
		}
		finally {
			Thread.interrupted();
			over.countDown();
		}
	}

	private static TestServer answeringAs(String instanceId, int status) throws IOException {
		return TestServer.with((exchange) -> {
			exchange.getResponseHeaders().add("Aidis-Instance-Id", instanceId);
			exchange.sendResponseHeaders(status, -1);
		});
	}

	private static PortRegistration registration(TestServer server, @Nullable String endpoint, boolean promised) {
		return server.as("orders")
			.with((builder) -> builder.instanceId("one")
				.healthEndpoint(endpoint)
				.metadata(promised ? Map.of("identity", "header") : Map.of()));
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

	private static boolean awaitQuietly(CountDownLatch latch, int millis) {
		try {
			return latch.await(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

	private static void say(ServerSocket server, String text) {
		try {
			while (true) {
				try (Socket socket = server.accept()) {
					socket.getInputStream().read(new byte[4096]);
					socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
				}
			}
		}
		catch (IOException ex) {
			// The test is over.
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
