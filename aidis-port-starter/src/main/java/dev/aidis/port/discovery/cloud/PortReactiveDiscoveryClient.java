package dev.aidis.port.discovery.cloud;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;

/**
 * Finds services in the registry for what does not block. Reading it blocks, so it is
 * read where blocking does no harm.
 *
 * @since 0.1.0
 */
public final class PortReactiveDiscoveryClient implements ReactiveDiscoveryClient {

	private final PortDiscoveryClient client;

	/**
	 * Create a new client.
	 * @param client looks
	 */
	public PortReactiveDiscoveryClient(PortDiscoveryClient client) {
		this.client = client;
	}

	@Override
	public String description() {
		return this.client.description();
	}

	@Override
	public Flux<ServiceInstance> getInstances(String serviceId) {
		return Flux.defer(() -> Flux.fromIterable(this.client.getInstances(serviceId)))
			.subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public Flux<String> getServices() {
		return Flux.defer(() -> Flux.fromIterable(this.client.getServices())).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public Mono<Void> reactiveProbe() {
		return Mono.<Void>fromRunnable(this.client::probe).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public int getOrder() {
		return this.client.getOrder();
	}

}
