package dev.aidis.port.assignment;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Carries the decision to the web server as {@code server.port}, and to the beans that
 * tell people of it. Empty where a setting of Spring Boot's own decided, which needs no
 * carrying unless an empty one hides it.
 */
final class PortAssignmentPropertySource extends EnumerablePropertySource<PortAssignment> {

	static final String NAME = "aidisPort";

	static final String SERVER_PORT = "server.port";

	private final PortReservation reservation;

	private final ConfigurableEnvironment environment;

	private volatile PortAssignment assignment;

	private final @Nullable Integer port;

	private volatile @Nullable Duration took;

	/**
	 * Create a new source.
	 * @param decision what was decided
	 * @param environment the environment the decision was made for
	 * @param hidden whether an empty setting hides the one that decided
	 */
	PortAssignmentPropertySource(PortDecision decision, ConfigurableEnvironment environment, boolean hidden) {
		super(NAME, decision.assignment());
		this.environment = environment;
		this.assignment = decision.assignment();
		this.reservation = decision.reservation();
		this.port = (hidden || decision.carried()) ? decision.assignment().requestedPort() : null;
	}

	/**
	 * Return the source of an environment.
	 * @return the source, or {@code null} if there is none; a child has its parent's
	 */
	static @Nullable PortAssignmentPropertySource of(ConfigurableEnvironment environment) {
		PropertySource<?> source = environment.getPropertySources().get(NAME);
		return (source instanceof PortAssignmentPropertySource assigned) ? assigned : null;
	}

	/**
	 * Tell whether the decision was made for an environment, and not for its parent's.
	 */
	boolean isOf(ConfigurableEnvironment environment) {
		return this.environment == environment;
	}

	/**
	 * Return what was decided, as it is by now.
	 */
	PortAssignment assignment() {
		return this.assignment;
	}

	/**
	 * Another port is opened than the one that was decided.
	 */
	void moved(int port) {
		this.assignment = this.assignment.movedTo(port);
	}

	/**
	 * Note how long it took to decide.
	 */
	void took(Duration time) {
		this.took = time;
	}

	@Nullable Duration took() {
		return this.took;
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
