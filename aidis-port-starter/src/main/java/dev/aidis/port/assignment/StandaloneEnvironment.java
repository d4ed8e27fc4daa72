package dev.aidis.port.assignment;

import java.nio.file.Path;
import java.util.Map;

import org.apache.commons.logging.LogFactory;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The environment of a program that is a service and no Spring Boot application, such as
 * one that has no time to start one. It is read as an application's would be: system
 * properties, environment variables and the {@code .env} file, but no application
 * configuration.
 * <p>
 * A program that opens the port tells {@link PortReservation#of its reservation} so, and
 * closes that when it ends.
 *
 * @since 0.1.0
 */
public final class StandaloneEnvironment {

	private static final String SERVICE_NAME_SOURCE = "aidisServiceName";

	private StandaloneEnvironment() {
	}

	/**
	 * Create the environment of a program. Costs little.
	 * @param serviceName the name the program registers under
	 * @return the environment
	 */
	public static ConfigurableEnvironment create(String serviceName) {
		StandardEnvironment environment = new StandardEnvironment();
		if (environment.getProperty("aidis.port.dotenv.enabled", Boolean.class, true)) {
			assigner().addEnvFile(environment.getPropertySources(), Path.of(""));
		}
		environment.getPropertySources()
			.addFirst(new MapPropertySource(SERVICE_NAME_SOURCE, Map.of("aidis.port.service-name", serviceName)));
		return environment;
	}

	/**
	 * Decide about the port of a program by the same ladder as that of an application.
	 * @param environment the program's environment
	 * @return what was decided
	 * @throws RuntimeException if a setting cannot be used, with a message that says why:
	 * a value that is no port where the program is to be strict about it, or a range of
	 * ports of which somebody has each
	 */
	public static PortAssignment assignPort(ConfigurableEnvironment environment) {
		assigner().assign(environment, PortAssignmentProperties.get(environment),
				StandaloneEnvironment.class.getClassLoader());
		return PortAssignment.of(environment);
	}

	private static PortAssigner assigner() {
		return new PortAssigner(LogFactory.getLog(PortAssignment.class));
	}

}
