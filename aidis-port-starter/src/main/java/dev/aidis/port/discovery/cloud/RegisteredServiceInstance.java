package dev.aidis.port.discovery.cloud;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.cloud.client.ServiceInstance;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.cloud.ServiceFacts;

/**
 * A registration as Spring Cloud sees it.
 */
final class RegisteredServiceInstance implements ServiceInstance {

	private final PortRegistration registration;

	RegisteredServiceInstance(PortRegistration registration) {
		this.registration = registration;
	}

	@Override
	public String getInstanceId() {
		return this.registration.instanceId();
	}

	@Override
	public String getServiceId() {
		return this.registration.serviceName();
	}

	@Override
	public String getHost() {
		return this.registration.host();
	}

	@Override
	public int getPort() {
		return this.registration.port();
	}

	@Override
	public boolean isSecure() {
		return "https".equals(this.registration.scheme());
	}

	@Override
	public URI getUri() {
		return this.registration.uri();
	}

	@Override
	public String getScheme() {
		return this.registration.scheme();
	}

	@Override
	public Map<String, String> getMetadata() {
		Map<String, String> metadata = new LinkedHashMap<>(this.registration.metadata());
		if (this.registration.managementPort() != null) {
			metadata.put(ServiceFacts.MANAGEMENT_PORT, this.registration.managementPort().toString());
		}
		return metadata;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof RegisteredServiceInstance that && this.registration.equals(that.registration);
	}

	@Override
	public int hashCode() {
		return this.registration.hashCode();
	}

	@Override
	public String toString() {
		return this.registration.toString();
	}

}
