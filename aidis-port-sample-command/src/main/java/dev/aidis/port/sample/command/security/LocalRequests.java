package dev.aidis.port.sample.command.security;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Tells requests to this service from those that a web page of elsewhere makes a browser
 * send, by a host name that points here (DNS rebinding) or across origins.
 */
final class LocalRequests {

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

	/**
	 * Names that lead to this machine, whoever is asked (RFC 6761, section 6.3). The
	 * exported configuration of proxies uses them.
	 */
	private static final String BELOW_LOCALHOST = ".localhost";

	private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(?::(\\d{1,5}))?");

	private static final Pattern ORIGIN = Pattern.compile("https?://(.+)");

	private final List<String> allowed;

	/**
	 * Create a new instance.
	 * @param allowed further host names, with a port or for any
	 */
	LocalRequests(List<String> allowed) {
		this.allowed = allowed.stream().map((host) -> host.strip().toLowerCase(Locale.ROOT)).toList();
	}

	/**
	 * Tell whether a request is addressed to this service by a name of its own. The
	 * address that the connection was made to is one: no name led astray to it.
	 */
	boolean isAddressedHere(HttpServletRequest request) {
		String host = host(request);
		return host != null && isOurs(host, request);
	}

	private boolean isOurs(String host, HttpServletRequest request) {
		Matcher matcher = HOST.matcher(host);
		if (!matcher.matches()) {
			return false;
		}
		String name = matcher.group(1);
		return LOOPBACK.contains(name) || name.endsWith(BELOW_LOCALHOST) || this.allowed.contains(name)
				|| this.allowed.contains(host) || this.allowed.contains(name + ":*")
				|| isLocalAddress(name, request.getLocalAddr());
	}

	private static boolean isLocalAddress(String name, @Nullable String address) {
		if (address == null) {
			return false;
		}
		return name.equals(address.contains(":") ? "[" + address + "]" : address);
	}

	/**
	 * Tell whether a request comes from a page of this service, or from no page at all.
	 */
	boolean isFromHere(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		if (site != null && !"same-origin".equals(site) && !"none".equals(site)) {
			return false;
		}
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		if (origin == null) {
			return true;
		}
		Matcher matcher = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
		return matcher.matches() && matcher.group(1).equals(host(request));
	}

	private static @Nullable String host(HttpServletRequest request) {
		String host = request.getHeader(HttpHeaders.HOST);
		return (host != null) ? host.toLowerCase(Locale.ROOT) : null;
	}

}
