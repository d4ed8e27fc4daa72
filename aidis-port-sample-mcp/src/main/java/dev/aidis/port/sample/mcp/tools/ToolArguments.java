package dev.aidis.port.sample.mcp.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.modelcontextprotocol.spec.McpSchema.Tool;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * The arguments that a tool takes. Checked here rather than by a validator of JSON
 * schemas, since an agent that called a tool wrongly needs to read how to call it, in
 * English.
 */
final class ToolArguments {

	private final String tool;

	private final Map<String, Argument> arguments = new LinkedHashMap<>();

	ToolArguments(Tool tool) {
		this.tool = tool.name();
		Object required = tool.inputSchema().get("required");
		if (tool.inputSchema().get("properties") instanceof Map<?, ?> properties) {
			properties.forEach((name, schema) -> this.arguments.put((String) name,
					Argument.of((Map<?, ?>) schema, required instanceof List<?> names && names.contains(name))));
		}
	}

	/**
	 * Say what is wrong with the arguments of a call.
	 * @param given the arguments
	 * @return what is wrong, or empty if they may be used
	 */
	Optional<String> complaint(Map<String, Object> given) {
		List<String> complaints = new ArrayList<>();
		given.keySet()
			.stream()
			.filter((name) -> !this.arguments.containsKey(name))
			.forEach((name) -> complaints.add("there is no argument '" + Printable.of(name) + "'"));
		this.arguments.forEach((name, argument) -> {
			String complaint = argument.complaint(given.containsKey(name), given.get(name));
			if (complaint != null) {
				complaints.add("'" + name + "' " + complaint);
			}
		});
		return complaints.isEmpty() ? Optional.empty()
				: Optional.of(this.tool + " cannot be called so: " + String.join(", ", complaints) + ". " + usage());
	}

	private String usage() {
		if (this.arguments.isEmpty()) {
			return "It takes no arguments.";
		}
		return "It takes " + this.arguments.entrySet()
			.stream()
			.map((entry) -> "'" + entry.getKey() + "' (" + entry.getValue().describe() + ")")
			.collect(Collectors.joining(", ")) + ".";
	}

	/**
	 * One argument.
	 *
	 * @param type its type in JSON schema's terms
	 * @param required whether it must be given
	 * @param description what it is
	 */
	private record Argument(String type, boolean required, String description) {

		static Argument of(Map<?, ?> schema, boolean required) {
			return new Argument(text(schema.get("type")), required, text(schema.get("description")));
		}

		private static String text(@Nullable Object value) {
			return (value != null) ? value.toString() : "";
		}

		/**
		 * Null stands for what is left out where that may be, as agents often mean it.
		 */
		@Nullable String complaint(boolean isGiven, @Nullable Object value) {
			if (value == null) {
				return !this.required ? null : isGiven ? "must be " + article() + ", but is null" : "is missing";
			}
			boolean fits = switch (this.type) {
				case "integer" -> value instanceof Integer;
				case "string" -> value instanceof String;
				default -> true;
			};
			return fits ? null : "must be " + article() + ", but is " + show(value);
		}

		private String article() {
			return this.type.startsWith("i") ? "an " + this.type : "a " + this.type;
		}

		private static String show(Object value) {
			if (value instanceof String text) {
				return "the string \"" + Printable.of(text, 40) + "\"";
			}
			if (value instanceof Map) {
				return "an object";
			}
			return (value instanceof List) ? "an array" : Printable.of(value.toString(), 40);
		}

		String describe() {
			return this.type + (this.required ? "" : ", optional")
					+ (this.description.isEmpty() ? "" : ": " + this.description);
		}

	}

}
