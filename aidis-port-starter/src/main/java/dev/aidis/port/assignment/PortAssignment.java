package dev.aidis.port.assignment;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * What was decided about the port of this application before its web server started.
 *
 * @param serviceName the name the application registers under
 * @param rung the rung of the ladder that decided
 * @param requestedPort the port the web server is told to take, 0 for one that the
 * operating system chooses; {@code null} where a Spring Boot setting decided that is no
 * number
 * @param assignedBy the setting that decided, for people, such as
 * {@code environment variable AIDIS_MCP_PORT}
 * @since 0.1.0
 */
public record PortAssignment(String serviceName, Rung rung, @Nullable Integer requestedPort, String assignedBy) {

	/**
	 * Return what was decided for an environment.
	 * @param environment the environment of a started application
	 * @return the assignment; one with {@link Rung#NONE} where none took place, as in an
	 * application without a web server
	 */
	public static PortAssignment of(ConfigurableEnvironment environment) {
		PropertySource<?> source = environment.getPropertySources().get(PortAssignmentPropertySource.NAME);
		if (source instanceof PortAssignmentPropertySource assigned) {
			return assigned.getSource();
		}
		ServiceName name = ServiceName.of(environment, PortAssignmentProperties.get(environment), (message) -> {
		});
		return new PortAssignment(name.value(), Rung.NONE, null, "no port assignment");
	}

	boolean isDecidedBySpringBoot() {
		return this.rung == Rung.OVERRIDE || this.rung == Rung.APPLICATION_CONFIGURATION || this.rung == Rung.NONE;
	}

	/**
	 * The rungs of the ladder; the first that has a usable value decides.
	 */
	public enum Rung {

		/**
		 * An explicit {@code server.port} on the command line, in a system property, in
		 * the environment or in a test.
		 */
		OVERRIDE,

		/**
		 * The service's own setting, such as {@code AIDIS_MCP_PORT}.
		 */
		SERVICE_SETTING,

		/**
		 * A variable that is not of this service alone, such as {@code PORT}.
		 */
		GENERIC_VARIABLE,

		/**
		 * The {@code server.port} of {@code application.properties} and the like.
		 */
		APPLICATION_CONFIGURATION,

		/**
		 * The default port known for the service's name.
		 */
		DEFAULT_PORT,

		/**
		 * Nothing is known, so the operating system chooses.
		 */
		DYNAMIC,

		/**
		 * No assignment took place.
		 */
		NONE

	}

}
