package dev.aidis.port.assignment;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.lang.Contract;

/**
 * Configuration properties for the port assignment.
 *
 * @since 0.1.0
 */
@ConfigurationProperties(PortAssignmentProperties.PREFIX)
public class PortAssignmentProperties {

	static final String PREFIX = "aidis.port";

	private static final Map<String, Integer> KNOWN_DEFAULT_PORTS = Map.of("aidis-mcp", 8080, "aidis-mcp-bridge", 8081,
			"aidis-command-dev", 5000, "aidis-command-prod", 5001);

	/**
	 * Whether ports are assigned, registered and discovered.
	 */
	private boolean enabled = true;

	/**
	 * Name the service registers under: lower-case letters, digits, '.', '_' and '-', at
	 * most 64. The default is derived from spring.application.name.
	 */
	private @Nullable String serviceName;

	/**
	 * Whether a port setting that is neither a port nor a range of ports makes startup
	 * fail. By default it is skipped with a warning.
	 */
	private boolean strict;

	/**
	 * Whether a port that may be any, or any of a range, is the one the service had
	 * before, if nobody else has it.
	 */
	private boolean sticky;

	/**
	 * Folder where the ports of services are remembered for aidis.port.sticky. The
	 * default is .aidis/ports in the home directory.
	 */
	private @Nullable String stickyFolder;

	/**
	 * What happens when a fixed port is in use. By default startup fails if somebody
	 * asked for the port, and a default port gives way to a dynamic one.
	 */
	private @Nullable OnConflict onConflict;

	private final Dotenv dotenv = new Dotenv();

	/**
	 * Services by name.
	 */
	private final Map<String, Service> services = new LinkedHashMap<>();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getServiceName() {
		return this.serviceName;
	}

	public void setServiceName(@Nullable String serviceName) {
		this.serviceName = serviceName;
	}

	public boolean isStrict() {
		return this.strict;
	}

	public void setStrict(boolean strict) {
		this.strict = strict;
	}

	public boolean isSticky() {
		return this.sticky;
	}

	public void setSticky(boolean sticky) {
		this.sticky = sticky;
	}

	public @Nullable String getStickyFolder() {
		return this.stickyFolder;
	}

	public void setStickyFolder(@Nullable String stickyFolder) {
		this.stickyFolder = stickyFolder;
	}

	public @Nullable OnConflict getOnConflict() {
		return this.onConflict;
	}

	public void setOnConflict(@Nullable OnConflict onConflict) {
		this.onConflict = onConflict;
	}

	public Dotenv getDotenv() {
		return this.dotenv;
	}

	public Map<String, Service> getServices() {
		return this.services;
	}

	/**
	 * Return the port a service takes, and is looked for at, when nothing else is known.
	 * @param serviceName the name of the service
	 * @return the configured default port, else the one this project has always used for
	 * the name unless a range is configured for it, else nothing
	 */
	public OptionalInt defaultPort(String serviceName) {
		Service service = this.services.get(serviceName);
		Integer port = (service != null) ? service.getDefaultPort() : null;
		if (port == null && (service == null || !service.hasRange())) {
			port = KNOWN_DEFAULT_PORTS.get(serviceName);
		}
		return (port != null) ? OptionalInt.of(port) : OptionalInt.empty();
	}

	/**
	 * Bind the properties one by one: to bind the object as Spring Boot does when there
	 * are beans takes several times as long, and every start waits for it.
	 */
	static PortAssignmentProperties get(Environment environment) {
		Binder binder = Binder.get(environment);
		PortAssignmentProperties properties = new PortAssignmentProperties();
		properties.enabled = get(binder, "enabled", boolean.class, true);
		properties.serviceName = get(binder, "service-name", String.class, null);
		properties.strict = get(binder, "strict", boolean.class, false);
		properties.sticky = get(binder, "sticky", boolean.class, false);
		properties.stickyFolder = get(binder, "sticky-folder", String.class, null);
		properties.onConflict = get(binder, "on-conflict", OnConflict.class, null);
		properties.dotenv.enabled = get(binder, "dotenv.enabled", boolean.class, true);
		properties.services
			.putAll(binder.bind(PREFIX + ".services", Bindable.mapOf(String.class, Service.class)).orElse(Map.of()));
		for (Map.Entry<String, Service> service : properties.services.entrySet()) {
			validate(service.getKey(), service.getValue().getDefaultPort());
		}
		return properties;
	}

	@Contract("_, _, _, !null -> !null")
	private static <T> @Nullable T get(Binder binder, String property, Class<T> type, @Nullable T otherwise) {
		return binder.bind(PREFIX + "." + property, type).orElse(otherwise);
	}

	private static void validate(String serviceName, @Nullable Integer defaultPort) {
		if (defaultPort != null && (defaultPort < 0 || defaultPort > 65535)) {
			throw new InvalidPortSettingException(PREFIX + ".services." + serviceName + ".default-port",
					defaultPort.toString(), "it is no number from 0 to 65535", "Set a port, or 0 for a dynamic one.");
		}
	}

	/**
	 * The {@code .env} file.
	 */
	public static class Dotenv {

		/**
		 * Whether PORT and the variables that start with AIDIS_ are read from the .env
		 * file of the working directory or the checkout around it.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * Properties of one service.
	 */
	public static class Service {

		/**
		 * Port the service takes, and is looked for at, when nothing else is known.
		 */
		private @Nullable Integer defaultPort;

		/**
		 * Range of ports, such as 20000-20099, one of which the service takes when no
		 * setting tells its port and its default port, if it has one, is in use.
		 */
		private @Nullable String range;

		public @Nullable Integer getDefaultPort() {
			return this.defaultPort;
		}

		public void setDefaultPort(@Nullable Integer defaultPort) {
			this.defaultPort = defaultPort;
		}

		public @Nullable String getRange() {
			return this.range;
		}

		public void setRange(@Nullable String range) {
			this.range = range;
		}

		private boolean hasRange() {
			return this.range != null && PortValue.parse(this.range).range() != null;
		}

	}

}
