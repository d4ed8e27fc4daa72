package dev.aidis.port.assignment;

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

import dev.aidis.port.environment.ConfigurationRefresh;

/**
 * Reads the {@code .env} file, in which also an application without a web server may find
 * its registry, and decides about the port once the application's configuration is loaded
 * and before its web server exists. A refresh of the configuration by Spring Cloud
 * changes neither.
 */
final class PortAssignmentEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final String SPRING_CLOUD_BOOTSTRAP = "bootstrap";

	private final PortAssigner assigner;

	PortAssignmentEnvironmentPostProcessor(DeferredLogFactory logFactory) {
		this.assigner = new PortAssigner(logFactory.getLog(PortAssignment.class));
	}

	@Override
	public int getOrder() {
		return ConfigDataEnvironmentPostProcessor.ORDER + 10;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (isNotTheApplicationItself(environment) || ConfigurationRefresh.isOn(environment)) {
			return;
		}
		long start = System.nanoTime();
		if (environment.getProperty("aidis.port.dotenv.enabled", Boolean.class, true)) {
			this.assigner.addEnvFile(environment.getPropertySources(), Path.of(""));
		}
		ConfigurationRefresh.retain(environment, application.getClassLoader(), PortAssignmentPropertySource.NAME);
		PortAssignmentProperties properties = PortAssignmentProperties.get(environment);
		if (!properties.isEnabled()) {
			environment.getPropertySources().remove(EnvFile.PROPERTY_SOURCE_NAME);
		}
		else if (isWebApplication(environment, application)) {
			this.assigner.assign(environment, properties, application.getClassLoader());
			noteTime(environment, Duration.ofNanos(System.nanoTime() - start));
		}
	}

	private static void noteTime(ConfigurableEnvironment environment, Duration time) {
		PortAssignmentPropertySource assigned = PortAssignmentPropertySource.of(environment);
		if (assigned != null) {
			assigned.took(time);
		}
	}

	private static boolean isWebApplication(ConfigurableEnvironment environment, SpringApplication application) {
		WebApplicationType type = Binder.get(environment)
			.bind("spring.main.web-application-type", WebApplicationType.class)
			.orElse(application.getWebApplicationType());
		return type != null && type != WebApplicationType.NONE;
	}

	private static boolean isNotTheApplicationItself(ConfigurableEnvironment environment) {
		return environment.getPropertySources().contains(SPRING_CLOUD_BOOTSTRAP)
				|| Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING);
	}

}
