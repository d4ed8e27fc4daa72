package dev.aidis.port.sample.mcp;

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link RegistryTools} that need a registry which fails.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class RegistryToolsTests {

	@LocalServerPort
	private int port;

	@MockitoBean
	private PortRegistry registry;

	@Test
	void tellTheAgentWhyTheyFailed() {
		given(this.registry.registrations()).willThrow(new PortRegistryException("The disk is on fire", null));
		try (McpSyncClient client = McpTestClient.builder(this.port).build()) {
			client.initialize();
			CallToolResult result = client.callTool(CallToolRequest.builder("list_services").build());
			assertThat(result.isError()).isTrue();
			assertThat(result.content()).singleElement()
				.asInstanceOf(InstanceOfAssertFactories.type(TextContent.class))
				.extracting(TextContent::text, InstanceOfAssertFactories.STRING)
				.contains("The disk is on fire")
				.doesNotContain("\tat ");
		}
	}

}
