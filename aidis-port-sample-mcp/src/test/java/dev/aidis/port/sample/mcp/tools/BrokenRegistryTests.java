package dev.aidis.port.sample.mcp.tools;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.sample.mcp.McpTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * Tests the tools with a registry that fails.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class BrokenRegistryTests {

	@LocalServerPort
	private int port;

	@MockitoBean
	private PortRegistry registry;

	@Test
	void tellTheAgentWhyTheyFailed() {
		given(this.registry.registrations()).willThrow(new PortRegistryException("The disk is on fire", null));
		assertThat(error()).isEqualTo("The disk is on fire");
	}

	@Test
	void keepTheirOwnFaultsToThemselves() {
		given(this.registry.registrations()).willThrow(new IllegalStateException("secret of " + getClass()));
		assertThat(error()).startsWith("list_services failed for a reason of its own")
			.doesNotContain("secret", "Exception", "dev.aidis");
	}

	private String error() {
		try (McpSyncClient client = McpTestClient.builder(this.port).build()) {
			client.initialize();
			CallToolResult result = client.callTool(CallToolRequest.builder("list_services").build());
			assertThat(result.isError()).isTrue();
			return assertThat(result.content()).singleElement()
				.asInstanceOf(InstanceOfAssertFactories.type(TextContent.class))
				.actual()
				.text();
		}
	}

}
