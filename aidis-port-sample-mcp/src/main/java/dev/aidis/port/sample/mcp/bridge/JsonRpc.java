package dev.aidis.port.sample.mcp.bridge;

import java.io.ByteArrayOutputStream;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The messages that the bridge itself says.
 */
final class JsonRpc {

	/**
	 * JSON-RPC: this is no JSON.
	 */
	static final int PARSE_ERROR = -32700;

	/**
	 * JSON-RPC: this is no request.
	 */
	static final int INVALID_REQUEST = -32600;

	/**
	 * MCP since 2026-07-28: the HTTP headers are not what the message says.
	 */
	static final int HEADER_MISMATCH = -32020;

	/**
	 * No server was found in time, so the request has not run. This code and the
	 * following ones are the bridge's own; MCP wants such ones outside of what JSON-RPC
	 * reserves, so that they cannot be taken for a server's.
	 */
	static final int NO_SERVER = -31001;

	/**
	 * The server was lost while it had the request, which may or may not have run.
	 */
	static final int SERVER_LOST = -31002;

	/**
	 * The server answered something that is no answer to the request.
	 */
	static final int BAD_ANSWER = -31003;

	/**
	 * The client has more requests under way than can be kept.
	 */
	static final int OVERLOADED = -31004;

	private JsonRpc() {
	}

	/**
	 * An error.
	 * @param id the request that it answers; {@code null} if that could not be read
	 * @param code what is wrong, for programs
	 * @param message what is wrong, for people
	 * @param data further facts, as JSON
	 */
	static byte[] error(@Nullable RequestId id, int code, String message, @Nullable String data) {
		return error(id, "{\"code\":" + code + ",\"message\":" + Json.quote(message)
				+ ((data != null) ? ",\"data\":" + data : "") + "}");
	}

	static byte[] error(@Nullable RequestId id, String error) {
		return Json
			.bytes("{\"jsonrpc\":\"2.0\",\"id\":" + ((id != null) ? id.json() : "null") + ",\"error\":" + error + "}");
	}

	static byte[] request(RequestId id, String method, String params) {
		return Json.bytes("{\"jsonrpc\":\"2.0\",\"id\":" + id.json() + ",\"method\":" + Json.quote(method)
				+ ",\"params\":" + params + "}");
	}

	static byte[] notification(String method, @Nullable String params) {
		return Json.bytes("{\"jsonrpc\":\"2.0\",\"method\":" + Json.quote(method)
				+ ((params != null) ? ",\"params\":" + params : "") + "}");
	}

	/**
	 * Tell whether a text is a JSON array rather than an object.
	 */
	static boolean isBatch(byte[] text) {
		for (byte character : text) {
			if (character != ' ' && character != '\t' && character != '\r' && character != '\n') {
				return character == '[';
			}
		}
		return false;
	}

	/**
	 * Put several messages into one batch.
	 */
	static byte[] batch(List<byte[]> messages) {
		ByteArrayOutputStream batch = new ByteArrayOutputStream();
		batch.write('[');
		for (int i = 0; i < messages.size(); i++) {
			if (i > 0) {
				batch.write(',');
			}
			batch.writeBytes(messages.get(i));
		}
		batch.write(']');
		return batch.toByteArray();
	}

}
