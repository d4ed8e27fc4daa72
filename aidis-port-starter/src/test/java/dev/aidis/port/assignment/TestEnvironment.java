package dev.aidis.port.assignment;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

/**
 * An environment as Spring Boot prepares it, whose every setting comes from the test.
 */
final class TestEnvironment extends StandardEnvironment {

	static final String APPLICATION_CONFIGURATION = "Config resource 'class path resource [application.properties]' "
			+ "via location 'optional:classpath:/'";

	private TestEnvironment(MutablePropertySources sources) {
		super(sources);
	}

	/**
	 * As a {@link SpringApplication} wants it when it starts.
	 */
	static TestEnvironment ofApplication() {
		MutablePropertySources sources = new SourcesOfTheTest();
		sources.addLast(new MapPropertySource(SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, new LinkedHashMap<>()));
		sources.addLast(
				new SystemEnvironmentPropertySource(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new LinkedHashMap<>()));
		return new TestEnvironment(sources);
	}

	/**
	 * As the post-processor finds it.
	 */
	static TestEnvironment create() {
		TestEnvironment environment = ofApplication();
		environment.getPropertySources()
			.addLast(new OriginTrackedMapPropertySource(APPLICATION_CONFIGURATION, new LinkedHashMap<>()));
		ConfigurationPropertySources.attach(environment);
		return environment;
	}

	static TestEnvironment ofService(String name) {
		return create().configuration("spring.application.name", name);
	}

	@Override
	protected void customizePropertySources(MutablePropertySources propertySources) {
		// Neither the JVM's system properties nor its environment.
	}

	TestEnvironment commandLine(String... arguments) {
		getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
		return this;
	}

	TestEnvironment systemProperty(String name, String value) {
		return put(SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, name, value);
	}

	TestEnvironment variable(String name, String value) {
		return put(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, name, value);
	}

	TestEnvironment configuration(String name, Object value) {
		return put(APPLICATION_CONFIGURATION, name,
				OriginTrackedValue.of(value, new TextResourceOrigin(new ClassPathResource("application.properties"),
						new TextResourceOrigin.Location(0, 0))));
	}

	TestEnvironment first(String name, Map<String, Object> properties) {
		getPropertySources().addFirst(new MapPropertySource(name, properties));
		return this;
	}

	TestEnvironment last(String name, Map<String, Object> properties) {
		getPropertySources().addLast(new MapPropertySource(name, properties));
		return this;
	}

	TestEnvironment envFile(EnvFile.PropertySource source) {
		((SourcesOfTheTest) getPropertySources()).addEnvFile(source);
		return this;
	}

	@SuppressWarnings("unchecked")
	private TestEnvironment put(String source, String name, Object value) {
		PropertySource<?> found = getPropertySources().get(source);
		((Map<String, Object>) found.getSource()).put(name, value);
		return this;
	}

	PortAssignmentProperties properties() {
		return PortAssignmentProperties.get(this);
	}

	/**
	 * The port that the web server is told to take, read as Spring Boot reads it.
	 */
	@Nullable Integer serverPort() {
		return Binder.get(this).bind("server.port", Integer.class).orElse(null);
	}

	/**
	 * Keeps out the {@code .env} file that may lie in the checkout the tests run in.
	 */
	private static final class SourcesOfTheTest extends MutablePropertySources {

		@Override
		public void addAfter(String relativePropertySourceName, PropertySource<?> propertySource) {
			if (!(propertySource instanceof EnvFile.PropertySource)) {
				super.addAfter(relativePropertySourceName, propertySource);
			}
		}

		private void addEnvFile(EnvFile.PropertySource source) {
			super.addAfter(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, source);
		}

	}

}
