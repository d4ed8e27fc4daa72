package dev.aidis.port.sample.command;

import java.net.URI;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.sample.command.McpServiceClient.Health;
import dev.aidis.port.sample.command.McpServiceClient.Tools;

/**
 * Calls {@code aidis-mcp} by name and shows what it answers.
 */
@RestController
class McpController {

	private final PortDiscovery discovery;

	private final McpServiceClient client;

	McpController(PortDiscovery discovery, McpServiceClient client) {
		this.discovery = discovery;
		this.client = client;
	}

	@GetMapping("/api/mcp")
	Answer mcp() {
		// Looked up for each request, since a service may come back on another port.
		URI url = this.discovery.resolve(McpServiceClient.SERVICE);
		try {
			Health health = this.client.health(url);
			Tools tools = this.client.tools(url);
			return new Answer(McpServiceClient.SERVICE, url, health, tools.names(), tools.services());
		}
		catch (ServiceCallException ex) {
			// Tells so when the service has gone away meanwhile.
			this.discovery.resolve(McpServiceClient.SERVICE);
			throw ex;
		}
	}

	/**
	 * What was found out.
	 *
	 * @param service the name of the service
	 * @param url where it is
	 * @param health what its health endpoint answered
	 * @param tools the names of its MCP tools
	 * @param services what its tool {@code list_services} answered
	 */
	record Answer(String service, URI url, Health health, List<String> tools, @Nullable Object services) {

	}

}
