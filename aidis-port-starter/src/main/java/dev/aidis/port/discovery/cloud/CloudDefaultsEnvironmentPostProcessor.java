package dev.aidis.port.discovery.cloud;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Other defaults for Spring Cloud where its own go against ports that are chosen at each
 * start. Whatever an application sets itself wins.
 */
final class CloudDefaultsEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final String PROPERTY_SOURCE_NAME = "aidisPortCloudDefaults";

	private static final String BOOTSTRAP = "bootstrap";

	/**
	 * After the port was decided about.
	 */
	@Override
	public int getOrder() {
		return ConfigDataEnvironmentPostProcessor.ORDER + 11;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		ClassLoader classLoader = application.getClassLoader();
		if (!ClassUtils.isPresent("org.springframework.cloud.client.discovery.DiscoveryClient", classLoader)
				|| environment.getPropertySources().contains(BOOTSTRAP)
				|| Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)
				|| !environment.getProperty("aidis.port.enabled", Boolean.class, true)) {
			return;
		}
		Map<String, Object> defaults = new LinkedHashMap<>();
		if (environment.getProperty("aidis.port.discovery.spring-cloud.enabled", Boolean.class, true)) {
			// It would go on with ports that are gone for 35 seconds.
			defaults.put("spring.cloud.loadbalancer.cache.enabled", "false");
		}
		if ("0".equals(environment.getProperty("server.port"))) {
			// Made of the port, and so the same for all instances on this machine.
			String instanceId = environment.getProperty("spring.application.name", "application") + "-"
					+ UUID.randomUUID();
			defaults.put("eureka.instance.instance-id", instanceId);
			defaults.put("spring.cloud.consul.discovery.instance-id", instanceId);
		}
		if (!defaults.isEmpty()) {
			environment.getPropertySources().addLast(new MapPropertySource(PROPERTY_SOURCE_NAME, defaults));
		}
	}

}
