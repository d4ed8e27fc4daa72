package dev.aidis.port.sample.mcp;

import java.util.List;
import java.util.Map;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.client.RestTestClient;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the whole service as its callers see it.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class McpApplicationTests {

	@LocalServerPort
	private int port;

	@Autowired
	private PortRegistry registry;

	private McpSyncClient client;

	@BeforeEach
	void connect() {
		this.client = McpTestClient.builder(this.port).build();
	}

	@AfterEach
	void disconnect() {
		this.client.closeGracefully();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/healthz", "/readyz" })
	void answersForItsHealthOnTheMainPort(String path) {
		RestTestClient.bindToServer()
			.baseUrl("http://localhost:" + this.port)
			.build()
			.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.json("{\"status\":\"UP\"}");
	}

	@Test
	void isRegisteredWithItsRealPortAndItsHealthEndpoint() {
		assertThat(this.registry.registrations("aidis-mcp")).singleElement().satisfies((registration) -> {
			assertThat(registration.port()).isEqualTo(this.port);
			assertThat(registration.healthEndpoint()).isEqualTo("/healthz");
			assertThat(registration.status()).isEqualTo(Status.UP);
		});
	}

	@Test
	void tellsClientsWhoItIs() {
		InitializeResult server = this.client.initialize();
		assertThat(server.protocolVersion()).isEqualTo("2025-11-25");
		assertThat(server.serverInfo().name()).isEqualTo("aidis-mcp");
		assertThat(server.serverInfo().title()).isNotBlank();
		assertThat(server.serverInfo().version()).doesNotContain("@");
		assertThat(server.instructions()).contains("find_service");
		assertThat(server.capabilities().tools()).isNotNull();
		assertThat(server.capabilities().resources().subscribe()).isTrue();
		assertThat(server.capabilities().resources().listChanged()).isTrue();
		assertThat(server.capabilities().prompts()).isNull();
		assertThat(server.capabilities().completions()).isNull();
	}

	@Test
	void describesItsToolsToClients() {
		this.client.initialize();
		List<Tool> tools = this.client.listTools().tools();
		assertThat(tools).extracting(Tool::name)
			.containsExactly("list_services", "find_service", "wait_for_service", "check_health", "explain_port",
					"prune_stale");
		assertThat(tools).allSatisfy((tool) -> {
			assertThat(tool.title()).isNotBlank().isEqualTo(tool.annotations().title());
			assertThat(tool.description()).isNotBlank();
			assertThat(tool.inputSchema()).containsEntry("type", "object").containsEntry("additionalProperties", false);
			assertThat(tool.outputSchema()).containsEntry("type", "object").containsKey("required");
			assertThat(tool.annotations().readOnlyHint()).isEqualTo(!tool.name().equals("prune_stale"));
			assertThat(tool.annotations().destructiveHint()).isEqualTo(tool.name().equals("prune_stale"));
			assertThat(tool.annotations().idempotentHint()).isTrue();
			assertThat(tool.annotations().openWorldHint()).isFalse();
		});
	}

	@Test
	void describesTheArgumentsOfItsTools() {
		this.client.initialize();
		assertThat(this.client.listTools().tools()).filteredOn("name", "wait_for_service")
			.singleElement()
			.extracting(Tool::inputSchema, InstanceOfAssertFactories.map(String.class, Object.class))
			.containsEntry("required", List.of("name"))
			.extractingByKey("properties", InstanceOfAssertFactories.map(String.class, Object.class))
			.containsOnlyKeys("name", "timeoutSeconds")
			.allSatisfy((name, schema) -> assertThat(schema.toString()).contains("description="));
	}

	@Test
	void listsItselfWithItsRealPort() {
		assertThat(listServices()).singleElement()
			.asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
			.containsEntry("name", "aidis-mcp")
			.containsEntry("url", "http://localhost:" + this.port)
			.containsEntry("port", this.port)
			.containsEntry("status", "UP")
			.containsEntry("healthUrl", "http://localhost:" + this.port + "/healthz")
			.containsEntry("pid", (int) ProcessHandle.current().pid())
			.containsKey("startedAt");
	}

	@Test
	void listsAServiceThatHasNoHealthEndpoint() {
		PortRegistration orders = PortRegistration.builder("orders", 4711).build();
		this.registry.register(orders);
		try {
			assertThat(listServices()).filteredOn("name", "orders")
				.singleElement()
				.asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
				.containsEntry("status", "STARTING")
				.containsEntry("startedAt", orders.startedAt().toString())
				.doesNotContainKey("healthUrl");
		}
		finally {
			this.registry.deregister(orders.instanceId());
		}
		assertThat(listServices()).filteredOn("name", "orders").isEmpty();
	}

	private List<?> listServices() {
		this.client.initialize();
		CallToolResult result = this.client.callTool(CallToolRequest.builder("list_services").build());
		assertThat(result.isError()).as("%s", result.content()).isFalse();
		return (List<?>) ((Map<?, ?>) result.structuredContent()).get("services");
	}

}
