package dev.aidis.port.autoconfigure;

import java.util.Optional;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.actuate.PortRegistryHealthIndicator;
import dev.aidis.port.discovery.DiscoveryProperties;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.registration.PortRegistrar;

/**
 * Auto-configuration for the {@code portRegistry} health contributor.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { AidisPortAutoConfiguration.class, PortRegistrationAutoConfiguration.class })
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("portregistry")
@ConditionalOnBean(DiscoveryProperties.class)
public final class PortRegistryHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "portRegistryHealthIndicator", "portRegistryHealthContributor" },
			search = SearchStrategy.CURRENT)
	PortRegistryHealthIndicator portRegistryHealthIndicator(PortRegistry registry, PortClusters clusters,
			DiscoveryProperties properties, ObjectProvider<PortRegistrar> registrar) {
		return new PortRegistryHealthIndicator(registry, clusters::registrations,
				() -> Optional.ofNullable(registrar.getIfAvailable()).flatMap(PortRegistrar::registration),
				() -> Optional.ofNullable(registrar.getIfAvailable()).flatMap(PortRegistrar::problem),
				properties.getRequired());
	}

}
