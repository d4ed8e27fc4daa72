package dev.aidis.port.assignment;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import dev.aidis.port.Printable;

/**
 * The name a service registers under. It is the key of a JSON object, the host of an
 * {@code aidis://} URL and part of an environment variable's name, hence the narrow
 * alphabet.
 *
 * @param value the valid name
 */
record ServiceName(String value) {

	static final String UNNAMED = "application";

	private static final String RULE = "a name consists of lower-case letters, digits, '.', '_' and '-', "
			+ "starts with a letter or digit and has at most 64 characters";

	private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

	private static final Pattern PLAIN = Pattern.compile("[a-z0-9-]+");

	private static final int MAX_LENGTH = 64;

	private static final String OWN_PREFIX = "aidis-";

	/**
	 * Determine the name of the service in an environment.
	 * @param environment the environment
	 * @param properties the properties bound from it
	 * @param warnings takes what a person should know
	 * @return the name
	 * @throws InvalidPortSettingException if the name cannot be used
	 */
	static ServiceName of(Environment environment, PortAssignmentProperties properties, Consumer<String> warnings) {
		String explicit = properties.getServiceName();
		if (explicit != null) {
			if (!VALID.matcher(explicit).matches()) {
				throw invalid("aidis.port.service-name", explicit);
			}
			return new ServiceName(explicit);
		}
		String applicationName = environment.getProperty("spring.application.name", "");
		if (!StringUtils.hasText(applicationName)) {
			warnings.accept("The service has no name and registers as '" + UNNAMED
					+ "'. Set spring.application.name so that others can find it.");
			return new ServiceName(UNNAMED);
		}
		return derive(applicationName, properties.isStrict(), warnings);
	}

	private static ServiceName derive(String applicationName, boolean strict, Consumer<String> warnings) {
		String lowerCase = applicationName.toLowerCase(Locale.ROOT);
		if (VALID.matcher(lowerCase).matches()) {
			return new ServiceName(lowerCase);
		}
		String derived = lowerCase.replaceAll("[^a-z0-9._-]+", "-").replaceAll("^[._-]+|-+$", "");
		derived = derived.substring(0, Math.min(derived.length(), MAX_LENGTH));
		if (strict) {
			throw invalid("spring.application.name", applicationName);
		}
		derived = derived.isEmpty() ? UNNAMED : derived;
		warnings.accept("spring.application.name '" + Printable.of(applicationName)
				+ "' is no service name; the service registers as '" + derived
				+ "'. Set aidis.port.service-name to choose another.");
		return new ServiceName(derived);
	}

	private static InvalidPortSettingException invalid(String setting, String value) {
		return new InvalidPortSettingException(setting, value, RULE,
				"Set aidis.port.service-name to a valid name, such as 'orders'.");
	}

	/**
	 * Return the service's own environment variable, such as {@code AIDIS_MCP_PORT} for
	 * {@code aidis-mcp}.
	 */
	String environmentVariable() {
		return "AIDIS_" + shortName().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + "_PORT";
	}

	/**
	 * Return the same setting as it is written in {@code application.properties}, such as
	 * {@code aidis.mcp.port}.
	 */
	ConfigurationPropertyName property() {
		return ConfigurationPropertyName.adapt("aidis." + shortName().replace('_', '-') + ".port", '.');
	}

	/**
	 * Return the property with the range of the service's ports, such as
	 * {@code aidis.port.services.aidis-mcp.range}. A name that is more than letters,
	 * digits and {@code -} stands in brackets there.
	 */
	ConfigurationPropertyName rangeProperty() {
		String key = PLAIN.matcher(this.value).matches() ? this.value : "[" + this.value + "]";
		return ConfigurationPropertyName.of("aidis.port.services").append(key).append("range");
	}

	private String shortName() {
		String name = this.value.startsWith(OWN_PREFIX) ? this.value.substring(OWN_PREFIX.length()) : this.value;
		return name.isEmpty() ? this.value : name;
	}

}
