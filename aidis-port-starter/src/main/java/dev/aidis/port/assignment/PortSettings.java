package dev.aidis.port.assignment;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Finds port settings in an environment, source by source in order of precedence. A
 * setting's place matters here, so asking the environment for the value alone is not
 * enough.
 */
final class PortSettings {

	private final ConfigurableEnvironment environment;

	PortSettings(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * Find all settings with either name, the one with the highest precedence first.
	 * @param variable the literal name, as of an environment variable
	 * @param property the same setting in Spring's notation, if there is one
	 * @param sources the sources to look in
	 */
	List<PortSetting> find(@Nullable String variable, @Nullable ConfigurationPropertyName property,
			Predicate<PropertySource<?>> sources) {
		List<PortSetting> found = new ArrayList<>();
		for (ConfigurationPropertySource candidate : ConfigurationPropertySources.get(this.environment)) {
			PropertySource<?> source = (PropertySource<?>) Objects.requireNonNull(candidate.getUnderlyingSource());
			if (!PortAssignmentPropertySource.NAME.equals(source.getName()) && sources.test(source)) {
				PortSetting setting = (variable != null) ? literal(source, variable) : null;
				setting = (setting == null && property != null) ? relaxed(candidate, source, property) : setting;
				if (setting != null) {
					found.add(setting);
				}
			}
		}
		return found;
	}

	private @Nullable PortSetting literal(PropertySource<?> source, String name) {
		Object value = source.getProperty(name);
		return (value != null) ? setting(name, value, source, OriginLookup.getOrigin(source, name)) : null;
	}

	private @Nullable PortSetting relaxed(ConfigurationPropertySource candidate, PropertySource<?> source,
			ConfigurationPropertyName name) {
		ConfigurationProperty property = candidate.getConfigurationProperty(name);
		return (property != null) ? setting(name.toString(), property.getValue(), source, property.getOrigin()) : null;
	}

	private PortSetting setting(String name, Object value, PropertySource<?> source,
			org.springframework.boot.origin.@Nullable Origin origin) {
		String written = value.toString();
		return new PortSetting(name, this.environment.resolvePlaceholders(written), written, source, origin);
	}

}
