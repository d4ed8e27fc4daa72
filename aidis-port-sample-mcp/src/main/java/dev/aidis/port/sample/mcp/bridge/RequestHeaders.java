package dev.aidis.port.sample.mcp.bridge;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The HTTP headers that MCP since 2026-07-28 wants to see, so that what stands between
 * client and server need not read messages.
 */
final class RequestHeaders {

	private RequestHeaders() {
	}

	/**
	 * Return the headers of a request that tells its protocol revision.
	 * @param request the request
	 * @param version the revision
	 * @param tool the tool that it calls, if that is known
	 */
	static Map<String, String> of(Message request, String version, KnownTools.@Nullable Tool tool) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put(HttpTransport.PROTOCOL_VERSION, encode(version));
		headers.put("Mcp-Method", encode(request.method()));
		String name = switch (request.method()) {
			case "tools/call", "prompts/get" -> request.name();
			case "resources/read" -> request.uri();
			default -> null;
		};
		if (name != null) {
			headers.put("Mcp-Name", encode(name));
		}
		if (tool != null && request.isMethod("tools/call")) {
			tool.headersOf(request.text()).forEach((header, value) -> headers.put(header, encode(value)));
		}
		return headers;
	}

	/**
	 * Write a value so that it survives as a header.
	 */
	static String encode(String value) {
		boolean plain = value.chars().allMatch((character) -> character >= ' ' && character <= '~')
				&& value.equals(value.strip()) && !(value.startsWith("=?base64?") && value.endsWith("?="));
		return plain ? value
				: "=?base64?" + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "?=";
	}

}
