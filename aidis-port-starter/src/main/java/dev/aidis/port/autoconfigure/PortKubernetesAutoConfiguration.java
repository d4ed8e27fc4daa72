package dev.aidis.port.autoconfigure;

import java.util.Optional;

import io.fabric8.kubernetes.client.KubernetesClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

import dev.aidis.port.registration.PortRegistrar;
import dev.aidis.port.registration.kubernetes.KubernetesProperties;
import dev.aidis.port.registration.kubernetes.OwnPodAnnotations;

/**
 * {@link AutoConfiguration Auto-configuration} for applications in a pod of Kubernetes
 * that have a client of the cluster, such as Spring Cloud Kubernetes brings.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PortRegistrationAutoConfiguration.class,
		afterName = "org.springframework.cloud.kubernetes.fabric8.Fabric8AutoConfiguration")
@ConditionalOnClass(KubernetesClient.class)
@Conditional(OnPodCondition.class)
@ConditionalOnBean({ KubernetesClient.class, PortRegistrar.class })
@EnableConfigurationProperties(KubernetesProperties.class)
public final class PortKubernetesAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	@ConditionalOnProperty("HOSTNAME")
	@ConditionalOnBooleanProperty(name = "aidis.port.kubernetes.annotate-pod", matchIfMissing = true)
	OwnPodAnnotations ownPodAnnotations(ApplicationContext context, KubernetesClient client, Environment environment,
			ObjectProvider<PortRegistrar> registrar) {
		return new OwnPodAnnotations(context, client, environment.getRequiredProperty("HOSTNAME"),
				() -> Optional.ofNullable(registrar.getIfAvailable()).flatMap(PortRegistrar::registration));
	}

}
