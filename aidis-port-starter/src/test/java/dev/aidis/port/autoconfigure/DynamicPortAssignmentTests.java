package dev.aidis.port.autoconfigure;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.discovery.ServiceHealthProbe;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The six groups of tests that the original Node system had for its dynamic ports, on
 * real applications.
 */
@ExtendWith(OutputCaptureExtension.class)
class DynamicPortAssignmentTests {

	@TempDir
	Path folder;

	Path file;

	FilePortRegistry registry;

	private final Deque<ConfigurableApplicationContext> running = new ArrayDeque<>();

	@BeforeEach
	void createRegistry() {
		this.file = this.folder.resolve("run").resolve("port-registry.json");
		this.registry = new FilePortRegistry(this.file, Duration.ofMinutes(1));
	}

	@AfterEach
	void closeRegistry() {
		this.registry.close();
	}

	@AfterEach
	void closeApplications() {
		while (!this.running.isEmpty()) {
			this.running.pop().close();
		}
	}

	@Nested
	class PortManager {

		@Test
		void assignsADynamicPort() {
			int port = start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
			assertThat(port).isPositive().isNotEqualTo(8080);
			assertThat(portOf("aidis-mcp")).isEqualTo(port);
		}

		@Test
		void assignsAFixedPort() throws IOException {
			try (ReservedPort port = new ReservedPort()) {
				assertThat(start("aidis-mcp", Map.of("AIDIS_MCP_PORT", port.toString()))).isEqualTo(port.number());
				assertThat(portOf("aidis-mcp")).isEqualTo(port.number());
			}
		}

	}

	@Nested
	class RegistryOperations {

		@Test
		void registersDiscoversAndCleansUp() {
			start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
			start("aidis-command-dev", Map.of("AIDIS_COMMAND_DEV_PORT", "0"));
			assertThat(DynamicPortAssignmentTests.this.registry.registrations())
				.extracting(PortRegistration::serviceName)
				.containsExactly("aidis-mcp", "aidis-command-dev");
			DynamicPortAssignmentTests.this.running.pop().close();
			assertThat(DynamicPortAssignmentTests.this.registry.registrations())
				.extracting(PortRegistration::serviceName)
				.containsExactly("aidis-mcp");
			DynamicPortAssignmentTests.this.running.pop().close();
			assertThat(DynamicPortAssignmentTests.this.file).content().isEqualTo("{}\n");
		}

		@Test
		void cleansUpStaleEntriesOfServicesThatCrashed() throws IOException {
			Files.createDirectories(DynamicPortAssignmentTests.this.file.getParent());
			Files.writeString(DynamicPortAssignmentTests.this.file,
					"{ \"aidis-mcp\": { \"serviceName\": \"aidis-mcp\", \"port\": 8080, \"pid\": 999999999 } }");
			int port = start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
			assertThat(portOf("aidis-mcp")).isEqualTo(port);
			assertThat(DynamicPortAssignmentTests.this.file).content().doesNotContain("999999999");
		}

	}

	@Nested
	class EnvironmentProcessing {

		@Test
		void specificVariableWinsOverTheGenericOne() throws IOException {
			try (ReservedPort specific = new ReservedPort()) {
				assertThat(
						start("aidis-command-dev", Map.of("AIDIS_COMMAND_DEV_PORT", specific.toString(), "PORT", "0")))
					.isEqualTo(specific.number());
			}
		}

		@Test
		void genericVariableWinsOverTheDefault() throws IOException {
			try (ReservedPort generic = new ReservedPort()) {
				assertThat(start("aidis-command-prod", Map.of("PORT", generic.toString()))).isEqualTo(generic.number());
			}
		}

		@Test
		void valueThatIsNoPortFallsBackWithAWarning(CapturedOutput output) {
			start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "abc", "AIDIS_HEALTH_PORT", "0"));
			assertThat(output).containsOnlyOnce("Skipped environment variable AIDIS_MCP_PORT='abc'")
				.contains("A dynamic port is used instead (environment variable AIDIS_HEALTH_PORT)");
		}

	}

	@Nested
	class ConflictResolution {

		@Test
		void severalServicesOnDynamicPortsNeverCollide() {
			List<Integer> ports = new ArrayList<>();
			for (int number = 1; number <= 4; number++) {
				ports.add(start("service-" + number, Map.of("PORT", "0")));
			}
			assertThat(ports).doesNotHaveDuplicates().allMatch((port) -> port > 0);
		}

		@Test
		void busyDefaultPortGivesWayToADynamicOne(CapturedOutput output) throws IOException {
			try (ServerSocket busy = new ServerSocket(0)) {
				int port = start("orders", Map.of(),
						"--aidis.port.services.orders.default-port=" + busy.getLocalPort());
				assertThat(port).isNotEqualTo(busy.getLocalPort());
				assertThat(output)
					.contains("The default port " + busy.getLocalPort() + " of service 'orders' is in use")
					.contains("Set AIDIS_ORDERS_PORT");
			}
		}

		@Test
		void busyExplicitPortFailsSaysWhoAskedForItAndLeavesNoEntry(CapturedOutput output) throws IOException {
			try (ServerSocket busy = new ServerSocket(0)) {
				assertThatExceptionOfType(Exception.class)
					.isThrownBy(() -> start("orders", Map.of("AIDIS_ORDERS_PORT", String.valueOf(busy.getLocalPort()))))
					.withStackTraceContaining(PortInUseException.class.getName());
			}
			assertThat(output).contains("Asked for by: environment variable AIDIS_ORDERS_PORT\n")
				.contains("Held by:      this process itself\n");
			assertThat(DynamicPortAssignmentTests.this.registry.registrations()).isEmpty();
		}

		@Test
		void busyExplicitPortOfAnotherServiceNamesThatService(CapturedOutput output) {
			int port = start("stock", Map.of("PORT", "0"));
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> start("orders", Map.of(), "--server.port=" + port))
				.withStackTraceContaining(PortInUseException.class.getName());
			assertThat(output)
				.contains("Held by:      service 'stock' at http://localhost:" + port + ", registered since ")
				.contains("Asked for by: command line argument --server.port\n");
			assertThat(DynamicPortAssignmentTests.this.registry.registrations())
				.extracting(PortRegistration::serviceName)
				.containsExactly("stock");
		}

		/**
		 * Anybody can write any name into the registry.
		 */
		@Test
		void nameOfTheServiceThatHasThePortCannotForgeTheAnalysis(CapturedOutput output) throws IOException {
			try (ServerSocket busy = new ServerSocket(0)) {
				Path file = DynamicPortAssignmentTests.this.file;
				Files.createDirectories(file.getParent());
				Files.writeString(file, "{ \"st\\u001B[2Jo\\u202Eck\\nAPPLICATION STARTED\\u2028\": { \"port\": "
						+ busy.getLocalPort() + ", \"pid\": " + ProcessHandle.current().pid() + " } }");
				assertThatExceptionOfType(Exception.class)
					.isThrownBy(() -> start("orders", Map.of(), "--server.port=" + busy.getLocalPort()))
					.withStackTraceContaining(PortInUseException.class.getName());
				assertThat(output)
					.contains("service 'st\\u001b[2Jo\\u202eck\\u000aAPPLICATION STARTED\\u2028' at http://")
					.doesNotContain("\u001B[2Jo", "\u202E", "\nAPPLICATION STARTED", "\u2028");
			}
		}

	}

	@Nested
	class ServiceDiscoveryWithHealth {

		@Test
		void serviceIsFoundCalledByNameAndHealthy() {
			int port = start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
			start("aidis-command-dev", Map.of("AIDIS_COMMAND_DEV_PORT", "0"));
			ConfigurableApplicationContext command = DynamicPortAssignmentTests.this.running.peek();
			PortRegistration found = command.getBean(PortDiscovery.class).find("aidis-mcp").orElseThrow();
			assertThat(found.port()).isEqualTo(port);
			assertThat(command.getBean(ServiceHealthProbe.class).probe(found).healthy()).isTrue();
			RestClient client = command.getBean(RestClient.Builder.class).build();
			assertThat(client.get().uri("aidis://aidis-mcp/hello?name={name}", "a b&c").retrieve().body(String.class))
				.isEqualTo("hello a b&c");
		}

		@Test
		void serviceThatMovesIsFoundAgain() {
			start("aidis-command-dev", Map.of("AIDIS_COMMAND_DEV_PORT", "0"));
			ConfigurableApplicationContext command = DynamicPortAssignmentTests.this.running.peek();
			RestClient client = command.getBean(RestClient.Builder.class).baseUrl("aidis://aidis-mcp").build();
			for (int round = 0; round < 2; round++) {
				start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
				assertThat(client.get().uri("/hello?name=x").retrieve().body(String.class)).isEqualTo("hello x");
				DynamicPortAssignmentTests.this.running.pop().close();
			}
		}

		@Test
		void missingServiceIsLookedForAtItsDefaultPortOrNamedInTheError() {
			start("aidis-command-dev", Map.of("AIDIS_COMMAND_DEV_PORT", "0"));
			PortDiscovery discovery = DynamicPortAssignmentTests.this.running.peek().getBean(PortDiscovery.class);
			assertThat(discovery.resolve("aidis-mcp")).isEqualTo(URI.create("http://localhost:8080"));
			assertThatExceptionOfType(ServiceNotFoundException.class).isThrownBy(() -> discovery.resolve("stock"))
				.withMessageContaining("'stock'")
				.withMessageContaining("aidis-command-dev");
		}

	}

	@Nested
	class BackwardCompatibility {

		@Test
		void legacyVariableOfTheMcpServerCounts() throws IOException {
			try (ReservedPort port = new ReservedPort()) {
				assertThat(start("aidis-mcp", Map.of("AIDIS_HEALTH_PORT", port.toString()))).isEqualTo(port.number());
			}
		}

		@Test
		void serverPortOfSpringBootGoesOnWorking() throws IOException {
			try (ReservedPort port = new ReservedPort()) {
				assertThat(start("orders", Map.of("AIDIS_ORDERS_PORT", "0"), "--server.port=" + port))
					.isEqualTo(port.number());
				DynamicPortAssignmentTests.this.running.pop().close();
				assertThat(start("orders", Map.of("SERVER_PORT", port.toString(), "PORT", "0")))
					.isEqualTo(port.number());
			}
		}

		@Test
		void entriesOfTheOriginalSystemAreReadAndKept() throws IOException {
			String original = """
					{
					  "aidis-mcp-bridge": {
					    "serviceName": "aidis-mcp-bridge",
					    "port": 8081,
					    "pid": %d,
					    "startedAt": "2099-09-17T12:00:00.000Z",
					    "healthEndpoint": "/healthz"
					  }
					}
					""".formatted(ProcessHandle.current().pid()).stripTrailing();
			Files.createDirectories(DynamicPortAssignmentTests.this.file.getParent());
			Files.writeString(DynamicPortAssignmentTests.this.file, original);
			start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
			assertThat(portOf("aidis-mcp-bridge")).isEqualTo(8081);
			DynamicPortAssignmentTests.this.running.pop().close();
			assertThat(DynamicPortAssignmentTests.this.file).content().isEqualTo(original + "\n");
		}

	}

	/**
	 * Start an application in an environment that has no variables but the given ones.
	 * @return the port it really listens on
	 */
	private int start(String name, Map<String, Object> variables, String... arguments) {
		CleanEnvironment environment = new CleanEnvironment(variables);
		environment.getPropertySources()
			.addLast(new MapPropertySource("test", Map.of("spring.application.name", name, "aidis.port.registry.file",
					this.file.toString(), "spring.jmx.enabled", "false")));
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		application.setEnvironment(environment);
		this.running.push(application.run(arguments));
		return this.running.peek().getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	private int portOf(String name) {
		return this.registry.registrations(name).get(0).port();
	}

	@EnableAutoConfiguration
	@RestController
	static class Application {

		@GetMapping("/hello")
		String hello(String name) {
			return "hello " + name;
		}

	}

}
