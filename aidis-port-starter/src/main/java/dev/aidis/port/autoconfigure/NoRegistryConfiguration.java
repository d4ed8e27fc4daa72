package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.registry.none.NoPortRegistry;

/**
 * No registry.
 */
@Configuration(proxyBeanMethods = false)
class NoRegistryConfiguration {

	@Bean
	@ConditionalOnMissingBean(PortRegistry.class)
	NoPortRegistry portRegistry() {
		return new NoPortRegistry();
	}

}
