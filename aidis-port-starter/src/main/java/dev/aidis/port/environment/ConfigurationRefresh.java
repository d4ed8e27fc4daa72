package dev.aidis.port.environment;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Lets what was decided at the start of an application hold until its end, also when
 * Spring Cloud refreshes its configuration. That calls all environment post processors
 * once more, on a copy of the environment which lacks what they had added, unless a
 * setting says that it be retained.
 *
 * @since 0.1.0
 */
public final class ConfigurationRefresh {

	private static final String REFRESHER = "org.springframework.cloud.context.refresh.ContextRefresher";

	private static final String RETAIN = "spring.cloud.refresh.additional-property-sources-to-retain";

	private ConfigurationRefresh() {
	}

	/**
	 * Tell whether an environment is the copy of one for which everything was decided.
	 * @param environment the environment that a post processor was given
	 * @return whether there is nothing to decide any more
	 */
	public static boolean isOn(ConfigurableEnvironment environment) {
		return environment.getPropertySources().get(RetainedSources.NAME) instanceof RetainedSources retained
				&& retained.environment != environment;
	}

	/**
	 * Let a refresh keep a property source as it is. The names are added to those that
	 * the application itself wants to be retained.
	 * @param environment the environment of an application that starts
	 * @param classLoader tells whether there is Spring Cloud
	 * @param name the name of the source
	 */
	public static void retain(ConfigurableEnvironment environment, @Nullable ClassLoader classLoader, String name) {
		if (!ClassUtils.isPresent(REFRESHER, classLoader)) {
			return;
		}
		Set<String> names = new LinkedHashSet<>(
				Binder.get(environment).bind(RETAIN, Bindable.listOf(String.class)).orElse(List.of()));
		names.add(RetainedSources.NAME);
		names.add(name);
		// Above all, since it has what all others say.
		environment.getPropertySources()
			.addFirst(new RetainedSources(environment, StringUtils.collectionToCommaDelimitedString(names)));
	}

	/**
	 * Tells Spring Cloud what to retain, this source included, and remembers whose it is.
	 */
	private static final class RetainedSources extends MapPropertySource {

		private static final String NAME = "aidisPortRefresh";

		private final ConfigurableEnvironment environment;

		RetainedSources(ConfigurableEnvironment environment, String names) {
			super(NAME, Map.of(RETAIN, names));
			this.environment = environment;
		}

	}

}
