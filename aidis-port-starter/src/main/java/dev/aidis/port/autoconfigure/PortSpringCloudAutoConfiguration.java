package dev.aidis.port.autoconfigure;

import reactor.core.publisher.Flux;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.cloud.client.CommonsClientAutoConfiguration;
import org.springframework.cloud.client.ConditionalOnBlockingDiscoveryEnabled;
import org.springframework.cloud.client.ConditionalOnDiscoveryEnabled;
import org.springframework.cloud.client.ConditionalOnReactiveDiscoveryEnabled;
import org.springframework.cloud.client.ReactiveCommonsClientAutoConfiguration;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistrationAutoConfiguration;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.assignment.Pod;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.discovery.cloud.DiscoveryClientServices;
import dev.aidis.port.discovery.cloud.InstanceRegisteredPublisher;
import dev.aidis.port.discovery.cloud.PortDiscoveryClient;
import dev.aidis.port.discovery.cloud.PortReactiveDiscoveryClient;
import dev.aidis.port.discovery.cloud.PortServiceRegistration;
import dev.aidis.port.registration.PortRegistrar;

/**
 * Auto-configuration for Spring Cloud, which finds services in the registry, and is asked
 * for those that are not there.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
		after = { AidisPortAutoConfiguration.class, PortRegistrationAutoConfiguration.class,
				AutoServiceRegistrationAutoConfiguration.class },
		afterName = { "org.springframework.cloud.consul.serviceregistry.ConsulAutoServiceRegistrationAutoConfiguration",
				"org.springframework.cloud.netflix.eureka.EurekaClientAutoConfiguration",
				"org.springframework.cloud.zookeeper.serviceregistry.ZookeeperAutoServiceRegistrationAutoConfiguration" },
		before = { SimpleDiscoveryClientAutoConfiguration.class, SimpleReactiveDiscoveryClientAutoConfiguration.class,
				CommonsClientAutoConfiguration.class, ReactiveCommonsClientAutoConfiguration.class })
@ConditionalOnClass(DiscoveryClient.class)
@ConditionalOnBean(PortRegistry.class)
@ConditionalOnDiscoveryEnabled
@ConditionalOnBooleanProperty(name = "aidis.port.discovery.spring-cloud.enabled", matchIfMissing = true)
public final class PortSpringCloudAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@Conditional(NotSpringCloudEngine.class)
	PortDiscoveryClient portDiscoveryClient(PortClusters clusters, ObjectProvider<PortRegistrar> registrar) {
		return new PortDiscoveryClient(clusters, AidisPortAutoConfiguration.dependencies(registrar));
	}

	/**
	 * Other registries.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(NotSpringCloudEngine.class)
	@ConditionalOnBlockingDiscoveryEnabled
	static class OtherServicesConfiguration {

		@Bean
		@ConditionalOnMissingBean
		DiscoveryClientServices discoveryClientServices(ObjectProvider<DiscoveryClient> clients,
				Environment environment) {
			return new DiscoveryClientServices(clients::orderedStream, Pod.is(environment));
		}

	}

	/**
	 * What does not block.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Flux.class, ReactiveDiscoveryClient.class })
	@Conditional(NotSpringCloudEngine.class)
	@ConditionalOnReactiveDiscoveryEnabled
	static class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean
		PortReactiveDiscoveryClient portReactiveDiscoveryClient(PortDiscoveryClient client) {
			return new PortReactiveDiscoveryClient(client);
		}

	}

	/**
	 * This application as Spring Cloud sees it, where no other registry tells.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebServerInitializedEvent.class)
	@ConditionalOnBean(PortRegistrar.class)
	@ConditionalOnMissingBean(Registration.class)
	static class RegistrationConfiguration {

		@Bean
		PortServiceRegistration portServiceRegistration(PortAssignment assignment, PortRegistrar registrar) {
			return new PortServiceRegistration(assignment.serviceName(), registrar::registration);
		}

		@Bean
		InstanceRegisteredPublisher portInstanceRegisteredPublisher(ApplicationContext context,
				PortServiceRegistration registration) {
			return new InstanceRegisteredPublisher(context, registration);
		}

	}

}
