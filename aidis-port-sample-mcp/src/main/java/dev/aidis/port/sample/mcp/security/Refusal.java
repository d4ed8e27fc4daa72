package dev.aidis.port.sample.mcp.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

import dev.aidis.port.sample.mcp.legacy.LegacyAnswer;
import dev.aidis.port.sample.mcp.transport.JsonRpcError;

/**
 * Refuses a request in the form that its sender understands.
 */
final class Refusal {

	private final String path;

	private final HttpServletResponse response;

	Refusal(String path, HttpServletResponse response) {
		this.path = path;
		this.response = response;
	}

	/**
	 * Refuse the request.
	 * @param status the HTTP status
	 * @param message what is wrong, and what to do
	 */
	void send(HttpStatus status, String message) throws IOException {
		byte[] body = JsonMapper.shared().writeValueAsBytes(body(message));
		this.response.setStatus(status.value());
		this.response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		this.response.setCharacterEncoding(StandardCharsets.UTF_8.name());
		this.response.setContentLength(body.length);
		this.response.getOutputStream().write(body);
	}

	private Object body(String message) {
		if (this.path.startsWith("/mcp/tools/")) {
			return LegacyAnswer.failure(message);
		}
		return this.path.startsWith("/mcp") ? JsonRpcError.refused(message) : Map.of("error", message);
	}

}
