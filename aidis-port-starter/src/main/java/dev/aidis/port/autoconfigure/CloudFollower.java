package dev.aidis.port.autoconfigure;

import java.util.function.BooleanSupplier;

import org.springframework.beans.factory.DisposableBean;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registration.RegistrationFollower;
import dev.aidis.port.registry.cloud.CloudPortRegistry;

/**
 * Gives Spring Cloud's registries, where the registry is another one, what that one is
 * told.
 */
final class CloudFollower implements RegistrationFollower, DisposableBean {

	private final CloudPortRegistry registries;

	private final BooleanSupplier needed;

	CloudFollower(CloudPortRegistry registries, BooleanSupplier needed) {
		this.registries = registries;
		this.needed = needed;
	}

	@Override
	public void registered(PortRegistration registration) {
		if (this.needed.getAsBoolean()) {
			this.registries.register(registration);
		}
	}

	@Override
	public void ended(PortRegistration registration) {
		this.registries.deregister(registration.instanceId());
	}

	@Override
	public void destroy() {
		this.registries.close();
	}

}
