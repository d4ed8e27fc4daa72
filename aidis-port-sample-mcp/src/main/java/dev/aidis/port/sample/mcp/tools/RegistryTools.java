package dev.aidis.port.sample.mcp.tools;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpTool.McpAnnotations;
import org.springframework.ai.mcp.annotation.McpToolParam;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.discovery.RegistryPortDiscovery;
import dev.aidis.port.sample.mcp.transport.Cancellation;

/**
 * The port registry as MCP tools. They look things up without a record of it: what agents
 * ask for is nothing that this service depends on.
 */
@Component
class RegistryTools {

	private static final String NAME = "Name of the service, as list_services tells it, such as orders";

	private static final int DEFAULT_SECONDS = 30;

	private final PortRegistry registry;

	private final RegistryPortDiscovery discovery;

	private final InstanceCheck instanceCheck;

	private final ServiceWait serviceWait;

	private final PortExplainer portExplainer;

	RegistryTools(PortRegistry registry, InstanceCheck instanceCheck, ServiceWait serviceWait,
			PortExplainer portExplainer) {
		this.registry = registry;
		this.discovery = new RegistryPortDiscovery(registry);
		this.instanceCheck = instanceCheck;
		this.serviceWait = serviceWait;
		this.portExplainer = portExplainer;
	}

	@McpTool(name = "list_services", title = "List services", generateOutputSchema = true,
			description = "List the services that run on this machine now, each with the URL it is reached at. "
					+ "Ports change from start to start: look a service up here instead of remembering its port.",
			annotations = @McpAnnotations(title = "List services", readOnlyHint = true, destructiveHint = false,
					idempotentHint = true, openWorldHint = false))
	ServiceList listServices() {
		return ServiceList.of(this.registry.registrations());
	}

	@McpTool(name = "find_service", title = "Find a service", generateOutputSchema = true,
			description = "Find one service by name: the URL it is reached at now, and whether it is healthy. "
					+ "Fails if no such service runs, with the names of those that do, "
					+ "or if another program has taken its port.",
			annotations = @McpAnnotations(title = "Find a service", readOnlyHint = true, destructiveHint = false,
					idempotentHint = true, openWorldHint = false))
	CheckedService findService(@McpToolParam(description = NAME) String name) {
		List<InstanceCheck.Result> unhealthy = new ArrayList<>();
		for (PortRegistration instance : instances(name)) {
			InstanceCheck.Result result = this.instanceCheck.check(instance);
			if (result.health().healthy()) {
				return result.toService();
			}
			unhealthy.add(result);
		}
		return unhealthy.stream()
			.filter((result) -> !result.stranger())
			.findFirst()
			.orElseThrow(() -> new ToolException(unhealthy.get(0).describe()
					+ ". Send it nothing that is meant for the service. Start the service again, then use wait_for_service."))
			.toService();
	}

	@McpTool(name = "wait_for_service", title = "Wait for a service", generateOutputSchema = true,
			description = "Wait until a service is registered, ready and healthy, and tell the URL it is reached at. "
					+ "Use it after starting a service, instead of sleeping. "
					+ "Reports progress to callers that ask for it, and can be cancelled.",
			annotations = @McpAnnotations(title = "Wait for a service", readOnlyHint = true, destructiveHint = false,
					idempotentHint = true, openWorldHint = false))
	CheckedService waitForService(@Nullable McpSyncServerExchange exchange, CallToolRequest request,
			@McpToolParam(description = NAME) String name,
			@McpToolParam(required = false,
					description = "How long to wait at most, in seconds: 0 to " + ServiceWait.MAX_SECONDS + ", "
							+ DEFAULT_SECONDS + " if not given") @Nullable Integer timeoutSeconds) {
		int seconds = (timeoutSeconds != null) ? timeoutSeconds : DEFAULT_SECONDS;
		requireBetween("timeoutSeconds", seconds, 0, ServiceWait.MAX_SECONDS);
		requireText(name);
		return this.serviceWait.await(name, Duration.ofSeconds(seconds), Cancellation.of(exchange),
				progress(exchange, request, seconds));
	}

	private static BiConsumer<Duration, String> progress(@Nullable McpSyncServerExchange exchange,
			CallToolRequest request, int total) {
		Object token = request.progressToken();
		if (exchange == null || token == null) {
			return (waited, obstacle) -> {
			};
		}
		return (waited, obstacle) -> exchange
			.progressNotification(ProgressNotification.builder(token, waited.toMillis() / 1000.0)
				.total((double) total)
				.message("Waiting for the service: " + obstacle)
				.build());
	}

	@McpTool(name = "check_health", title = "Check a service's health", generateOutputSchema = true,
			description = "Ask each instance of a service for its health now. "
					+ "An instance whose port another program has taken is not healthy, whatever answers there.",
			annotations = @McpAnnotations(title = "Check a service's health", readOnlyHint = true,
					destructiveHint = false, idempotentHint = true, openWorldHint = false))
	HealthReport checkHealth(@McpToolParam(description = NAME) String name) {
		List<CheckedService> checked = instances(name).stream()
			.map((instance) -> this.instanceCheck.check(instance).toService())
			.toList();
		return new HealthReport(checked.get(0).service().name(), checked.stream().allMatch(CheckedService::healthy),
				checked);
	}

	@McpTool(name = "explain_port", title = "Explain a port", generateOutputSchema = true,
			description = "Tell who has a TCP port of this machine: "
					+ "which registered service, and which process of the operating system. "
					+ "Use it when a port is in use, before ending any process.",
			annotations = @McpAnnotations(title = "Explain a port", readOnlyHint = true, destructiveHint = false,
					idempotentHint = true, openWorldHint = false))
	PortExplanation explainPort(@McpToolParam(description = "The port, 1 to 65535") int port) {
		requireBetween("port", port, 1, 65535);
		return this.portExplainer.explain(port);
	}

	@McpTool(name = "prune_stale", title = "Prune stale entries", generateOutputSchema = true,
			description = "Remove the registry's entries of processes that have certainly ended. "
					+ "Services that run are never touched.",
			annotations = @McpAnnotations(title = "Prune stale entries", readOnlyHint = false, destructiveHint = true,
					idempotentHint = true, openWorldHint = false))
	PrunedServices pruneStale() {
		return new PrunedServices(this.registry.prune().stream().map(Service::of).toList());
	}

	private List<PortRegistration> instances(String name) {
		requireText(name);
		List<PortRegistration> instances = this.discovery.findAll(name);
		if (instances.isEmpty()) {
			throw UnknownService.in(this.registry, name);
		}
		return instances;
	}

	private static void requireText(String name) {
		if (name.isBlank()) {
			throw new ToolException("The argument 'name' must not be blank. list_services tells the names there are.");
		}
	}

	private static void requireBetween(String argument, int value, int least, int most) {
		if (value < least || value > most) {
			throw new ToolException(
					"The argument '" + argument + "' must be " + least + " to " + most + ", but is " + value + ".");
		}
	}

}
