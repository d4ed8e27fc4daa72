package dev.aidis.port.sample.mcp.bridge;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the server has said of its tools: which of them may be called again without harm,
 * and which arguments it wants to see in HTTP headers, too.
 */
final class KnownTools {

	/**
	 * More tools than this no agent could choose from.
	 */
	private static final int MAX_TOOLS = 10_000;

	private static final String HEADER = "x-mcp-header";

	private final Map<String, Tool> tools = new ConcurrentHashMap<>();

	private final AtomicBoolean asked = new AtomicBoolean();

	/**
	 * Learn from the answer to {@code tools/list}.
	 * @param answer the text of the answer
	 * @return where the next page begins, or {@code null} if this was the last
	 */
	@Nullable String learn(byte[] answer) {
		try {
			JsonNode result = Json.tree(answer).path("result");
			for (JsonNode tool : result.path("tools")) {
				String name = tool.path("name").asString("");
				if (!name.isEmpty() && (this.tools.size() < MAX_TOOLS || this.tools.containsKey(name))) {
					this.tools.put(name, Tool.of(tool));
				}
			}
			JsonNode next = result.path("nextCursor");
			return next.isString() ? next.asString() : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	@Nullable Tool find(String name) {
		return this.tools.get(name);
	}

	/**
	 * Forget everything, since it has changed.
	 */
	void clear() {
		this.tools.clear();
		this.asked.set(false);
	}

	/**
	 * Tell whether nobody has asked the server for its tools yet, and remember that
	 * somebody does now.
	 */
	boolean askFirst() {
		return this.asked.compareAndSet(false, true);
	}

	/**
	 * A tool.
	 *
	 * @param repeatable whether it only reads, or does nothing more when called again
	 * @param headers the HTTP headers for its arguments, by the paths of these
	 */
	record Tool(boolean repeatable, Map<List<String>, String> headers) {

		static Tool of(JsonNode tool) {
			JsonNode annotations = tool.path("annotations");
			boolean repeatable = annotations.path("readOnlyHint").asBoolean(false)
					|| annotations.path("idempotentHint").asBoolean(false);
			Map<List<String>, String> headers = new LinkedHashMap<>();
			collect(tool.path("inputSchema"), List.of(), headers);
			return new Tool(repeatable, headers);
		}

		private static void collect(JsonNode schema, List<String> path, Map<List<String>, String> headers) {
			for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
				List<String> inner = new ArrayList<>(path);
				inner.add(property.getKey());
				String name = property.getValue().path(HEADER).asString("");
				if (name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
					headers.put(List.copyOf(inner), "Mcp-Param-" + name);
				}
				collect(property.getValue(), inner, headers);
			}
		}

		/**
		 * Find the headers of a call.
		 * @param call the text of the call
		 */
		Map<String, String> headersOf(byte[] call) {
			Map<String, String> values = new LinkedHashMap<>();
			if (!this.headers.isEmpty()) {
				JsonNode arguments = Json.tree(call).path("params").path("arguments");
				this.headers.forEach((path, header) -> {
					JsonNode argument = arguments;
					for (String step : path) {
						argument = argument.path(step);
					}
					String value = value(argument);
					if (value != null) {
						values.put(header, value);
					}
				});
			}
			return values;
		}

		private static @Nullable String value(JsonNode argument) {
			if (argument.isString()) {
				return argument.asString();
			}
			if (argument.isNumber()) {
				return new BigDecimal(argument.asString()).toPlainString();
			}
			return argument.isBoolean() ? argument.asString() : null;
		}

	}

}
