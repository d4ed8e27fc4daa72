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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the whole service as its callers see it.
 */
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
		assertThat(server.serverInfo().name()).isEqualTo("aidis-mcp");
		assertThat(server.serverInfo().version()).doesNotContain("@");
		assertThat(server.instructions()).isNotBlank();
		assertThat(server.capabilities().tools()).isNotNull();
		assertThat(server.capabilities().resources()).isNull();
		assertThat(server.capabilities().prompts()).isNull();
		assertThat(server.capabilities().completions()).isNull();
	}

	@Test
	void describesItsToolToClients() {
		this.client.initialize();
		List<Tool> tools = this.client.listTools().tools();
		assertThat(tools).singleElement().satisfies((tool) -> {
			assertThat(tool.name()).isEqualTo("list_services");
			assertThat(tool.title()).isEqualTo("List services");
			assertThat(tool.description()).isNotBlank();
			assertThat(tool.annotations().readOnlyHint()).isTrue();
			assertThat(tool.annotations().idempotentHint()).isTrue();
			assertThat(tool.annotations().destructiveHint()).isFalse();
			assertThat(tool.annotations().openWorldHint()).isFalse();
			assertThat(tool.outputSchema()).containsEntry("required", List.of("services"));
		});
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
