package dev.aidis.port.discovery.cloud;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import dev.aidis.port.environment.ConfigurationRefresh;

/**
 * Other defaults for Spring Cloud where its own go against ports that are chosen at each
 * start. Whatever an application sets itself wins.
 *
 * @since 0.1.0
 */
public final class CloudDefaultsEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final String PROPERTY_SOURCE_NAME = "aidisPortCloudDefaults";

	private static final String NEVER_REFRESHABLE_SOURCE_NAME = "aidisPortNeverRefreshable";

	private static final String NEVER_REFRESHABLE = "spring.cloud.refresh.never-refreshable";

	private static final String EUREKA_INSTANCE = "org.springframework.cloud.netflix.eureka.EurekaInstanceConfigBean";

	private static final String BOOTSTRAP = "bootstrap";

	private static final String TAKES_OVER_FROM_ZOOKEEPER = "spring.cloud.zookeeper.discovery.register";

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
				|| environment.getPropertySources().contains(BOOTSTRAP) || ConfigurationRefresh.isOn(environment)
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
		if ("0".equals(environment.getProperty("management.server.port"))) {
			// Nobody knows that port when the application is registered, and Consul
			// refuses 0.
			defaults.put("spring.cloud.service-registry.auto-registration.register-management", "false");
		}
		// Each start has an id of its own, so nobody else takes the place of one that has
		// crashed.
		defaults.put("spring.cloud.consul.discovery.health-check-critical-timeout", "1m");
		// What is known only after the start would be told half a minute later.
		defaults.put("eureka.client.instance-info-replication-interval-seconds", "5");
		advertise(environment, defaults);
		if (isEngine(environment)) {
			// A registry that is away must not keep the application from starting.
			defaults.put(TAKES_OVER_FROM_ZOOKEEPER, "false");
			defaults.put("spring.cloud.consul.discovery.fail-fast", "false");
		}
		defaults.keySet().removeIf(environment::containsProperty);
		environment.getPropertySources().addLast(new MapPropertySource(PROPERTY_SOURCE_NAME, defaults));
		ConfigurationRefresh.retain(environment, classLoader, PROPERTY_SOURCE_NAME);
		if (ClassUtils.isPresent(EUREKA_INSTANCE, classLoader)) {
			keepEurekaInstance(environment);
		}
	}

	/**
	 * A refresh would set the port of Eureka's instance to 80 and its address to none,
	 * and Eureka's server refuses an instance without an address. What else is not to be
	 * refreshed stays so.
	 */
	private static void keepEurekaInstance(ConfigurableEnvironment environment) {
		Set<String> never = StringUtils
			.commaDelimitedListToSet(environment.getProperty(NEVER_REFRESHABLE, "com.zaxxer.hikari.HikariDataSource"));
		if (never.add(EUREKA_INSTANCE)) {
			environment.getPropertySources()
				.addFirst(new MapPropertySource(NEVER_REFRESHABLE_SOURCE_NAME,
						Map.of(NEVER_REFRESHABLE, StringUtils.collectionToCommaDelimitedString(never))));
		}
	}

	/**
	 * Where others reach the application is the same in every registry.
	 */
	private static void advertise(ConfigurableEnvironment environment, Map<String, Object> defaults) {
		String host = host(environment);
		if (host != null) {
			defaults.put("eureka.instance.hostname", host);
			defaults.put("spring.cloud.zookeeper.discovery.instance-host", host);
			defaults.put("spring.cloud.consul.discovery.hostname", host);
		}
		String port = environment.getProperty("aidis.port.advertise.port");
		if (StringUtils.hasText(port)) {
			defaults.put("eureka.instance.non-secure-port", port);
			defaults.put("spring.cloud.zookeeper.discovery.instance-port", port);
			defaults.put("spring.cloud.consul.discovery.port", port);
		}
	}

	/**
	 * The name of the machine, which the registries would publish, leads nowhere if the
	 * server listens on one address only.
	 */
	private static @Nullable String host(ConfigurableEnvironment environment) {
		String host = environment.getProperty("aidis.port.advertise.host");
		String address = environment.getProperty("server.address");
		if (StringUtils.hasText(host) || !StringUtils.hasText(address)) {
			return StringUtils.hasText(host) ? host : null;
		}
		try {
			InetAddress listening = InetAddress.getByName(address);
			if (listening.isAnyLocalAddress()) {
				return null;
			}
			return listening.isLoopbackAddress() ? "localhost" : listening.getHostAddress();
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	private static boolean isEngine(ConfigurableEnvironment environment) {
		String engine = environment.getProperty("aidis.port.registry.engine", "");
		return "springcloud".equals(engine.replaceAll("[-_]", "").toLowerCase(Locale.ROOT));
	}

	/**
	 * Tell whether Spring Cloud's own registration in ZooKeeper is off since ours takes
	 * its place, and not since the application wants none.
	 * @param environment the application's environment
	 * @return whether ours is to register
	 */
	public static boolean takesOverFromZookeeper(ConfigurableEnvironment environment) {
		PropertySource<?> defaults = environment.getPropertySources().get(PROPERTY_SOURCE_NAME);
		return defaults != null && defaults.containsProperty(TAKES_OVER_FROM_ZOOKEEPER)
				&& !environment.getProperty(TAKES_OVER_FROM_ZOOKEEPER, Boolean.class, true);
	}

}
