package dev.aidis.port.sample.command;

import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Shows people a page where programs get a problem detail (RFC 9457): a browser that
 * opens an address asks for HTML by name. The scripts of the page are programs.
 */
@Component
final class ErrorPageResolver implements HandlerExceptionResolver, Ordered {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		if (!(ex instanceof ErrorResponse error) || !isOpened(request)) {
			return null;
		}
		HttpStatus status = HttpStatus.resolve(error.getStatusCode().value());
		if (status == null) {
			return null;
		}
		error.getHeaders().forEach((name, values) -> values.forEach((value) -> response.addHeader(name, value)));
		String detail = (ex instanceof NoResourceFoundException) ? null : error.getBody().getDetail();
		return ErrorPages.show(status, detail);
	}

	private static boolean isOpened(HttpServletRequest request) {
		String accept = request.getHeader(HttpHeaders.ACCEPT);
		String destination = request.getHeader("Sec-Fetch-Dest");
		return READING.contains(request.getMethod()) && accept != null && accept.contains(MediaType.TEXT_HTML_VALUE)
				&& (destination == null || destination.equals("document")) && request.getHeader("HX-Request") == null;
	}

	/**
	 * Before those that answer with problem details.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
