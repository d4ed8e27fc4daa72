package dev.aidis.port.sample.mcp;

import java.util.List;

import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;

import org.springframework.ai.mcp.customizer.McpSyncServerCustomizer;
import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import dev.aidis.port.sample.mcp.tools.ToolCatalog;

/**
 * What Spring AI's properties cannot say of the MCP server.
 */
@Configuration(proxyBeanMethods = false)
class McpServerConfiguration {

	@Bean
	List<SyncToolSpecification> registryToolSpecifications(ToolCatalog tools) {
		return tools.specifications();
	}

	/**
	 * Tools run in the thread of their request, as Spring AI's own customizer has it,
	 * which this one replaces. They check their arguments themselves.
	 */
	@Bean
	@Primary
	McpSyncServerCustomizer mcpServerCustomizer(McpServerProperties properties,
			ServerCapabilities.Builder capabilities) {
		return (server) -> server.immediateExecution(true)
			.validateToolInputs(false)
			.serverInfo(Implementation.builder(properties.getName(), properties.getVersion())
				.title("Services of this machine")
				.description("Tells which service runs where, and who has which port.")
				.build())
			.capabilities(capabilities.resources(true, true).build());
	}

}
