package dev.aidis.port.sample.mcp.tools;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.mcp.annotation.provider.tool.SyncMcpToolProvider;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistryException;
import dev.aidis.port.ServiceNotFoundException;

/**
 * The tools, each of which answers a wrong call, and a failure, with a sentence that its
 * caller can act on. The MCP server and the older endpoint call the same ones.
 */
@Component
public final class ToolCatalog {

	private static final Log logger = LogFactory.getLog(ToolCatalog.class);

	/**
	 * The order in which agents read of them: the first is what they need first.
	 */
	private static final List<String> ORDER = List.of("list_services", "find_service", "wait_for_service",
			"check_health", "explain_port", "prune_stale");

	private final Map<String, SyncToolSpecification> tools = new LinkedHashMap<>();

	ToolCatalog(RegistryTools registryTools) {
		Map<String, SyncToolSpecification> found = new LinkedHashMap<>();
		new Provider(registryTools).getToolSpecifications()
			.forEach((tool) -> found.put(tool.tool().name(), answering(tool)));
		ORDER.forEach((name) -> this.tools.put(name, found.remove(name)));
		this.tools.putAll(found);
	}

	/**
	 * Return the tools.
	 * @return the tools, in the order in which they are listed
	 */
	public List<SyncToolSpecification> specifications() {
		return List.copyOf(this.tools.values());
	}

	/**
	 * Return the names of the tools.
	 * @return the names, in the order in which they are listed
	 */
	public List<String> names() {
		return List.copyOf(this.tools.keySet());
	}

	/**
	 * Call a tool outside of an MCP session.
	 * @param name the name of the tool
	 * @param arguments its arguments
	 * @return what it answers, or empty if there is no such tool
	 */
	public Optional<CallToolResult> call(String name, Map<String, Object> arguments) {
		return Optional.ofNullable(this.tools.get(name))
			.map((tool) -> tool.callHandler().apply(null, new CallToolRequest(name, arguments, Map.of())));
	}

	private static SyncToolSpecification answering(SyncToolSpecification source) {
		Tool tool = closed(source.tool());
		return SyncToolSpecification.builder()
			.tool(tool)
			.callHandler(new AnsweringHandler(new ToolArguments(tool), source.callHandler()))
			.build();
	}

	/**
	 * A misspelt optional argument would otherwise be overlooked.
	 */
	private static Tool closed(Tool tool) {
		Map<String, Object> schema = new LinkedHashMap<>(tool.inputSchema());
		schema.put("additionalProperties", false);
		return Tool.builder(tool.name(), schema)
			.title(tool.title())
			.description(tool.description())
			.outputSchema(tool.outputSchema())
			.annotations(tool.annotations())
			.build();
	}

	/**
	 * Finds the annotated methods and lets their exceptions through, which it would
	 * otherwise describe in Java's terms.
	 */
	private static final class Provider extends SyncMcpToolProvider {

		Provider(Object tools) {
			super(List.of(tools));
		}

		@Override
		protected Class<? extends Throwable> doGetToolCallException() {
			return Unthrown.class;
		}

	}

	@SuppressWarnings("serial")
	private static final class Unthrown extends Throwable {

	}

	/**
	 * Checks a call before it is made, and answers what went wrong in it.
	 */
	private static final class AnsweringHandler
			implements BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> {

		private final ToolArguments arguments;

		private final BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler;

		AnsweringHandler(ToolArguments arguments,
				BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
			this.arguments = arguments;
			this.handler = handler;
		}

		@Override
		public CallToolResult apply(McpSyncServerExchange exchange, CallToolRequest request) {
			Map<String, Object> given = (request.arguments() != null) ? request.arguments() : Map.of();
			return this.arguments.complaint(given)
				.map(AnsweringHandler::error)
				.orElseGet(() -> call(exchange, new CallToolRequest(request.name(), given, request.meta())));
		}

		private CallToolResult call(McpSyncServerExchange exchange, CallToolRequest request) {
			try {
				return this.handler.apply(exchange, request);
			}
			catch (RuntimeException ex) {
				Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
				if (cause instanceof ToolException || cause instanceof ServiceNotFoundException
						|| cause instanceof PortRegistryException) {
					return error(String.valueOf(cause.getMessage()));
				}
				logger.error("The tool " + request.name() + " failed", cause);
				return error(request.name() + " failed for a reason of its own, which the log of this server tells.");
			}
		}

		private static CallToolResult error(String message) {
			return CallToolResult.builder().addTextContent(message).isError(true).build();
		}

	}

}
