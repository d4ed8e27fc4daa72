package dev.aidis.port.sample.command.registry;

import dev.aidis.port.PortRegistration.Status;

/**
 * How far an instance is.
 *
 * @since 0.1.0
 */
public enum State {

	/**
	 * Its web server is open, it is not ready yet.
	 */
	STARTING,

	/**
	 * It said it is ready.
	 */
	UP,

	/**
	 * It is registered and does not tell.
	 */
	UNKNOWN,

	/**
	 * Its entry is in the registry, but its process has ended or nothing tells that it
	 * lives.
	 */
	STALE,

	/**
	 * Its process ended without removing its entry.
	 */
	DEAD;

	static State of(Status status) {
		return switch (status) {
			case STARTING -> STARTING;
			case UP -> UP;
			case UNKNOWN -> UNKNOWN;
		};
	}

	/**
	 * Tell whether look-ups return an instance in this state.
	 * @return whether they do
	 */
	public boolean isLive() {
		return this != STALE && this != DEAD;
	}

}
