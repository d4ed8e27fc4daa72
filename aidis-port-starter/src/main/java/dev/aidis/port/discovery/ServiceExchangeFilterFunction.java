package dev.aidis.port.discovery;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

import dev.aidis.port.PortDiscovery;

/**
 * Lets a {@code WebClient} call {@code aidis://<service>/path}. The port is looked up for
 * each request; if it refuses the connection, it is looked up anew and the request sent
 * once more where its method is idempotent.
 *
 * @since 0.1.0
 */
public final class ServiceExchangeFilterFunction implements ExchangeFilterFunction {

	private final PortDiscovery discovery;

	/**
	 * Create a new filter function.
	 * @param discovery where to look services up
	 */
	public ServiceExchangeFilterFunction(PortDiscovery discovery) {
		this.discovery = discovery;
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		if (!ServiceUri.isServiceUri(request.url())) {
			return next.exchange(request);
		}
		Mono<ClientResponse> exchange = resolve(request).flatMap(next::exchange)
			.doOnError(ServiceUri::isRefused, (failure) -> ServiceUri.doubt(request.url(), this.discovery));
		return exchange.retryWhen(reactor.util.retry.Retry.max(1)
			.filter((failure) -> ServiceUri.isWorthRetrying(request.method(), failure))
			.onRetryExhaustedThrow((retry, signal) -> signal.failure()));
	}

	/**
	 * A look-up reads a file, which must not happen on an event loop.
	 */
	private Mono<ClientRequest> resolve(ClientRequest request) {
		return Mono
			.fromCallable(
					() -> ClientRequest.from(request).url(ServiceUri.resolve(request.url(), this.discovery)).build())
			.subscribeOn(Schedulers.boundedElastic());
	}

}
