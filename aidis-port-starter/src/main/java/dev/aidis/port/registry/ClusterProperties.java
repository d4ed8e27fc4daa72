package dev.aidis.port.registry;

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

	public String getCluster() {
		return this.cluster;
	}

	public void setCluster(String cluster) {
		this.cluster = cluster;
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

}
