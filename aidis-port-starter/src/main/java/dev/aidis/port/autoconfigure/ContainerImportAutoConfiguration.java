package dev.aidis.port.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.compose.ComposeProperties;
import dev.aidis.port.compose.ComposePs;
import dev.aidis.port.compose.ContainerImporter;
import dev.aidis.port.compose.ContainerSource;

/**
 * Auto-configuration for the registration of containers that are labelled, where
 * something tells which containers run. All who tell are asked. Of a container that
 * several tell of, the first counts: what is asked again and again goes before what
 * Spring Boot found once.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = AidisPortAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = { "aidis.port.enabled", "aidis.port.docker-compose.enabled" },
		matchIfMissing = true)
@EnableConfigurationProperties(ComposeProperties.class)
public final class ContainerImportAutoConfiguration {

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE - 10)
	@ConditionalOnBooleanProperty("aidis.port.docker-compose.ps.enabled")
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ComposePs composePs(ComposeProperties properties) {
		Durations.requirePositive("aidis.port.docker-compose.ps.timeout", properties.getPs().getTimeout());
		return new ComposePs(properties.getPs());
	}

	@Bean
	@ConditionalOnBean(value = ContainerSource.class, search = SearchStrategy.CURRENT)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ContainerImporter containerImporter(PortRegistry registry, ObjectProvider<ContainerSource> sources,
			ComposeProperties properties) {
		Durations.requirePositive("aidis.port.docker-compose.interval", properties.getInterval());
		return new ContainerImporter(registry, ContainerSource.ofAll(sources.orderedStream().toList()),
				properties.getInterval());
	}

}
