package dev.aidis.port.assignment;

import org.jspecify.annotations.Nullable;

/**
 * A port to be opened.
 *
 * @param port the port, 0 for one that the operating system chooses
 * @param lease keeps others from choosing it, where that is possible
 */
record PortCandidate(int port, @Nullable PortLease lease) {

	static final PortCandidate DYNAMIC = new PortCandidate(0, null);

	@Override
	public String toString() {
		return (this.port != 0) ? "port " + this.port : "a dynamic one";
	}

}
