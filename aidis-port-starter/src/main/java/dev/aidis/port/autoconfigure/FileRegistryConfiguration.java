package dev.aidis.port.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.FileRegistryProperties;

/**
 * The registry in a file, which is the default.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRegistryEngine(RegistryEngine.FILE)
class FileRegistryConfiguration {

	@Bean
	@ConditionalOnMissingBean(PortRegistry.class)
	FilePortRegistry portRegistry(ConfigurableEnvironment environment, FileRegistryProperties properties,
			ObjectProvider<PortRegistryObserver> observer) {
		Durations.requirePositive("aidis.port.registry.lock-timeout", properties.getLockTimeout());
		Durations.requirePositive("aidis.port.registry.check-interval", properties.getCheckInterval());
		return AidisPortAutoConfiguration.fileRegistry(environment, properties,
				observer.getIfAvailable(() -> PortRegistryObserver.NONE));
	}

}
