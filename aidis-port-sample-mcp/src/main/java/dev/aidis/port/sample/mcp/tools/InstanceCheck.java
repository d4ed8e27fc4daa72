package dev.aidis.port.sample.mcp.tools;

import java.util.List;
import java.util.Optional;

import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.assignment.PortHolder;
import dev.aidis.port.assignment.PortHolders;
import dev.aidis.port.discovery.ServiceHealth;
import dev.aidis.port.discovery.ServiceHealthProbe;

/**
 * Asks an instance for its health, and finds out whether it is the instance at all that
 * has its port. An entry may outlive its server, and entries of older programs cannot
 * prove who answers for them; the operating system knows better.
 */
@Component
class InstanceCheck {

	private final ServiceHealthProbe probe;

	private final PortHolders portHolders = new PortHolders();

	InstanceCheck(ServiceHealthProbe probe) {
		this.probe = probe;
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
		Optional<String> stranger = stranger(registration);
		if (health.answeredByAnother()) {
			String who = stranger.map((description) -> ": " + description).orElse("");
			return new Result(registration, new ServiceHealth(false, health.detail() + who), true);
		}
		return stranger
			.map((description) -> new Result(registration,
					new ServiceHealth(false, "the port is another program's: " + description), true))
			.orElseGet(() -> new Result(registration, health, false));
	}

	/**
	 * Describe the process that listens on the port of an instance, if it is certain that
	 * it is not the instance's own. A parent and its child often share a server.
	 */
	private Optional<String> stranger(PortRegistration registration) {
		if (registration.metadata().containsKey(PortRegistration.LOCAL_PORT)
				|| ProcessHandle.of(registration.pid()).isEmpty()) {
			return Optional.empty();
		}
		List<PortHolder> holders = this.portHolders.find(registration.port())
			.stream()
			.filter(PortHolder::listening)
			.toList();
		if (holders.isEmpty() || holders.stream().anyMatch((holder) -> mayBe(holder.pid(), registration.pid()))) {
			return Optional.empty();
		}
		return Optional.of(holders.get(0).describe());
	}

	private static boolean mayBe(long holder, long registered) {
		return holder == 0 || holder == registered || isParent(holder, registered) || isParent(registered, holder);
	}

	private static boolean isParent(long parent, long child) {
		return ProcessHandle.of(child)
			.flatMap(ProcessHandle::parent)
			.filter((process) -> process.pid() == parent)
			.isPresent();
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
