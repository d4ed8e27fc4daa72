package dev.aidis.port.assignment;

/**
 * What the ladder comes to.
 *
 * @param assignment what was decided, for people
 * @param reservation holds the port
 * @param carried whether the web server must be told of the port: not if a setting of
 * Spring Boot's own asks for the same
 */
record PortDecision(PortAssignment assignment, PortReservation reservation, boolean carried) {

}
