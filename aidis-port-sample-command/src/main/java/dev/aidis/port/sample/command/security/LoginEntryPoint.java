package dev.aidis.port.sample.command.security;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Sends people to the login, and tells programs that they must send credentials. A script
 * of the page is not told how, or the browser would ask in a window of its own.
 */
final class LoginEntryPoint implements AuthenticationEntryPoint {

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException ex)
			throws IOException {
		String path = request.getRequestURI().substring(request.getContextPath().length());
		if (path.equals("/") && accepts(request)) {
			response.sendRedirect(request.getContextPath() + "/login");
			return;
		}
		if (request.getHeader("HX-Request") == null && request.getHeader("Sec-Fetch-Mode") == null) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"aidis-command\"");
		}
		Problems.send(request, response, HttpStatus.UNAUTHORIZED,
				"Log in at /login, or send the credentials of aidis.command.login by HTTP Basic.");
	}

	private static boolean accepts(HttpServletRequest request) {
		String accept = request.getHeader(HttpHeaders.ACCEPT);
		return accept != null && accept.contains("text/html");
	}

}
