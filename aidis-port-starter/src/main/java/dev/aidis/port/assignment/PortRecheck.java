package dev.aidis.port.assignment;

import java.net.InetAddress;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Looks at a port once more in the moment before a web server opens it. Between the first
 * look and that moment the whole application starts, and a neighbour that was told to
 * take the same port does the same. Once the server has failed to open a port there is no
 * way back that all of them offer.
 *
 * @since 0.1.0
 */
public final class PortRecheck {

	private final ConfigurableEnvironment environment;

	private final PortReservation reservation;

	private final PortConflicts conflicts;

	/**
	 * Create a new recheck.
	 * @param environment the environment of the application, which knows its port
	 */
	public PortRecheck(ConfigurableEnvironment environment) {
		this(environment, new PortConflicts(environment));
	}

	PortRecheck(ConfigurableEnvironment environment, PortConflicts conflicts) {
		this.environment = environment;
		this.reservation = PortReservation.of(environment);
		this.conflicts = conflicts;
	}

	/**
	 * Tell whether there may be a port to open instead of a certain one. What it costs to
	 * find out whether that one is in use can be saved otherwise.
	 * @param port the port that a web server is about to open, 0 or less for none that
	 * matters
	 * @return whether it is worth a look
	 */
	public boolean mayMove(int port) {
		return port > 0 && (this.reservation.isFor(port) || this.conflicts.mayMove(port));
	}

	/**
	 * Return the port to open.
	 * @param port the port that a web server is about to open, 0 or less for none that
	 * matters
	 * @param address the address to open it on, or {@code null} for all
	 * @return the same port if nobody has taken it or there is no other; else the port to
	 * open instead, 0 for a dynamic one
	 */
	public int portToOpen(int port, @Nullable InetAddress address) {
		int open = port;
		if (this.reservation.isFor(port)) {
			open = this.reservation.recheck(port);
		}
		else if (this.conflicts.givesWay(port, address)) {
			open = 0;
		}
		PortAssignmentPropertySource assigned = PortAssignmentPropertySource.of(this.environment);
		if (open != port && assigned != null && Integer.valueOf(port).equals(assigned.assignment().requestedPort())) {
			assigned.moved(open);
		}
		return open;
	}

}
