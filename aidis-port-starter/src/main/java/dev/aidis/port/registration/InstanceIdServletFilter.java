package dev.aidis.port.registration;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import dev.aidis.port.PortRegistration;

/**
 * Tells a probe which instance it has reached, on servlets. Comes before all other
 * filters, since also who is refused must learn who refuses.
 *
 * @since 0.1.0
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class InstanceIdServletFilter implements Filter {

	private final Supplier<Optional<PortRegistration>> own;

	/**
	 * Create a new filter.
	 * @param own this application's own registration
	 */
	public InstanceIdServletFilter(Supplier<Optional<PortRegistration>> own) {
		this.own = own;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request instanceof HttpServletRequest httpRequest && response instanceof HttpServletResponse httpResponse
				&& httpRequest.getHeader(PortRegistration.PROBE_HEADER) != null) {
			this.own.get()
				.ifPresent((registration) -> httpResponse.setHeader(PortRegistration.INSTANCE_ID_HEADER,
						registration.instanceId()));
		}
		chain.doFilter(request, response);
	}

}
