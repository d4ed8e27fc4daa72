package dev.aidis.port.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.server.WebFilter;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.actuate.ActuatorHealthPath;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.registration.AdvertiseProperties;
import dev.aidis.port.registration.HealthPath;
import dev.aidis.port.registration.InstanceIdServletFilter;
import dev.aidis.port.registration.InstanceIdWebFilter;
import dev.aidis.port.registration.PortRegistrar;
import dev.aidis.port.registration.PortRegistrationListener;
import dev.aidis.port.registration.RegistrationFactory;
import dev.aidis.port.registration.RegistrationFollower;
import dev.aidis.port.registration.RegistrationProperties;
import dev.aidis.port.registry.Daemons;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * Auto-configuration for the registration of an application that has a web server. A
 * child context with a server of its own is an application of its own, so beans of a
 * parent don't count.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = AidisPortAutoConfiguration.class)
@ConditionalOnClass(WebServerInitializedEvent.class)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = { "aidis.port.enabled", "aidis.port.registration.enabled" }, matchIfMissing = true)
@EnableConfigurationProperties({ RegistrationProperties.class, AdvertiseProperties.class })
public final class PortRegistrationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortRegistrar portRegistrar(PortRegistry registry, ObjectProvider<RegistrationFollower> followers) {
		if (registry instanceof FilePortRegistry && FileRegistryBackgroundPreinitializer.isEnabled()) {
			Daemons.thread(FilePortRegistry::rehearse, "aidis-port-rehearsal").start();
		}
		return new PortRegistrar(registry, followers::orderedStream);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	RegistrationFactory portRegistrationFactory(Environment environment, ObjectProvider<PortAssignment> assignment,
			RegistrationProperties properties, AdvertiseProperties advertise, ObjectProvider<HealthPath> healthPath) {
		// What was assigned is asked for anew: the port may be another one by then.
		return new RegistrationFactory(environment, assignment.getObject().serviceName(),
				() -> metadata(assignment.getObject()), properties, advertise,
				healthPath.getIfAvailable(() -> HealthPath.NONE));
	}

	private static Map<String, String> metadata(PortAssignment assignment) {
		Map<String, String> metadata = new LinkedHashMap<>();
		if (assignment.requestedPort() != null) {
			metadata.put(PortRegistration.REQUESTED_PORT, assignment.requestedPort().toString());
			metadata.put(PortRegistration.ASSIGNED_BY, assignment.assignedBy());
			metadata.put(PortRegistration.RUNG, assignment.rung().name());
			if (assignment.pool().isPresent()) {
				metadata.put(PortRegistration.RANGE, assignment.pool().get().toString());
			}
		}
		return metadata;
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortRegistrationListener portRegistrationListener(ApplicationContext context, PortRegistrar registrar,
			RegistrationFactory factory) {
		return new PortRegistrationListener(context, registrar, factory);
	}

	/**
	 * The answer to a probe's question who is there, on servlets.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(Filter.class)
	@ConditionalOnBooleanProperty(name = "aidis.port.registration.identity.enabled", matchIfMissing = true)
	static class ServletIdentityConfiguration {

		@Bean
		@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
		InstanceIdServletFilter instanceIdFilter(ObjectProvider<PortRegistrar> registrar) {
			return new InstanceIdServletFilter(
					() -> Optional.ofNullable(registrar.getIfAvailable()).flatMap(PortRegistrar::registration));
		}

	}

	/**
	 * The answer to a probe's question who is there, on WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(WebFilter.class)
	@ConditionalOnBooleanProperty(name = "aidis.port.registration.identity.enabled", matchIfMissing = true)
	static class ReactiveIdentityConfiguration {

		@Bean
		@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
		InstanceIdWebFilter instanceIdFilter() {
			return new InstanceIdWebFilter();
		}

	}

	/**
	 * The health endpoint's path where the actuator is there.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ PathMappedEndpoints.class, ManagementPortType.class })
	static class ActuatorConfiguration {

		@Bean
		@ConditionalOnMissingBean(value = HealthPath.class, search = SearchStrategy.CURRENT)
		ActuatorHealthPath actuatorHealthPath(Environment environment, ApplicationContext context,
				ObjectProvider<PathMappedEndpoints> endpoints) {
			boolean servlet = !(context instanceof ReactiveWebApplicationContext);
			return new ActuatorHealthPath(environment, endpoints::getIfAvailable, servlet,
					ManagementPortType.get(environment) == ManagementPortType.SAME);
		}

	}

}
