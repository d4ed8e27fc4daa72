package dev.aidis.port.sample.mcp.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.discovery.HttpServiceHealthProbe;
import dev.aidis.port.sample.mcp.McpTestClient;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RegistryTools}, called through the {@link ToolCatalog}.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class RegistryToolsTests {

	@LocalServerPort
	private int port;

	@Autowired
	private PortRegistry registry;

	@Autowired
	private ToolCatalog tools;

	private PortRegistration orders = PortRegistration.builder("orders", 1).build();

	@AfterEach
	void deregister() {
		this.registry.deregister(this.orders.instanceId());
	}

	@Test
	void findsAServiceThatIsHealthy() {
		Map<?, ?> found = success("find_service", Map.of("name", "aidis-mcp"));
		assertThat(found.get("healthy")).isEqualTo(true);
		assertThat(found.get("detail")).isEqualTo("HTTP 200");
		assertThat(service(found).get("url")).isEqualTo("http://localhost:" + this.port);
	}

	@Test
	void findsAServiceThatIsNotHealthyAndSaysSo() throws IOException {
		try (Server server = new Server(503)) {
			register(server.port(), Status.UP);
			Map<?, ?> found = success("find_service", Map.of("name", "orders"));
			assertThat(found.get("healthy")).isEqualTo(false);
			assertThat(found.get("detail")).isEqualTo("HTTP 503");
		}
	}

	@ParameterizedTest
	@CsvSource({ "find_service", "check_health", "wait_for_service" })
	void nameThoseThatAreThereWhenOneIsNot(String tool) {
		Map<String, Object> arguments = tool.equals("wait_for_service") ? Map.of("name", "ordres", "timeoutSeconds", 0)
				: Map.of("name", "ordres");
		assertThat(error(tool, arguments)).contains("'ordres'").contains("registered: aidis-mcp");
	}

	@Test
	void findsNoServiceWhosePortAnotherProgramAnswersFor() throws IOException {
		try (Server stranger = new Server(200)) {
			this.orders = this.orders.with((builder) -> builder.port(stranger.port())
				.healthEndpoint("/")
				.status(Status.UP)
				.metadata(PortRegistration.IDENTITY, PortRegistration.IDENTITY_HEADER));
			this.registry.register(this.orders);
			assertThat(error("find_service", Map.of("name", "orders")))
				.contains("'orders' is registered at http://localhost:" + stranger.port())
				.contains("a program that is not this service")
				.contains("wait_for_service");
			assertThat(error("wait_for_service", Map.of("name", "orders", "timeoutSeconds", 0)))
				.contains("a program that is not this service");
			Map<?, ?> health = success("check_health", Map.of("name", "orders"));
			assertThat(health.get("healthy")).isEqualTo(false);
			assertThat(health.get("instances").toString()).contains("a program that is not this service");
		}
	}

	/**
	 * An entry of a program that cannot prove who answers for it, and whose process is
	 * another than the one that listens.
	 */
	@Test
	void findsNoServiceWhosePortAnotherProcessHas() throws IOException {
		long other = ProcessHandle.allProcesses()
			.filter((process) -> process.isAlive() && !isRelative(process))
			.findFirst()
			.orElseThrow()
			.pid();
		try (Server stranger = new Server(200)) {
			PortRegistration legacy = this.orders
				.with((builder) -> builder.port(stranger.port()).healthEndpoint("/").pid(other));
			InstanceCheck.Result result = new InstanceCheck(new HttpServiceHealthProbe()).check(legacy);
			assertThat(result.stranger()).isTrue();
			assertThat(result.health().healthy()).isFalse();
			assertThat(result.describe()).contains("by process " + other)
				.contains("another program's: this process itself");
		}
	}

	private static boolean isRelative(ProcessHandle process) {
		ProcessHandle me = ProcessHandle.current();
		return process.equals(me) || process.parent().filter(me::equals).isPresent()
				|| me.parent().filter(process::equals).isPresent();
	}

	@Test
	void waitsUntilAServiceIsReady() throws IOException {
		AtomicInteger status = new AtomicInteger(503);
		try (Server server = new Server(status)) {
			CompletableFuture<Map<?, ?>> waiting = CompletableFuture
				.supplyAsync(() -> success("wait_for_service", Map.of("name", "orders")));
			register(server.port(), Status.STARTING);
			register(server.port(), Status.UP);
			await().atMost(McpTestClient.TIMEOUT).until(() -> server.requests() > 1);
			assertThat(waiting).isNotDone();
			status.set(200);
			Map<?, ?> found = await().atMost(McpTestClient.TIMEOUT).until(waiting::join, (result) -> true);
			assertThat(found.get("healthy")).isEqualTo(true);
			assertThat(service(found).get("port")).isEqualTo(server.port());
		}
	}

	@Test
	void saysWhatAServiceWasWaitingFor() throws IOException {
		try (Server server = new Server(503)) {
			register(server.port(), Status.STARTING);
			assertThat(error("wait_for_service", Map.of("name", "orders", "timeoutSeconds", 0)))
				.contains("not ready and healthy within 0 s: it is starting");
			register(server.port(), Status.UP);
			assertThat(error("wait_for_service", Map.of("name", "orders", "timeoutSeconds", 0))).contains("HTTP 503");
		}
	}

	@Test
	void saysHowLongItHasWaitedForAServiceThatDoesNotCome() {
		assertThat(error("wait_for_service", Map.of("name", "ordres", "timeoutSeconds", 0)))
			.contains("'ordres' did not register within 0 s", "greater timeoutSeconds");
	}

	@Test
	void saysThatNobodyListensWithoutNamesOfClasses() throws IOException {
		int free;
		try (ServerSocket socket = new ServerSocket(0)) {
			free = socket.getLocalPort();
		}
		register(free, Status.UP);
		assertThat(success("find_service", Map.of("name", "orders")).get("detail")).asString()
			.isNotEmpty()
			.doesNotContain("java", "Exception");
	}

	@Test
	void explainsThePortOfAService() {
		Map<?, ?> explained = success("explain_port", Map.of("port", this.port));
		assertThat(explained.get("free")).isEqualTo(false);
		assertThat((String) explained.get("explanation"))
			.isEqualTo("Port " + this.port + " is registered by service 'aidis-mcp' at http://localhost:" + this.port
					+ ", process " + ProcessHandle.current().pid() + ".");
		assertThat((List<?>) explained.get("services")).hasSize(1);
		assertThat(explained.get("processes").toString()).contains("pid=" + ProcessHandle.current().pid());
	}

	@Test
	void explainsThePortOfAProgramThatIsNoService() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThat((String) success("explain_port", Map.of("port", socket.getLocalPort())).get("explanation"))
				.contains("belongs to no registered service and is in use by this process itself");
		}
	}

	@Test
	void explainsAFreePort() throws IOException {
		int free;
		try (ServerSocket socket = new ServerSocket(0)) {
			free = socket.getLocalPort();
		}
		Map<?, ?> explained = success("explain_port", Map.of("port", free));
		assertThat(explained.get("free")).isEqualTo(true);
		assertThat((String) explained.get("explanation")).contains("is free, as far as can be seen from here");
	}

	@Test
	void explainsThePortOfAServiceThatDoesNotListen() throws IOException {
		int free;
		try (ServerSocket socket = new ServerSocket(0)) {
			free = socket.getLocalPort();
		}
		register(free, Status.UP);
		assertThat((String) success("explain_port", Map.of("port", free)).get("explanation"))
			.contains("by service 'orders'")
			.contains("nobody that can be seen from here listens there");
	}

	@Test
	void prunesNothingThatLives() {
		register(1, Status.UP);
		assertThat((List<?>) success("prune_stale", Map.of()).get("pruned")).isEmpty();
		assertThat(this.registry.registrations("orders")).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					find_service     | {}                                   | 'name' is missing
					find_service     | {"name":5}                           | 'name' must be a string, but is 5
					find_service     | {"name":null}                        | 'name' must be a string, but is null
					find_service     | {"name":["a"]}                       | 'name' must be a string, but is an array
					find_service     | {"name":"  "}                        | must not be blank
					find_service     | {"service":"orders"}                 | there is no argument 'service'
					explain_port     | {"port":"eighty"}                    | 'port' must be an integer, but is the string "eighty"
					explain_port     | {"port":0}                           | must be 1 to 65535, but is 0
					explain_port     | {"port":70000}                       | must be 1 to 65535, but is 70000
					explain_port     | {"port":99999999999}                 | 'port' must be an integer, but is 99999999999
					explain_port     | {"port":80.5}                        | 'port' must be an integer, but is 80.5
					explain_port     | {"port":{}}                          | 'port' must be an integer, but is an object
					wait_for_service | {"name":"a","timeoutSeconds":301}    | must be 0 to 300, but is 301
					wait_for_service | {"name":"a","timeoutSeconds":-1}     | must be 0 to 300, but is -1
					wait_for_service | {"name":"a","timeout":5}             | there is no argument 'timeout'
					list_services    | {"all":true}                         | It takes no arguments.
					""")
	void sayHowTheyAreCalledWhenTheyAreCalledWrongly(String tool, String arguments, String complaint) {
		Map<String, Object> given = JsonMapper.shared().readValue(arguments, new TypeReference<>() {
		});
		assertThat(error(tool, given)).contains(complaint).doesNotContain("Exception");
	}

	@Test
	void knowsNoOtherTool() {
		assertThat(this.tools.call("dance", Map.of())).isEmpty();
	}

	private void register(int port, Status status) {
		this.orders = this.orders.with((builder) -> builder.port(port)
			.status(status)
			.healthEndpoint("/")
			.startedAt(Instant.EPOCH.plusSeconds(1)));
		this.registry.register(this.orders);
	}

	private static Map<?, ?> service(Map<?, ?> found) {
		return (Map<?, ?>) found.get("service");
	}

	private Map<?, ?> success(String tool, Map<String, Object> arguments) {
		CallToolResult result = this.tools.call(tool, arguments).orElseThrow();
		assertThat(result.isError()).as("%s", result.content()).isNotEqualTo(true);
		return (Map<?, ?>) result.structuredContent();
	}

	private String error(String tool, Map<String, Object> arguments) {
		CallToolResult result = this.tools.call(tool, arguments).orElseThrow();
		assertThat(result.isError()).as("%s", result.structuredContent()).isTrue();
		return ((TextContent) result.content().get(0)).text();
	}

	/**
	 * A server that answers every request with a status.
	 */
	private static final class Server implements AutoCloseable {

		private final HttpServer server;

		private final AtomicInteger requests = new AtomicInteger();

		Server(int status) throws IOException {
			this(new AtomicInteger(status));
		}

		Server(AtomicInteger status) throws IOException {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			this.server.createContext("/", (exchange) -> {
				this.requests.incrementAndGet();
				exchange.sendResponseHeaders(status.get(), -1);
				exchange.close();
			});
			this.server.start();
		}

		int port() {
			return this.server.getAddress().getPort();
		}

		int requests() {
			return this.requests.get();
		}

		@Override
		public void close() {
			this.server.stop(0);
		}

	}

}
