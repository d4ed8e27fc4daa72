package dev.aidis.port.registration;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import dev.aidis.port.PortRegistration;

/**
 * Tells a probe which instance it has reached, on WebFlux. Comes before all other
 * filters, since also who is refused must learn who refuses.
 * <p>
 * WebFlux applies the filters of a context to the servers of its children, too, so the
 * context that answers tells whose registration is meant: a management server's is its
 * parent's, another application's is its own.
 *
 * @since 0.1.0
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class InstanceIdWebFilter implements WebFilter {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (exchange.getRequest().getHeaders().containsHeader(PortRegistration.PROBE_HEADER)) {
			registration(exchange.getApplicationContext()).ifPresent((registration) -> exchange.getResponse()
				.getHeaders()
				.set(PortRegistration.INSTANCE_ID_HEADER, registration.instanceId()));
		}
		return chain.filter(exchange);
	}

	private static Optional<PortRegistration> registration(@Nullable ApplicationContext context) {
		return Optional.ofNullable(context)
			.map((answering) -> answering.getBeanProvider(PortRegistrar.class).getIfAvailable())
			.flatMap(PortRegistrar::registration);
	}

}
