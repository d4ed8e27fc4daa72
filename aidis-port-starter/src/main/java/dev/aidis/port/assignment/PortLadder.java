package dev.aidis.port.assignment;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

import dev.aidis.port.Printable;
import dev.aidis.port.assignment.PortAssignment.Rung;

/**
 * Climbs down the ladder of settings until one tells the port. The first usable value
 * wins; a value that is no port is skipped with a warning that says what is used instead.
 */
final class PortLadder {

	private static final ConfigurationPropertyName SERVER_PORT = ConfigurationPropertyName
		.of(PortAssignmentPropertySource.SERVER_PORT);

	private final ConfigurableEnvironment environment;

	private final PortSettings settings;

	private final PortAssignmentProperties properties;

	private final ServiceName name;

	private final BiPredicate<Integer, @Nullable InetAddress> freePort;

	private final Log logger;

	private final List<Skipped> skipped = new ArrayList<>();

	PortLadder(ConfigurableEnvironment environment, PortAssignmentProperties properties, ServiceName name,
			BiPredicate<Integer, @Nullable InetAddress> freePort, Log logger) {
		this.environment = environment;
		this.settings = new PortSettings(environment);
		this.properties = properties;
		this.name = name;
		this.freePort = freePort;
		this.logger = logger;
	}

	/**
	 * Decide about the port.
	 * @param overrides which property sources stand above those of the application's own
	 * configuration
	 * @throws InvalidPortSettingException if a value is no port and the application is
	 * strict about it
	 */
	PortAssignment climb(Predicate<PropertySource<?>> overrides) {
		PortAssignment assignment = decide(overrides);
		this.skipped.forEach((skipped) -> skipped.report(assignment));
		return assignment;
	}

	private PortAssignment decide(Predicate<PropertySource<?>> overrides) {
		PortAssignment assignment = springBoot(Rung.OVERRIDE, overrides);
		if (assignment == null) {
			assignment = firstPort(Rung.SERVICE_SETTING, this.name.environmentVariable(), this.name.property());
		}
		if (assignment == null) {
			assignment = firstPort(Rung.GENERIC_VARIABLE, genericVariable(), null);
		}
		if (assignment == null) {
			assignment = springBoot(Rung.APPLICATION_CONFIGURATION, overrides.negate());
		}
		if (assignment == null) {
			assignment = defaultPort();
		}
		return (assignment != null) ? assignment : assigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
	}

	/**
	 * The two rungs on which Spring Boot's own setting decides. Its value and any error
	 * in it are Spring Boot's business; an empty one counts as not set, as it does there.
	 */
	private @Nullable PortAssignment springBoot(Rung rung, Predicate<PropertySource<?>> sources) {
		for (PortSetting setting : this.settings.find(null, SERVER_PORT, sources)) {
			if (!setting.value().isBlank()) {
				return new PortAssignment(this.name.value(), rung, PortValue.parse(setting.value()).port(),
						setting.describe());
			}
		}
		return null;
	}

	private @Nullable PortAssignment firstPort(Rung rung, String variable,
			@Nullable ConfigurationPropertyName property) {
		for (PortSetting setting : this.settings.find(variable, property, (source) -> true)) {
			PortValue value = PortValue.parse(setting.value());
			if (value.port() != null) {
				return assigned(rung, value.port(), setting.describe());
			}
			skip(setting, value);
		}
		return null;
	}

	private String genericVariable() {
		return "aidis-mcp".equals(this.name.value()) ? "AIDIS_HEALTH_PORT" : "PORT";
	}

	private @Nullable PortAssignment defaultPort() {
		OptionalInt known = this.properties.defaultPort(this.name.value());
		if (known.isEmpty()) {
			return null;
		}
		int port = known.getAsInt();
		if (port == 0 || this.freePort.test(port, serverAddress())) {
			return assigned(Rung.DEFAULT_PORT, port, "default port of " + this.name.value());
		}
		this.logger.warn("The default port " + port + " of service '" + this.name.value()
				+ "' is in use, so it gets a dynamic one. Set " + this.name.environmentVariable()
				+ " to choose a port, 0 for dynamic.");
		return assigned(Rung.DYNAMIC, 0, "default port " + port + " in use, so dynamic");
	}

	private @Nullable InetAddress serverAddress() {
		return Binder.get(this.environment).bind("server.address", InetAddress.class).orElse(null);
	}

	private PortAssignment assigned(Rung rung, int port, String assignedBy) {
		return new PortAssignment(this.name.value(), rung, port, assignedBy);
	}

	private void skip(PortSetting setting, PortValue value) {
		if (this.properties.isStrict() && !value.serviceLink()) {
			throw new InvalidPortSettingException(setting.describe(), setting.value(), value.problem(),
					"Set it to a port from 1 to 65535 or to 0 for a dynamic one, remove it, "
							+ "or set aidis.port.strict=false to have such values skipped.");
		}
		this.skipped.add(new Skipped(setting, value));
	}

	/**
	 * A value that was no port. Reported once it is known what is used instead.
	 */
	private final class Skipped {

		private final PortSetting setting;

		private final PortValue value;

		Skipped(PortSetting setting, PortValue value) {
			this.setting = setting;
			this.value = value;
		}

		private static String used(@Nullable Integer port) {
			return (port != null && port == 0) ? "A dynamic port" : "Port " + port;
		}

		void report(PortAssignment assignment) {
			String message = "Skipped " + this.setting.describe() + "='" + Printable.of(this.setting.value()) + "': "
					+ this.value.problem() + ". " + used(assignment.requestedPort()) + " is used instead ("
					+ assignment.assignedBy() + ").";
			if (this.value.serviceLink()) {
				PortLadder.this.logger
					.info(message + " Set enableServiceLinks: false in the pod's spec to be rid of such variables.");
			}
			else {
				PortLadder.this.logger.warn(message);
			}
		}

	}

}
