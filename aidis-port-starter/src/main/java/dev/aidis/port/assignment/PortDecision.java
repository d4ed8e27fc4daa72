package dev.aidis.port.assignment;

import java.util.Objects;

/**
 * What the ladder comes to.
 *
 * @param assignment what was decided, for people
 * @param reservation holds the port
 * @param carried whether the web server must be told of the port: not if a setting of
 * Spring Boot's own asks for the same
 */
record PortDecision(PortAssignment assignment, PortReservation reservation, boolean carried) {

	/**
	 * Tell whether something else was decided.
	 */
	boolean isInsteadOf(PortDecision other) {
		return !Objects.equals(this.assignment, other.assignment);
	}

}
