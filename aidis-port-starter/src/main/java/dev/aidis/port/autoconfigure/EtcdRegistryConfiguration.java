package dev.aidis.port.autoconfigure;

import io.etcd.jetcd.Client;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.ClusterProperties;
import dev.aidis.port.registry.etcd.EtcdPortRegistry;
import dev.aidis.port.registry.etcd.EtcdRegistryProperties;
import dev.aidis.port.registry.file.FileRegistryProperties;

/**
 * The registry in etcd.
 */
@Configuration(proxyBeanMethods = false)
class EtcdRegistryConfiguration {

	private static final String BUNDLE = "aidis.port.registry.etcd.ssl.bundle";

	/**
	 * With the library it needs.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Client.class)
	@EnableConfigurationProperties(EtcdRegistryProperties.class)
	static class JetcdConfiguration {

		@Bean
		@ConditionalOnMissingBean(PortRegistry.class)
		EtcdPortRegistry portRegistry(EtcdRegistryProperties properties, ClusterProperties cluster,
				FileRegistryProperties shared, ObjectProvider<SslBundles> bundles,
				ObjectProvider<PortRegistryObserver> observer) {
			RegistryEngine.ETCD.requireReplicate(shared.getOnDuplicate());
			EtcdPortRegistry registry = new EtcdPortRegistry(properties, cluster.requireCluster(),
					bundle(properties.getSsl().getBundle(), bundles),
					observer.getIfAvailable(() -> PortRegistryObserver.NONE));
			registry.connect();
			return registry;
		}

		@Bean
		ClusterRegistries etcdClusterRegistries(EtcdRegistryProperties properties, ClusterProperties clusters,
				ObjectProvider<SslBundles> bundles) {
			return (name) -> new EtcdPortRegistry(
					properties.at(clusters.get(name).getEndpoints(), "aidis.port.clusters." + name + ".endpoints"),
					name, bundle(properties.getSsl().getBundle(), bundles), PortRegistryObserver.NONE);
		}

		private static @Nullable SslBundle bundle(@Nullable String name, ObjectProvider<SslBundles> bundles) {
			if (name == null) {
				return null;
			}
			SslBundles available = bundles.getIfAvailable();
			if (available != null) {
				try {
					return available.getBundle(name);
				}
				catch (NoSuchSslBundleException ex) {
					// Told below.
				}
			}
			throw new InvalidConfigurationPropertyValueException(BUNDLE, name,
					"There is no SSL bundle of that name. Define it below spring.ssl.bundle.pem." + name
							+ " or spring.ssl.bundle.jks." + name + ".");
		}

	}

	/**
	 * Without it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("io.etcd.jetcd.Client")
	static class MissingJetcdConfiguration {

		@Bean
		@ConditionalOnMissingBean(PortRegistry.class)
		PortRegistry portRegistry() {
			throw new MissingEngineException(RegistryEngine.ETCD, "jetcd", "docs/etcd.md", "io.etcd:jetcd-core");
		}

	}

}
