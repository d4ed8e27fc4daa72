package dev.aidis.port.discovery;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for clusters: groups of services that are looked for apart.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port")
public class ClusterProperties {

	/**
	 * Name of the cluster that the application is in.
	 */
	private String cluster = PortClusters.DEFAULT;

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
	 * Where a cluster is.
	 */
	public static class Cluster {

		/**
		 * Path of the cluster's registry file.
		 */
		private @Nullable String file;

		public @Nullable String getFile() {
			return this.file;
		}

		public void setFile(@Nullable String file) {
			this.file = file;
		}

	}

}
