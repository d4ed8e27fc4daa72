package dev.aidis.port.sample.mcp.security;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityException;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityValidator;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;

/**
 * Tells requests of this machine from those that a web page of elsewhere makes a browser
 * on this machine send, by a host name that points here (DNS rebinding) or across
 * origins. The MCP specification demands it of local servers.
 */
final class LocalAddresses {

	private static final List<String> HOSTS = List.of("localhost:*", "127.0.0.1:*", "[::1]:*");

	private final ServerTransportSecurityValidator validator;

	/**
	 * Create a new instance.
	 * @param hosts further host names
	 * @param origins further origins
	 */
	LocalAddresses(List<String> hosts, List<String> origins) {
		this.validator = DefaultServerTransportSecurityValidator.builder()
			.allowedHosts(HOSTS)
			.allowedHosts(lowerCase(hosts))
			.allowedOrigins(HOSTS.stream().flatMap((host) -> Stream.of("http://" + host, "https://" + host)).toList())
			.allowedOrigins(lowerCase(origins))
			.build();
	}

	/**
	 * Neither host names nor schemes know upper case, and an origin is nothing else.
	 */
	private static List<String> lowerCase(List<String> values) {
		return values.stream().map((value) -> value.toLowerCase(Locale.ROOT)).toList();
	}

	/**
	 * Check where a request comes from.
	 * @param request the request
	 * @throws ServerTransportSecurityException if it is not from here
	 */
	void check(HttpServletRequest request) throws ServerTransportSecurityException {
		Map<String, List<String>> headers = new HashMap<>();
		for (String name : List.of(HttpHeaders.HOST, HttpHeaders.ORIGIN)) {
			List<String> values = lowerCase(Collections.list(request.getHeaders(name)));
			if (!values.isEmpty()) {
				headers.put(name, values);
			}
		}
		this.validator.validateHeaders(headers);
	}

}
