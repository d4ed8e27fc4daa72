package dev.aidis.port.sample.mcp.transport;

import java.util.List;
import java.util.Map;

import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpStatus;

/**
 * A JSON-RPC message of a client, well-formed as far as the MCP SDK relies on it without
 * looking.
 */
final class ClientMessage {

	private static final Map<String, List<Param>> PARAMS = Map.of(McpSchema.METHOD_INITIALIZE,
			List.of(new Param("protocolVersion", Type.STRING), new Param("capabilities", Type.OBJECT),
					new Param("clientInfo", Type.OBJECT)),
			McpSchema.METHOD_TOOLS_CALL, List.of(new Param("name", Type.STRING)), McpSchema.METHOD_PROMPT_GET,
			List.of(new Param("name", Type.STRING)), McpSchema.METHOD_RESOURCES_READ,
			List.of(new Param("uri", Type.STRING)), McpSchema.METHOD_RESOURCES_SUBSCRIBE,
			List.of(new Param("uri", Type.STRING)), McpSchema.METHOD_RESOURCES_UNSUBSCRIBE,
			List.of(new Param("uri", Type.STRING)), McpSchema.METHOD_COMPLETION_COMPLETE,
			List.of(new Param("ref", Type.OBJECT), new Param("argument", Type.OBJECT)),
			McpSchema.METHOD_LOGGING_SET_LEVEL, List.of(new Param("level", Type.STRING)));

	private static final List<String> LEVELS = List.of("debug", "info", "notice", "warning", "error", "critical",
			"alert", "emergency");

	private final String text;

	private final JsonNode message;

	private ClientMessage(String text, JsonNode message) {
		this.text = text;
		this.message = message;
	}

	/**
	 * Read a message.
	 * @param body the message
	 * @throws RefusedMessageException if it is none
	 */
	static ClientMessage read(byte[] body) throws RefusedMessageException {
		try {
			ClientMessage message = new ClientMessage(StrictJson.decode(body), StrictJson.read(body));
			message.check();
			return message;
		}
		catch (StrictJson.NotJsonException ex) {
			throw new RefusedMessageException(HttpStatus.BAD_REQUEST, JsonRpcError.PARSE_ERROR,
					"The message is no JSON: " + ex.getMessage() + ".");
		}
	}

	boolean isInitialize() {
		return isRequest() && this.message.path("method").asString("").equals(McpSchema.METHOD_INITIALIZE);
	}

	private boolean isRequest() {
		return this.message.has("method") && this.message.has("id");
	}

	/**
	 * Return the message as it was sent.
	 */
	String text() {
		return this.text;
	}

	private void check() throws RefusedMessageException {
		if (this.message.isArray()) {
			throw invalid("Batches are no part of the protocol: send each message by itself");
		}
		if (!this.message.isObject()) {
			throw invalid("A message is a JSON object");
		}
		if (!this.message.path("jsonrpc").isString() || !this.message.get("jsonrpc").stringValue().equals("2.0")) {
			throw invalid("A message has \"jsonrpc\": \"2.0\"");
		}
		checkId();
		if (this.message.has("method")) {
			checkCall();
		}
		else {
			checkResponse();
		}
	}

	private void checkId() throws RefusedMessageException {
		JsonNode id = this.message.get("id");
		if (id != null && !id.isString() && !(id.isIntegralNumber() && id.canConvertToLong())) {
			throw invalid("An id is a string or an integer");
		}
	}

	private void checkCall() throws RefusedMessageException {
		if (!this.message.get("method").isString()) {
			throw invalid("A method is a string");
		}
		JsonNode params = optional(this.message, "params");
		if (params != null && !params.isObject()) {
			throw invalidParams("\"params\" is an object");
		}
		if (isRequest()) {
			checkParams(this.message.get("method").stringValue(), params);
		}
	}

	private void checkParams(String method, @Nullable JsonNode params) throws RefusedMessageException {
		for (Param param : PARAMS.getOrDefault(method, List.of())) {
			JsonNode value = (params != null) ? params.get(param.name()) : null;
			if (value == null || !param.type().fits(value)) {
				throw invalidParams(method + " needs \"" + param.name() + "\", " + param.type().article());
			}
		}
		if (params == null) {
			return;
		}
		checkObject(params, "_meta");
		if (method.equals(McpSchema.METHOD_TOOLS_CALL) || method.equals(McpSchema.METHOD_PROMPT_GET)) {
			checkObject(params, "arguments");
		}
		if (method.equals(McpSchema.METHOD_INITIALIZE) && !(params.path("clientInfo").path("name").isString()
				&& params.path("clientInfo").path("version").isString())) {
			throw invalidParams("\"clientInfo\" has a name and a version, both strings");
		}
		if (method.equals(McpSchema.METHOD_LOGGING_SET_LEVEL) && !LEVELS.contains(params.path("level").asString(""))) {
			throw invalidParams("\"level\" is one of " + String.join(", ", LEVELS));
		}
	}

	private void checkObject(JsonNode params, String name) throws RefusedMessageException {
		JsonNode value = optional(params, name);
		if (value != null && !value.isObject()) {
			throw invalidParams("\"" + name + "\" is an object");
		}
	}

	/**
	 * Some clients send null for what they leave out.
	 */
	private static @Nullable JsonNode optional(JsonNode object, String name) {
		JsonNode value = object.get(name);
		return (value == null || value.isNull()) ? null : value;
	}

	private void checkResponse() throws RefusedMessageException {
		JsonNode result = optional(this.message, "result");
		JsonNode error = optional(this.message, "error");
		if (!this.message.has("id") || (result == null) == (error == null)) {
			throw invalid("A message has a method, or else an id and either a result or an error");
		}
		if (error != null && !(error.path("code").isInt() && error.path("message").isString())) {
			throw invalid("An error has an integer as its code and a string as its message");
		}
	}

	private static RefusedMessageException invalid(String rule) {
		return new RefusedMessageException(HttpStatus.BAD_REQUEST, JsonRpcError.INVALID_REQUEST, rule + ".");
	}

	/**
	 * A request that can be told by its id is answered, a notification is refused.
	 */
	private RefusedMessageException invalidParams(String rule) {
		JsonNode id = this.message.get("id");
		if (id == null) {
			return invalid(rule);
		}
		return new RefusedMessageException(HttpStatus.OK, JsonRpcError
			.of(id.isString() ? id.stringValue() : (Object) id.longValue(), JsonRpcError.INVALID_PARAMS, rule + "."));
	}

	/**
	 * A parameter that a method cannot do without.
	 *
	 * @param name its name
	 * @param type its type
	 */
	private record Param(String name, Type type) {

	}

	private enum Type {

		STRING("a string") {

			@Override
			boolean fits(JsonNode value) {
				return value.isString();
			}

		},

		OBJECT("an object") {

			@Override
			boolean fits(JsonNode value) {
				return value.isObject();
			}

		};

		private final String article;

		Type(String article) {
			this.article = article;
		}

		abstract boolean fits(JsonNode value);

		String article() {
			return this.article;
		}

	}

}
