package dev.aidis.port.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.registry.ClusterProperties;
import dev.aidis.port.discovery.DiscoveryProperties;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.discovery.PortClusters.Cluster;
import dev.aidis.port.registry.RegisteredName;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * The clusters to look in.
 */
@Configuration(proxyBeanMethods = false)
class ClusterConfiguration {

	private static final String CLUSTERS = "aidis.port.discovery.clusters";

	@Bean
	@ConditionalOnMissingBean
	PortClusters portClusters(PortRegistry registry, ClusterProperties properties, DiscoveryProperties discovery,
			ObjectProvider<ClusterRegistries> registries) {
		// What looks services up is created when somebody asks for it, which is late to
		// be told.
		discovery.requireTrustFor();
		String ownName = properties.requireCluster();
		requireNoOtherPlace(ownName, properties.get(ownName));
		List<String> names = discovery.getClusters().isEmpty() ? List.of(ownName) : discovery.getClusters();
		Cluster own = new Cluster(ownName, registry, true);
		Map<String, Cluster> clusters = new LinkedHashMap<>();
		try {
			for (String name : names) {
				validate(name);
				Cluster cluster = name.equals(own.name()) ? own : new Cluster(name, open(name, registries), false);
				if (clusters.put(name, cluster) != null) {
					throw invalid(CLUSTERS, String.join(", ", names),
							"It names cluster '" + name + "' twice. Name each once.");
				}
				requireDistinct(own, clusters);
			}
		}
		catch (RuntimeException ex) {
			new PortClusters(new ArrayList<>(clusters.values())).close();
			throw ex;
		}
		return new PortClusters(new ArrayList<>(clusters.values()));
	}

	/**
	 * The application's own registry is set elsewhere.
	 */
	private static void requireNoOtherPlace(String name, ClusterProperties.Cluster cluster) {
		String setting = "aidis.port.clusters." + name;
		String rule = "Cluster '" + name + "' is the application's own, whose registry is set by "
				+ "aidis.port.registry.file or aidis.port.registry.etcd.endpoints. Remove this setting, or give the "
				+ "clusters different names.";
		if (cluster.getFile() != null) {
			throw invalid(setting + ".file", cluster.getFile(), rule);
		}
		if (!cluster.getEndpoints().isEmpty()) {
			throw invalid(setting + ".endpoints", String.join(",", cluster.getEndpoints()), rule);
		}
	}

	private static PortRegistry open(String name, ObjectProvider<ClusterRegistries> registries) {
		ClusterRegistries available = registries.getIfAvailable();
		if (available == null) {
			throw invalid(CLUSTERS, name, "The registry of this application has no other clusters. Set "
					+ OnRegistryEngineCondition.PROPERTY + " to an engine that has, such as file or etcd.");
		}
		return available.open(name);
	}

	private static void validate(String name) {
		if (!RegisteredName.isValid(name)) {
			throw invalid(CLUSTERS, name, "The name of a cluster has lower-case letters, digits, '.', '_' and '-', "
					+ "begins with one of the first two, and has at most 64 of them.");
		}
	}

	/**
	 * Two names for one registry would show each of its services twice.
	 */
	private static void requireDistinct(Cluster own, Map<String, Cluster> clusters) {
		Map<String, String> names = new LinkedHashMap<>();
		names.put(identity(own.registry()), own.name());
		for (Cluster cluster : clusters.values()) {
			String other = names.putIfAbsent(identity(cluster.registry()), cluster.name());
			if (other != null && !cluster.own()) {
				throw invalid(CLUSTERS, String.join(", ", clusters.keySet()),
						"Clusters '" + other + "' and '" + cluster.name() + "' are the same registry, "
								+ identity(cluster.registry())
								+ ". Leave one out, or give them registries of their own.");
			}
		}
	}

	/**
	 * Return what only the same registry has.
	 */
	private static String identity(PortRegistry registry) {
		return (registry instanceof FilePortRegistry file) ? file.realPath().toString() : registry.location();
	}

	private static InvalidConfigurationPropertyValueException invalid(String property, String value, String reason) {
		return new InvalidConfigurationPropertyValueException(property, value, reason);
	}

}
