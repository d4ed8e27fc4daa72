package dev.aidis.port.assignment;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * What is set as the port of a management server.
 *
 * @param port the port, or {@code null} if none is set
 * @param setting the setting with its place, or an empty text
 */
record ManagementPort(@Nullable Integer port, String setting) {

	static final String PROPERTY = "management.server.port";

	static ManagementPort of(ConfigurableEnvironment environment) {
		List<PortSetting> settings = new PortSettings(environment).find(null, ConfigurationPropertyName.of(PROPERTY),
				(source) -> true);
		if (settings.isEmpty()) {
			return new ManagementPort(null, "");
		}
		return new ManagementPort(PortValue.parse(settings.get(0).value()).port(), settings.get(0).describe());
	}

}
