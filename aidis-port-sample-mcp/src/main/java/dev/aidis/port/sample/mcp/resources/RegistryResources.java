package dev.aidis.port.sample.mcp.resources;

import java.util.List;
import java.util.Map;

import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.tools.ServiceList;
import dev.aidis.port.sample.mcp.tools.UnknownService;

/**
 * The registry, and each service in it, as resources.
 */
@Component
class RegistryResources {

	/**
	 * What MCP leaves to implementations.
	 */
	private static final int SERVER_ERROR = -32000;

	private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

	private final PortRegistry registry;

	private final JsonMapper jsonMapper;

	RegistryResources(PortRegistry registry, @Qualifier("mcpServerJsonMapper") JsonMapper jsonMapper) {
		this.registry = registry;
		this.jsonMapper = jsonMapper;
	}

	SyncResourceSpecification registry() {
		Resource resource = Resource.builder(RegistryUri.REGISTRY, "registry")
			.title("All services")
			.description("The services that run on this machine now, each with the URL it is reached at.")
			.mimeType(JSON)
			.build();
		return new SyncResourceSpecification(resource, (exchange, request) -> read(request.uri()));
	}

	SyncResourceTemplateSpecification template() {
		ResourceTemplate template = ResourceTemplate.builder(RegistryUri.TEMPLATE, "service")
			.title("One service")
			.description("The instances of one service that run on this machine now.")
			.mimeType(JSON)
			.build();
		return new SyncResourceTemplateSpecification(template, (exchange, request) -> read(request.uri()));
	}

	SyncResourceSpecification service(String name) {
		Resource resource = Resource.builder(RegistryUri.of(name), name)
			.title("Service " + Printable.of(name))
			.description("The instances of the service " + Printable.of(name) + " that run on this machine now.")
			.mimeType(JSON)
			.build();
		return new SyncResourceSpecification(resource, (exchange, request) -> read(request.uri()));
	}

	private ReadResourceResult read(String uri) {
		try {
			String text = this.jsonMapper.writeValueAsString(ServiceList.of(registrations(uri)));
			return ReadResourceResult.builder(List.of(TextResourceContents.builder(uri, text).mimeType(JSON).build()))
				.build();
		}
		catch (PortRegistryException ex) {
			throw new McpError(new JSONRPCError(SERVER_ERROR, ex.getMessage(), null));
		}
	}

	private List<PortRegistration> registrations(String uri) {
		if (uri.equals(RegistryUri.REGISTRY)) {
			return this.registry.registrations();
		}
		String service = RegistryUri.service(uri);
		List<PortRegistration> instances = (service != null) ? this.registry.registrations(service) : List.of();
		if (instances.isEmpty()) {
			throw new McpError(new JSONRPCError(McpSchema.ErrorCodes.RESOURCE_NOT_FOUND,
					UnknownService.in(this.registry, (service != null) ? service : uri).getMessage(),
					Map.of("uri", uri)));
		}
		return instances;
	}

}
