package dev.aidis.port.sample.mcp.bridge;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.discovery.HttpServiceHealthProbe;
import dev.aidis.port.registry.file.InstanceProbe;

/**
 * Asks instances over HTTP whose processes cannot be seen, such as those in containers.
 */
final class ServerProbe implements InstanceProbe {

	private final HttpServiceHealthProbe probe = new HttpServiceHealthProbe();

	@Override
	public boolean answers(PortRegistration registration) {
		return registration.provesIdentity() ? this.probe.isInstance(registration)
				: this.probe.isReachable(registration);
	}

	@Override
	public boolean isInstance(PortRegistration registration) {
		return registration.provesIdentity() && this.probe.isInstance(registration);
	}

}
