package dev.aidis.port.autoconfigure;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.ClusterProperties;
import dev.aidis.port.registry.ClusterProperties.Cluster;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.FileRegistryProperties;

/**
 * The registry in a file, which is the default.
 */
@Configuration(proxyBeanMethods = false)
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

	@Bean
	ClusterRegistries fileClusterRegistries(FileRegistryProperties properties, ClusterProperties clusters) {
		return (name) -> FilePortRegistry.lookingAt(file(name, clusters.get(name)), properties,
				new HttpInstanceProbe());
	}

	private static Path file(String name, Cluster cluster) {
		String file = cluster.getFile();
		if (!StringUtils.hasText(file)) {
			throw new InvalidConfigurationPropertyValueException("aidis.port.discovery.clusters", name,
					"Nothing says where cluster '" + name + "' is. Set " + property(name)
							+ " to the path of its registry file.");
		}
		try {
			return Path.of(file);
		}
		catch (InvalidPathException ex) {
			throw new InvalidConfigurationPropertyValueException(property(name), file,
					"It is no path of this file system: " + ex.getReason() + ".");
		}
	}

	private static String property(String name) {
		return "aidis.port.clusters." + name + ".file";
	}

}
