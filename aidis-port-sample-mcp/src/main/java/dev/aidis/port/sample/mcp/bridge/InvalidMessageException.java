package dev.aidis.port.sample.mcp.bridge;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * A text is no JSON-RPC message.
 */
final class InvalidMessageException extends Exception {

	@Serial
	private static final long serialVersionUID = 1L;

	private final int code;

	private final transient @Nullable RequestId id;

	/**
	 * Create a new exception.
	 * @param code JSON-RPC's code for what is wrong
	 * @param id the id of the request, if it could be read
	 * @param message what is wrong
	 */
	InvalidMessageException(int code, @Nullable RequestId id, String message) {
		super(message);
		this.code = code;
		this.id = id;
	}

	/**
	 * The answer to whoever sent it.
	 */
	byte[] toError() {
		return JsonRpc.error(this.id, this.code, String.valueOf(getMessage()), null);
	}

}
