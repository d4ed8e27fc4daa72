package dev.aidis.port.sample.mcp.security;

import java.io.IOException;
import java.util.Set;

import io.modelcontextprotocol.server.transport.ServerTransportSecurityException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.aidis.port.Printable;

/**
 * Lets only requests of this machine pass, and of them only those that bear the token if
 * there is one and whose body is not too long. It guards every endpoint, the actuator's
 * and the older one as well, since a web page may try them all.
 */
final class RequestGuard extends OncePerRequestFilter {

	/**
	 * Who asks for the health sends no credentials, and learns nothing but the health.
	 */
	private static final Set<String> HEALTH = Set.of("/healthz", "/readyz", "/livez");

	private final LocalAddresses addresses;

	private final @Nullable BearerToken token;

	private final DataSize maxBodySize;

	RequestGuard(McpProperties properties) {
		this.addresses = new LocalAddresses(properties.allowedHosts(), properties.allowedOrigins());
		this.token = BearerToken.of(properties.token());
		this.maxBodySize = properties.maxBodySize();
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String path = request.getRequestURI().substring(request.getContextPath().length());
		Refusal refusal = new Refusal(path, response);
		try {
			this.addresses.check(request);
		}
		catch (ServerTransportSecurityException ex) {
			refusal.send(HttpStatus.valueOf(ex.getStatusCode()), foreign(request, ex.getStatusCode()));
			return;
		}
		if (this.token != null && !HEALTH.contains(path)
				&& !this.token.isIn(request.getHeader(HttpHeaders.AUTHORIZATION))) {
			refuseToken(request, response, refusal);
			return;
		}
		BufferedRequest buffered = BufferedRequest.read(request, this.maxBodySize);
		if (buffered == null) {
			refusal.send(HttpStatus.CONTENT_TOO_LARGE, "The body is longer than " + this.maxBodySize.toBytes()
					+ " bytes, which aidis.mcp.max-body-size allows.");
			return;
		}
		chain.doFilter(buffered, response);
	}

	private static String foreign(HttpServletRequest request, int status) {
		if (status == HttpStatus.FORBIDDEN.value()) {
			return "Web pages of '" + Printable.of(String.valueOf(request.getHeader(HttpHeaders.ORIGIN)))
					+ "' may not send requests here. aidis.mcp.allowed-origins allows those of other origins.";
		}
		String host = request.getHeader(HttpHeaders.HOST);
		return ((host != null) ? "'" + Printable.of(host) + "' is not a name of this server"
				: "The header Host is missing")
				+ ". Address it as localhost, 127.0.0.1 or [::1]; aidis.mcp.allowed-hosts allows other names.";
	}

	private static void refuseToken(HttpServletRequest request, HttpServletResponse response, Refusal refusal)
			throws IOException {
		boolean given = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE,
				"Bearer realm=\"aidis-mcp\"" + (given ? ", error=\"invalid_token\"" : ""));
		refusal.send(HttpStatus.UNAUTHORIZED,
				(given ? "The token is not the one of this server" : "This server asks for a token")
						+ ". Send the header Authorization: Bearer TOKEN, with the value of aidis.mcp.token"
						+ " (AIDIS_MCP_TOKEN) that the server was started with.");
	}

}
