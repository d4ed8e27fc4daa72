package dev.aidis.port.sample.mcp.legacy;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import jakarta.servlet.http.HttpServletRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.tools.ToolCatalog;
import dev.aidis.port.sample.mcp.transport.StrictJson;

/**
 * The tools for callers that are older than Streamable HTTP: no session, one request, one
 * answer.
 */
@RestController
class LegacyToolsController {

	private final ToolCatalog tools;

	private final JsonMapper jsonMapper;

	LegacyToolsController(ToolCatalog tools, JsonMapper jsonMapper) {
		this.tools = tools;
		this.jsonMapper = jsonMapper;
	}

	/**
	 * The body is read as it is, whatever type it is sent as: curl says that it is a form
	 * unless it is told otherwise.
	 */
	@PostMapping("/mcp/tools/{tool}")
	ResponseEntity<LegacyAnswer> call(@PathVariable String tool, HttpServletRequest request) throws IOException {
		if (!this.tools.names().contains(tool)) {
			return failure(HttpStatus.NOT_FOUND, "There is no tool named '" + Printable.of(tool) + "'; there are "
					+ String.join(", ", this.tools.names()) + ".");
		}
		JsonNode arguments;
		try {
			byte[] body = request.getInputStream().readAllBytes();
			JsonNode call = (body.length == 0) ? this.jsonMapper.createObjectNode() : StrictJson.read(body);
			arguments = call.path("arguments");
			if (!call.isObject() || !(arguments.isObject() || arguments.isMissingNode() || arguments.isNull())) {
				return failure(HttpStatus.BAD_REQUEST, "The body must be an object such as {\"arguments\": {}}.");
			}
		}
		catch (StrictJson.NotJsonException ex) {
			return failure(HttpStatus.BAD_REQUEST,
					"The body is no JSON: " + ex.getMessage() + ". It must be an object such as {\"arguments\": {}}.");
		}
		return answer(this.tools.call(tool, arguments(arguments)));
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> arguments(JsonNode arguments) {
		return arguments.isObject() ? this.jsonMapper.convertValue(arguments, Map.class) : Map.of();
	}

	private static ResponseEntity<LegacyAnswer> answer(Optional<CallToolResult> result) {
		CallToolResult answer = result.orElseThrow();
		if (Boolean.TRUE.equals(answer.isError())) {
			return failure(HttpStatus.UNPROCESSABLE_CONTENT,
					answer.content()
						.stream()
						.map((content) -> (content instanceof TextContent text) ? text.text() : "")
						.collect(Collectors.joining("\n")));
		}
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_JSON)
			.body(LegacyAnswer.success(answer.structuredContent()));
	}

	@RequestMapping("/mcp/tools/{tool}")
	ResponseEntity<LegacyAnswer> otherMethods() {
		return ResponseEntity.status(HttpStatus.METHOD_NOT_ALLOWED)
			.allow(HttpMethod.POST)
			.contentType(MediaType.APPLICATION_JSON)
			.body(LegacyAnswer.failure("Tools are called by POST, with a body such as {\"arguments\": {}}."));
	}

	private static ResponseEntity<LegacyAnswer> failure(HttpStatus status, String message) {
		return ResponseEntity.status(status)
			.contentType(MediaType.APPLICATION_JSON)
			.body(LegacyAnswer.failure(message));
	}

}
