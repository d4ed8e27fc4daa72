package dev.aidis.port;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * An environment with no variables but the given ones, whatever the shell that runs the
 * tests has set.
 */
public final class CleanEnvironment extends StandardEnvironment {

	public CleanEnvironment(Map<String, Object> variables) {
		getPropertySources().replace(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
				SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new LinkedHashMap<>(variables)));
	}

}
