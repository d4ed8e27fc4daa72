package dev.aidis.port.discovery.cloud;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.discovery.PortClusters;

/**
 * Finds services in the registry for Spring Cloud: {@code @LoadBalanced} clients,
 * {@code lb://} routes, OpenFeign. Instances that are ready are preferred to those that
 * start.
 *
 * @since 0.1.0
 */
public final class PortDiscoveryClient implements DiscoveryClient {

	/**
	 * Before other registries, which are asked for what is not here.
	 */
	static final int ORDER = DEFAULT_ORDER - 10;

	private final PortClusters clusters;

	private final Consumer<String> lookups;

	/**
	 * Create a new client.
	 * @param clusters where to look
	 * @param lookups is told the name of each service that is looked up
	 */
	public PortDiscoveryClient(PortClusters clusters, Consumer<String> lookups) {
		this.clusters = clusters;
		this.lookups = lookups;
	}

	@Override
	public String description() {
		return "aidis-port registry " + this.clusters.location();
	}

	@Override
	public List<ServiceInstance> getInstances(String serviceId) {
		this.lookups.accept(serviceId.toLowerCase(Locale.ROOT));
		List<PortRegistration> live = this.clusters.registrations(serviceId);
		List<PortRegistration> ready = live.stream().filter((found) -> found.status() != Status.STARTING).toList();
		return (ready.isEmpty() ? live : ready).stream().<ServiceInstance>map(RegisteredServiceInstance::new).toList();
	}

	@Override
	public List<String> getServices() {
		return this.clusters.names();
	}

	/**
	 * Check that the registry can be read and written.
	 */
	@Override
	public void probe() {
		this.clusters.verify();
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
