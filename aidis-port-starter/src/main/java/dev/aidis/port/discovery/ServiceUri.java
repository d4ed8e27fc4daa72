package dev.aidis.port.discovery;

import java.net.ConnectException;
import java.net.URI;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

import dev.aidis.port.PortDiscovery;

/**
 * URLs such as {@code aidis://orders/path?query}, which name a service instead of a host
 * and port.
 */
final class ServiceUri {

	private static final String SCHEME = "aidis";

	private static final Set<String> HTTP = Set.of("http", "https");

	/**
	 * Methods that may be sent twice, see RFC 9110, section 9.2.2.
	 */
	private static final Set<HttpMethod> IDEMPOTENT = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS,
			HttpMethod.TRACE, HttpMethod.PUT, HttpMethod.DELETE);

	private ServiceUri() {
	}

	static boolean isServiceUri(URI uri) {
		return SCHEME.equalsIgnoreCase(uri.getScheme());
	}

	/**
	 * Replace the service's name by its present address.
	 */
	static URI resolve(URI uri, PortDiscovery discovery) {
		String name = uri.getRawAuthority();
		if (name == null || name.isEmpty()) {
			throw new IllegalArgumentException("'" + uri + "' names no service; write aidis://<service>/<path>");
		}
		if (name.contains(":") || name.contains("@")) {
			throw new IllegalArgumentException(
					"'" + uri + "' must name a service and nothing else before its path; the port is looked up");
		}
		URI server = discovery.resolve(name);
		if (!HTTP.contains(server.getScheme())) {
			throw new IllegalArgumentException("'" + uri + "' leads to " + server
					+ ", which speaks no HTTP; look its host and port up with PortDiscovery");
		}
		StringBuilder resolved = new StringBuilder(server.toString()).append(uri.getRawPath());
		if (uri.getRawQuery() != null) {
			resolved.append('?').append(uri.getRawQuery());
		}
		return URI.create(resolved.toString());
	}

	/**
	 * Believe no longer that a service is where it was said to be, since it was not.
	 */
	static void doubt(URI uri, PortDiscovery discovery) {
		discovery.doubt(uri.getRawAuthority());
	}

	/**
	 * Tell whether a request may be sent again after it failed: it reached nobody, and it
	 * would do no harm if it had.
	 */
	static boolean isWorthRetrying(HttpMethod method, @Nullable Throwable failure) {
		return IDEMPOTENT.contains(method) && isRefused(failure);
	}

	/**
	 * Tell whether a request reached nobody.
	 */
	static boolean isRefused(@Nullable Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof ConnectException)) {
			cause = cause.getCause();
		}
		return cause != null;
	}

}
