package dev.aidis.port.sample.mcp.tools;

import java.util.Optional;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.discovery.ServiceHealth;
import dev.aidis.port.discovery.ServiceHealthProbe;
import dev.aidis.port.sample.mcp.tools.PortOwnership.Owner;

/**
 * Asks an instance for its health, and finds out whether it is the instance at all that
 * has its port. An entry may outlive its server, and entries of older programs cannot
 * prove who answers for them; the operating system knows better.
 */
@Component
class InstanceCheck {

	private static final String UNVERIFIED = ", but whether that is the service itself could not be verified:"
			+ " it does not prove who it is, and the operating system does not tell whose the port is";

	private final ServiceHealthProbe probe;

	private final PortOwnership ownership;

	@Autowired
	InstanceCheck(ServiceHealthProbe probe) {
		this(probe, new PortOwnership());
	}

	InstanceCheck(ServiceHealthProbe probe, PortOwnership ownership) {
		this.probe = probe;
		this.ownership = ownership;
	}

	/**
	 * Check an instance.
	 * @param registration the instance
	 * @return its health, not healthy if another program has its port
	 */
	Result check(PortRegistration registration) {
		ServiceHealth health = this.probe.probe(registration);
		if (health.healthy() && registration.provesIdentity()) {
			return new Result(registration, health, false);
		}
		Owner owner = this.ownership.of(registration);
		Optional<String> stranger = owner.stranger();
		if (health.answeredByAnother()) {
			String who = stranger.map((description) -> ": " + description).orElse("");
			return new Result(registration, new ServiceHealth(false, health.detail() + who), true);
		}
		if (stranger.isPresent()) {
			return new Result(registration,
					new ServiceHealth(false, "the port is another program's: " + stranger.get()), true);
		}
		if (health.healthy() && !owner.isItself()) {
			return new Result(registration, new ServiceHealth(true, health.detail() + UNVERIFIED), false);
		}
		return new Result(registration, health, false);
	}

	/**
	 * What a check gave.
	 *
	 * @param registration the instance
	 * @param health its health
	 * @param stranger whether another program has its port
	 */
	record Result(PortRegistration registration, ServiceHealth health, boolean stranger) {

		CheckedService toService() {
			return new CheckedService(Service.of(this.registration), this.health.healthy(), this.health.detail());
		}

		/**
		 * Say what is registered and what is wrong with it.
		 */
		String describe() {
			return "'" + Printable.of(this.registration.serviceName()) + "' is registered at " + this.registration.uri()
					+ " by process " + this.registration.pid() + ", but " + this.health.detail();
		}

	}

}
