package dev.aidis.port.assignment;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.EnumerablePropertySource;

/**
 * Carries the decision to the web server as {@code server.port}, and to the beans that
 * tell people of it. Empty where a setting of Spring Boot's own decided, which needs no
 * carrying unless an empty one hides it.
 */
final class PortAssignmentPropertySource extends EnumerablePropertySource<PortAssignment> {

	static final String NAME = "aidisPort";

	static final String SERVER_PORT = "server.port";

	private final PortReservation reservation;

	private final @Nullable Integer port;

	/**
	 * Create a new source.
	 * @param decision what was decided
	 * @param hidden whether an empty setting hides the one that decided
	 */
	PortAssignmentPropertySource(PortDecision decision, boolean hidden) {
		super(NAME, decision.assignment());
		this.reservation = decision.reservation();
		this.port = (hidden || decision.carried()) ? decision.assignment().requestedPort() : null;
	}

	PortReservation reservation() {
		return this.reservation;
	}

	@Override
	public String[] getPropertyNames() {
		return (this.port != null) ? new String[] { SERVER_PORT } : new String[0];
	}

	@Override
	public @Nullable Object getProperty(String name) {
		return SERVER_PORT.equals(name) ? this.port : null;
	}

}
