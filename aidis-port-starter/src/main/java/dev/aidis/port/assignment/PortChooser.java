package dev.aidis.port.assignment;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a port where the settings leave a choice: one of a range, or the one the
 * service had before.
 */
final class PortChooser {

	private static final int MAX_HOLDERS = 20;

	private static final String FORBIDDEN = "nobody, but this process may not open it";

	private final String serviceName;

	private final Supplier<String> registry;

	private final FreePorts freePorts;

	private final StickyPorts stickyPorts;

	private final SystemPorts systemPorts;

	private final PortOwners owners;

	private final Log logger;

	/**
	 * Create a new chooser.
	 * @param serviceName the name of the service
	 * @param registry tells the registry the service belongs to
	 * @param freePorts finds ports that are free
	 * @param stickyPorts finds the port the service had
	 * @param systemPorts what the operating system tells
	 * @param owners tells who has a port
	 * @param logger takes what a person should know
	 */
	PortChooser(String serviceName, Supplier<String> registry, FreePorts freePorts, StickyPorts stickyPorts,
			SystemPorts systemPorts, PortOwners owners, Log logger) {
		this.serviceName = serviceName;
		this.registry = registry;
		this.freePorts = freePorts;
		this.stickyPorts = stickyPorts;
		this.systemPorts = systemPorts;
		this.owners = owners;
		this.logger = logger;
	}

	/**
	 * Choose a known port, which gives way to a dynamic one.
	 * @param port the port, 0 for any
	 * @return the reservation, or {@code null} if somebody has the port
	 */
	@Nullable PortReservation ifFree(int port) {
		if (port == 0) {
			return any();
		}
		return this.freePorts.isFreeForServer(port) ? PortReservation.none(port) : null;
	}

	/**
	 * Leave the choice to the operating system, unless the service is to have the port it
	 * had before and that is free.
	 */
	PortReservation any() {
		int previous = this.stickyPorts.previous();
		PortCandidate same = (previous != 0) ? this.freePorts.lease(previous) : null;
		if (same != null) {
			return reserve(same, () -> PortCandidate.DYNAMIC);
		}
		if (previous != 0) {
			warnChanged(previous, "is in use by " + this.owners.describe(previous), PortCandidate.DYNAMIC);
		}
		return reserve(PortCandidate.DYNAMIC, () -> null);
	}

	/**
	 * Choose one of a range of ports: the one the service had before, else the first that
	 * is free in the service's own order.
	 * @param range the range
	 * @param setting the setting that asks for it, with its place
	 * @return the reservation, or {@code null} if this process may open none of them
	 * @throws PortRangeExhaustedException if somebody has each of them
	 */
	@Nullable PortReservation oneOf(PortRange range, String setting) {
		warnIfEphemeral(range, setting);
		int previous = this.stickyPorts.previous();
		Set<Integer> order = new LinkedHashSet<>(range.contains(previous) ? List.of(previous) : List.of());
		order.addAll(range.inOrderOf(this.serviceName + ' ' + this.registry.get()));
		PortCandidate chosen = this.freePorts.firstOf(order);
		if (chosen != null) {
			if (previous != 0 && previous != chosen.port()) {
				warnChanged(previous, range.contains(previous) ? "is in use by " + this.owners.describe(previous)
						: "is not in the range " + range, chosen);
			}
			return reserve(chosen, () -> this.freePorts.firstOf(order));
		}
		if (this.systemPorts.isForbidden(range)) {
			return null;
		}
		this.stickyPorts.forget();
		throw new PortRangeExhaustedException(this.serviceName, range, setting, holders(range));
	}

	private PortReservation reserve(PortCandidate chosen, Supplier<@Nullable PortCandidate> others) {
		return new PortReservation(chosen, this.freePorts::isFree, others, this.stickyPorts.memory(),
				this.logger::warn);
	}

	private void warnIfEphemeral(PortRange range, String setting) {
		PortRange ephemeral = this.systemPorts.ephemeral();
		if (range.overlaps(ephemeral)) {
			this.logger.warn("The range " + range + " (" + setting + ") overlaps the ports " + ephemeral
					+ ", which the operating system gives to outgoing connections and to programs that ask for any "
					+ "port, so some of it may be taken at any time. Choose a range outside of them.");
		}
	}

	private void warnChanged(int previous, String reason, PortCandidate chosen) {
		this.logger.warn("Service '" + this.serviceName + "' had port " + previous + " before, which " + reason
				+ ", so it gets " + chosen + " (aidis.port.sticky).");
	}

	private List<String> holders(PortRange range) {
		List<String> holders = new ArrayList<>();
		this.owners.describe(IntStream.rangeClosed(range.first(), range.last()).limit(MAX_HOLDERS).boxed().toList())
			.forEach((port, owner) -> holders.add(port + ": " + (isForbidden(port) ? FORBIDDEN : owner)));
		int more = range.last() - range.first() + 1 - holders.size();
		if (more > 0) {
			holders.add("and " + more + " more");
		}
		return holders;
	}

	private boolean isForbidden(int port) {
		return port < this.systemPorts.unprivileged() && this.systemPorts.isForbidden(new PortRange(port, port));
	}

}
