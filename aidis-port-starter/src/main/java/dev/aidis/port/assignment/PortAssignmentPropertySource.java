package dev.aidis.port.assignment;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.EnumerablePropertySource;

/**
 * Carries the decision to the web server as {@code server.port}, and to the beans that
 * tell people of it. Empty where a setting of Spring Boot's own decided.
 */
final class PortAssignmentPropertySource extends EnumerablePropertySource<PortAssignment> {

	static final String NAME = "aidisPort";

	static final String SERVER_PORT = "server.port";

	PortAssignmentPropertySource(PortAssignment assignment) {
		super(NAME, assignment);
	}

	@Override
	public String[] getPropertyNames() {
		return this.source.isDecidedBySpringBoot() ? new String[0] : new String[] { SERVER_PORT };
	}

	@Override
	public @Nullable Object getProperty(String name) {
		return (SERVER_PORT.equals(name) && !this.source.isDecidedBySpringBoot()) ? this.source.requestedPort() : null;
	}

}
