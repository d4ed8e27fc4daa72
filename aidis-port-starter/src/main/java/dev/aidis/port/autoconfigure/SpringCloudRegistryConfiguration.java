package dev.aidis.port.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.assignment.Pod;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.registry.cloud.CloudPortRegistry;
import dev.aidis.port.registry.cloud.CloudPublisher;
import dev.aidis.port.registry.file.FileRegistryProperties;

/**
 * The registries of Spring Cloud.
 */
@Configuration(proxyBeanMethods = false)
class SpringCloudRegistryConfiguration {

	/**
	 * Spring Cloud is there; which of its registries is seen when they are asked.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DiscoveryClient.class)
	@ConditionalOnMissingBean(PortRegistry.class)
	static class SpringCloudConfiguration {

		@Bean
		CloudPortRegistry portRegistry(PortAssignment assignment, Environment environment,
				FileRegistryProperties shared, ObjectProvider<DiscoveryClient> clients,
				ObjectProvider<CloudPublisher> publishers) {
			RegistryEngine.SPRING_CLOUD.requireReplicate(shared.getOnDuplicate());
			return new CloudPortRegistry(assignment.serviceName(), clients::orderedStream, publishers::orderedStream,
					Pod.is(environment));
		}

		@Bean
		ApplicationListener<HeartbeatEvent> portRegistryHeartbeatListener(CloudPortRegistry registry) {
			return new HeartbeatListener(registry);
		}

	}

	/**
	 * A class, since Spring has to see the type of the event.
	 */
	record HeartbeatListener(CloudPortRegistry registry) implements ApplicationListener<HeartbeatEvent> {

		@Override
		public void onApplicationEvent(HeartbeatEvent event) {
			this.registry.changed();
		}

	}

	/**
	 * Spring Cloud is missing.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("org.springframework.cloud.client.discovery.DiscoveryClient")
	@ConditionalOnMissingBean(PortRegistry.class)
	static class NothingConfiguration {

		@Bean
		PortRegistry portRegistry() {
			throw new MissingEngineException(RegistryEngine.SPRING_CLOUD, "one of Spring Cloud's registries",
					"docs/spring-cloud.md", "org.springframework.cloud:spring-cloud-starter-zookeeper-discovery",
					"org.springframework.cloud:spring-cloud-starter-netflix-eureka-client",
					"org.springframework.cloud:spring-cloud-starter-consul-discovery");
		}

	}

}
