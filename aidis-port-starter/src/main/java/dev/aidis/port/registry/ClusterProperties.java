package dev.aidis.port.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Configuration properties that say which services belong together.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port")
public class ClusterProperties {

	/**
	 * Name of the cluster that the service registers and looks for others in, where a
	 * registry holds several: lower-case letters, digits, '.', '_' and '-', at most 64.
	 */
	private String cluster = "default";

	/**
	 * Clusters by name.
	 */
	private final Map<String, Cluster> clusters = new LinkedHashMap<>();

	public String getCluster() {
		return this.cluster;
	}

	public void setCluster(String cluster) {
		this.cluster = cluster;
	}

	public Map<String, Cluster> getClusters() {
		return this.clusters;
	}

	/**
	 * Return where a cluster is.
	 * @param name the name of the cluster
	 * @return what is said of it; nothing, if nobody has said anything
	 */
	public Cluster get(String name) {
		return this.clusters.getOrDefault(name, new Cluster());
	}

	/**
	 * Return the cluster, if it has a name that one can have.
	 * @return the cluster's name
	 * @throws InvalidConfigurationPropertyValueException if it has not
	 */
	public String requireCluster() {
		if (!RegisteredName.isValid(this.cluster)) {
			throw new InvalidConfigurationPropertyValueException("aidis.port.cluster", this.cluster,
					"A cluster's name has lower-case letters, digits, '.', '_' and '-', begins with one of the first "
							+ "two, and has at most 64 of them, such as 'staging'.");
		}
		return this.cluster;
	}

	/**
	 * Where a cluster is.
	 */
	public static class Cluster {

		/**
		 * Path of the cluster's registry file.
		 */
		private @Nullable String file;

		/**
		 * Where the cluster's etcd is, if that is another than this application's.
		 */
		private List<String> endpoints = new ArrayList<>();

		public @Nullable String getFile() {
			return this.file;
		}

		public void setFile(@Nullable String file) {
			this.file = file;
		}

		public List<String> getEndpoints() {
			return this.endpoints;
		}

		public void setEndpoints(List<String> endpoints) {
			this.endpoints = endpoints;
		}

	}

}
