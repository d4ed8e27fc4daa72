package dev.aidis.port.sample.mcp.transport;

import org.springframework.http.HttpStatus;

/**
 * Thrown when a message is not passed on to the MCP SDK.
 */
@SuppressWarnings("serial")
final class RefusedMessageException extends Exception {

	private final HttpStatus status;

	private final transient JsonRpcError error;

	RefusedMessageException(HttpStatus status, JsonRpcError error) {
		super(error.error().message());
		this.status = status;
		this.error = error;
	}

	RefusedMessageException(HttpStatus status, int code, String message) {
		this(status, JsonRpcError.of(null, code, message));
	}

	HttpStatus status() {
		return this.status;
	}

	JsonRpcError error() {
		return this.error;
	}

}
