package dev.aidis.port.sample.mcp.transport;

import java.util.Map;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * Makes the MCP SDK's errors fit for those who receive them: each says what was asked for
 * and what to do, and none tells of the inside of this program, which is for its log.
 */
final class ReadableErrors {

	private static final Log logger = LogFactory.getLog(ReadableErrors.class);

	private ReadableErrors() {
	}

	static JSONRPCResponse in(JSONRPCResponse response, JSONRPCRequest request) {
		JSONRPCError error = response.error();
		return (error != null) ? JSONRPCResponse.error(response.id(), readable(error, request)) : response;
	}

	private static JSONRPCError readable(JSONRPCError error, JSONRPCRequest request) {
		return switch (error.code()) {
			case McpSchema.ErrorCodes.METHOD_NOT_FOUND -> new JSONRPCError(error.code(),
					"This server has no method '" + Printable.of(request.method()) + "'.", null);
			case McpSchema.ErrorCodes.INVALID_PARAMS -> invalidParams(error, request);
			case McpSchema.ErrorCodes.RESOURCE_NOT_FOUND -> unknownResource(error, request);
			case McpSchema.ErrorCodes.INTERNAL_ERROR -> internal(error, request);
			default -> error;
		};
	}

	private static JSONRPCError invalidParams(JSONRPCError error, JSONRPCRequest request) {
		String kind = switch (request.method()) {
			case McpSchema.METHOD_TOOLS_CALL -> "tool";
			case McpSchema.METHOD_PROMPT_GET -> "prompt";
			default -> null;
		};
		String name = parameter(request, "name");
		if (kind == null || name == null) {
			return error;
		}
		return new JSONRPCError(error.code(), "There is no " + kind + " named '" + Printable.of(name) + "'. " + kind
				+ "s/list tells which there are.", null);
	}

	/**
	 * The SDK says no more than this; who knows the resources says more by itself.
	 */
	private static JSONRPCError unknownResource(JSONRPCError error, JSONRPCRequest request) {
		String uri = parameter(request, "uri");
		if (uri == null || !"Resource not found".equals(error.message())) {
			return error;
		}
		return new JSONRPCError(error.code(),
				"There is no resource '" + Printable.of(uri)
						+ "'. resources/list tells which there are, resources/templates/list how others are named.",
				error.data());
	}

	private static @Nullable String parameter(JSONRPCRequest request, String name) {
		return (request.params() instanceof Map<?, ?> params && params.get(name) instanceof String value) ? value
				: null;
	}

	private static JSONRPCError internal(JSONRPCError error, JSONRPCRequest request) {
		logger.error("Request " + Printable.of(request.method()) + " failed: "
				+ Printable.of(error.message() + ", " + error.data(), 1000));
		return new JSONRPCError(error.code(), "The server failed to answer '" + Printable.of(request.method())
				+ "'; its log tells why. If the parameters are as the specification says, it is a fault of the server.",
				null);
	}

}
