package dev.aidis.port.sample.command.security;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.aidis.port.Printable;

/**
 * Lets only requests pass that are addressed to this service, and of those that web pages
 * of elsewhere send only the following of a link.
 */
final class RequestGuard extends OncePerRequestFilter {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	private final LocalRequests requests;

	RequestGuard(LocalRequests requests) {
		this.requests = requests;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!this.requests.isAddressedHere(request)) {
			Problems.send(request, response, HttpStatus.MISDIRECTED_REQUEST,
					"'" + Printable.of(String.valueOf(request.getHeader(HttpHeaders.HOST)))
							+ "' is not a name of this service. Address it as localhost, 127.0.0.1 or [::1]; "
							+ "aidis.command.allowed-hosts allows other names.");
		}
		else if (!this.requests.isFromHere(request) && !isLink(request)) {
			Problems.send(request, response, HttpStatus.FORBIDDEN,
					"Web pages of other origins may link to this service, and no more.");
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private static boolean isLink(HttpServletRequest request) {
		return READING.contains(request.getMethod()) && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
				&& "document".equals(request.getHeader("Sec-Fetch-Dest"));
	}

}
