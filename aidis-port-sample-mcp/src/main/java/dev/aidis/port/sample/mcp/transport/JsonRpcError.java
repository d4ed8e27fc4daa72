package dev.aidis.port.sample.mcp.transport;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * An error as JSON-RPC has it. Without the id of a request that it answers it has none at
 * all, as MCP wants it.
 *
 * @param jsonrpc the version of JSON-RPC
 * @param id the id of the request, a string or an integer
 * @param error the error itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JsonRpcError(String jsonrpc, @Nullable Object id, Problem error) {

	/**
	 * What MCP leaves to implementations, which clients of all revisions take for the
	 * answer of an ordinary server.
	 */
	static final int SERVER_ERROR = -32000;

	static final int SESSION_NOT_FOUND = -32001;

	static final int PARSE_ERROR = -32700;

	static final int INVALID_REQUEST = -32600;

	static final int INVALID_PARAMS = -32602;

	static JsonRpcError of(@Nullable Object id, int code, String message) {
		return new JsonRpcError("2.0", id, new Problem(code, message));
	}

	/**
	 * Return the error for a request that was refused before it was read.
	 * @param message what is wrong, and what to do
	 * @return the error
	 */
	public static JsonRpcError refused(String message) {
		return of(null, SERVER_ERROR, message);
	}

	/**
	 * What is wrong.
	 *
	 * @param code the kind of error
	 * @param message what is wrong, and what to do
	 */
	public record Problem(int code, String message) {

	}

}
