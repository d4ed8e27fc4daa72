package dev.aidis.port.sample.mcp;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpTool.McpAnnotations;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistry;

/**
 * The port registry as MCP tools.
 */
@Component
class RegistryTools {

	private final PortRegistry registry;

	RegistryTools(PortRegistry registry) {
		this.registry = registry;
	}

	@McpTool(name = "list_services", title = "List services", generateOutputSchema = true,
			description = "List the services that run on this machine now, each with the URL it is reached at. "
					+ "Ports change from start to start: look a service up here instead of remembering its port.",
			annotations = @McpAnnotations(title = "List services", readOnlyHint = true, destructiveHint = false,
					idempotentHint = true, openWorldHint = false))
	ServiceList listServices() {
		return new ServiceList(this.registry.registrations().stream().map(Service::of).toList());
	}

}
