package dev.aidis.port.autoconfigure;

import dev.aidis.port.PortRegistry;

/**
 * Opens the registries of other clusters, by an engine's own rules.
 */
@FunctionalInterface
interface ClusterRegistries {

	/**
	 * Open the registry of another cluster, to look in only.
	 * @param cluster the name of the cluster
	 * @return the registry; the caller closes it
	 * @throws RuntimeException if nothing says where it is; the message says which
	 * setting would
	 */
	PortRegistry open(String cluster);

}
