package dev.aidis.port.assignment;

import java.net.InetAddress;

import org.jspecify.annotations.Nullable;

/**
 * Looks at a port once more in the moment before a web server opens it. Between the first
 * look and that moment the whole application starts, and a neighbour that was told to
 * take the same port does the same. Once the server has failed to open a port there is no
 * way back that all of them offer.
 *
 * @since 0.1.0
 */
public final class PortRecheck {

	private final PortReservation reservation;

	private final PortConflicts conflicts;

	/**
	 * Create a new recheck.
	 * @param reservation the port that was chosen for the application
	 * @param conflicts what is to be done about a fixed port that is in use
	 */
	public PortRecheck(PortReservation reservation, PortConflicts conflicts) {
		this.reservation = reservation;
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
		int reserved = this.reservation.recheck(port);
		boolean givesWay = reserved == port && this.conflicts.givesWay(port, address);
		return givesWay ? 0 : reserved;
	}

}
