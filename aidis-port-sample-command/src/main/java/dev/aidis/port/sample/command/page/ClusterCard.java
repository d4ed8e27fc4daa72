package dev.aidis.port.sample.command.page;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.sample.command.registry.ClusterState;
import dev.aidis.port.sample.command.registry.Instance;

/**
 * One of several clusters, as the page shows them side by side.
 *
 * @param name its name
 * @param own whether this service is in it
 * @param location where its registry is
 * @param problem why that cannot be used, or is not as it is now, or {@code null}
 * @param summary what is in it
 */
record ClusterCard(String name, boolean own, String location, @Nullable String problem, Summary summary) {

	/**
	 * Describe the clusters.
	 * @param clusters the clusters
	 * @param instances all instances
	 */
	static List<ClusterCard> of(List<ClusterState> clusters, List<Instance> instances) {
		return clusters.stream()
			.map((cluster) -> new ClusterCard(cluster.name(), cluster.own(), cluster.location(), cluster.problem(),
					Summary.of(instances.stream()
						.filter((instance) -> instance.cluster().equals(cluster.name()))
						.toList())))
			.toList();
	}

}
