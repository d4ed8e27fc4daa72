package dev.aidis.port.autoconfigure;

import com.netflix.discovery.EurekaClient;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.x.discovery.ServiceDiscovery;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.client.ConditionalOnDiscoveryEnabled;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.serviceregistry.AbstractAutoServiceRegistration;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistrationAutoConfiguration;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.cloud.consul.ConsulClient;
import org.springframework.cloud.consul.ConsulProperties;
import org.springframework.cloud.consul.discovery.ConsulDiscoveryClient;
import org.springframework.cloud.consul.discovery.ConsulDiscoveryProperties;
import org.springframework.cloud.consul.serviceregistry.ConsulAutoRegistration;
import org.springframework.cloud.consul.serviceregistry.ConsulRegistration;
import org.springframework.cloud.netflix.eureka.serviceregistry.EurekaRegistration;
import org.springframework.cloud.netflix.eureka.serviceregistry.EurekaServiceRegistry;
import org.springframework.cloud.zookeeper.discovery.ZookeeperInstance;
import org.springframework.cloud.zookeeper.serviceregistry.ZookeeperAutoServiceRegistration;
import org.springframework.cloud.zookeeper.serviceregistry.ZookeeperRegistration;
import org.springframework.cloud.zookeeper.serviceregistry.ZookeeperServiceRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.discovery.cloud.CloudDefaultsEnvironmentPostProcessor;
import dev.aidis.port.registry.cloud.CloudPortRegistry;
import dev.aidis.port.registry.cloud.CloudPublisher;
import dev.aidis.port.registry.cloud.ConsulPublisher;
import dev.aidis.port.registry.cloud.EurekaPublisher;
import dev.aidis.port.registry.cloud.KubernetesPublisher;
import dev.aidis.port.registry.cloud.ZookeeperPublisher;

/**
 * Auto-configuration for what Spring Cloud's registries are told of this application,
 * whether they are its registry or stand beside it.
 * <p>
 * That of Spring Cloud's automatic registration is named since Consul's needs its
 * properties, and does not say so in a way that counts: asked for before the others, it
 * would not register.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
		after = { AidisPortAutoConfiguration.class, PortRegistrationAutoConfiguration.class,
				AutoServiceRegistrationAutoConfiguration.class },
		afterName = { "org.springframework.cloud.consul.ConsulAutoConfiguration",
				"org.springframework.cloud.consul.serviceregistry.ConsulAutoServiceRegistrationAutoConfiguration",
				"org.springframework.cloud.consul.discovery.ConsulDiscoveryClientConfiguration",
				"org.springframework.cloud.netflix.eureka.EurekaClientAutoConfiguration",
				"org.springframework.cloud.zookeeper.ZookeeperAutoConfiguration",
				"org.springframework.cloud.zookeeper.support.CuratorServiceDiscoveryAutoConfiguration",
				"org.springframework.cloud.zookeeper.serviceregistry.ZookeeperAutoServiceRegistrationAutoConfiguration",
				"org.springframework.cloud.zookeeper.serviceregistry.ZookeeperServiceRegistryAutoConfiguration" })
@ConditionalOnClass({ DiscoveryClient.class, Registration.class })
@ConditionalOnBean(PortAssignment.class)
@ConditionalOnDiscoveryEnabled
@ConditionalOnBooleanProperty(name = "aidis.port.discovery.spring-cloud.enabled", matchIfMissing = true)
public final class PortCloudRegistriesAutoConfiguration {

	/**
	 * Beside a registry of ours.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(NotSpringCloudEngine.class)
	static class FollowerConfiguration {

		@Bean
		CloudFollower cloudFollower(PortAssignment assignment, ObjectProvider<DiscoveryClient> clients,
				ObjectProvider<CloudPublisher> publishers) {
			return new CloudFollower(
					new CloudPortRegistry(assignment.serviceName(), clients::orderedStream, publishers::orderedStream),
					() -> publishers.orderedStream().findAny().isPresent());
		}

	}

	/**
	 * ZooKeeper.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ZookeeperServiceRegistry.class, CuratorFramework.class, ServiceDiscovery.class })
	@ConditionalOnBean({ ZookeeperServiceRegistry.class, CuratorFramework.class })
	static class ZookeeperConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ZookeeperPublisher zookeeperPublisher(ConfigurableEnvironment environment, CuratorFramework curator,
				ServiceDiscovery<ZookeeperInstance> discovery, ZookeeperServiceRegistry registry,
				ObjectProvider<ZookeeperRegistration> own, ObjectProvider<ZookeeperAutoServiceRegistration> automatic) {
			ZookeeperAutoServiceRegistration published = automatic.getIfAvailable();
			boolean takesOver = CloudDefaultsEnvironmentPostProcessor.takesOverFromZookeeper(environment);
			boolean wanted = published != null && (takesOver
					|| environment.getProperty("spring.cloud.zookeeper.discovery.register", Boolean.class, true));
			return new ZookeeperPublisher(curator, discovery, registry, wanted ? own.getIfAvailable() : null,
					environment.containsProperty("spring.cloud.zookeeper.discovery.instance-port"),
					(takesOver || published == null) ? null : published::isRunning);
		}

	}

	/**
	 * Kubernetes, where it is the registry.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.cloud.kubernetes.commons.discovery.KubernetesDiscoveryProperties")
	@Conditional(OnPodCondition.class)
	@ConditionalOnRegistryEngine(RegistryEngine.SPRING_CLOUD)
	static class KubernetesConfiguration {

		@Bean
		@ConditionalOnMissingBean
		KubernetesPublisher kubernetesPublisher() {
			return new KubernetesPublisher();
		}

	}

	/**
	 * Eureka.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ EurekaServiceRegistry.class, EurekaClient.class })
	@ConditionalOnBean({ EurekaServiceRegistry.class, EurekaRegistration.class })
	static class EurekaConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnBooleanProperty(name = "eureka.client.register-with-eureka", matchIfMissing = true)
		EurekaPublisher eurekaPublisher(Environment environment, EurekaServiceRegistry registry,
				EurekaRegistration own) {
			return new EurekaPublisher(registry, own, environment::containsProperty,
					environment.getProperty("eureka.client.service-url.defaultZone", "http://localhost:8761/eureka/"));
		}

	}

	/**
	 * Consul.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConsulClient.class, ConsulDiscoveryClient.class, ConsulRegistration.class })
	@ConditionalOnBean({ ConsulClient.class, ConsulDiscoveryClient.class })
	static class ConsulConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ConsulPublisher consulPublisher(Environment environment, ConsulClient client,
				ConsulDiscoveryProperties properties, ConsulProperties consul,
				ObjectProvider<ConsulAutoRegistration> own,
				ObjectProvider<AbstractAutoServiceRegistration<ConsulRegistration>> automatic) {
			ConsulAutoRegistration registration = own.getIfAvailable();
			AbstractAutoServiceRegistration<ConsulRegistration> published = automatic.getIfAvailable();
			boolean checksHealthEndpoint = !environment
				.containsProperty("spring.cloud.consul.discovery.health-check-url")
					&& !environment.containsProperty("spring.cloud.consul.discovery.health-check-path");
			return new ConsulPublisher(client, properties, consul.getHost() + ":" + consul.getPort(),
					checksHealthEndpoint,
					(registration != null && published != null && properties.isRegister())
							? new ConsulPublisher.OwnRegistration(registration, published::isRunning, published::stop)
							: null);
		}

	}

}
