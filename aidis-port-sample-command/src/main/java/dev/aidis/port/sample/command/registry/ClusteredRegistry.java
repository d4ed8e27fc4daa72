package dev.aidis.port.sample.command.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.discovery.PortClusters.Cluster;

/**
 * The registries of all clusters that are looked in, beside each other. What is found
 * says which cluster it is of, where there are several, and of nothing else is that said
 * here: an entry's own claim is dropped. While another cluster's registry cannot be read,
 * what it had last is shown.
 */
final class ClusteredRegistry {

	private final PortRegistry own;

	private final List<Cluster> clusters;

	private final Map<String, List<PortRegistration>> lastLive = new ConcurrentHashMap<>();

	private final Map<String, List<PortRegistration>> lastStale = new ConcurrentHashMap<>();

	private final Map<String, String> problems = new ConcurrentHashMap<>();

	ClusteredRegistry(PortRegistry own, PortClusters clusters) {
		this.own = own;
		List<Cluster> all = new ArrayList<>(clusters.inOrder());
		if (all.stream().noneMatch(Cluster::own)) {
			all.add(0, new Cluster("", own, true));
		}
		this.clusters = List.copyOf(all);
	}

	private boolean isSeveral() {
		return this.clusters.size() > 1;
	}

	List<PortRegistration> registrations() {
		return read(PortRegistry::registrations, this.lastLive);
	}

	List<PortRegistration> staleRegistrations() {
		return read(PortRegistry::staleRegistrations, this.lastStale);
	}

	private List<PortRegistration> read(Function<PortRegistry, List<PortRegistration>> question,
			Map<String, List<PortRegistration>> last) {
		List<PortRegistration> found = new ArrayList<>();
		for (Cluster cluster : this.clusters) {
			found.addAll(cluster.own() ? in(cluster, question.apply(cluster.registry()))
					: readOther(cluster, question, last));
		}
		return found;
	}

	private List<PortRegistration> readOther(Cluster cluster, Function<PortRegistry, List<PortRegistration>> question,
			Map<String, List<PortRegistration>> last) {
		try {
			last.put(cluster.name(), in(cluster, question.apply(cluster.registry())));
			this.problems.remove(cluster.name());
		}
		catch (PortRegistryException ex) {
			this.problems.put(cluster.name(), String.valueOf(ex.getMessage()));
		}
		return last.getOrDefault(cluster.name(), List.of());
	}

	private List<PortRegistration> in(Cluster cluster, List<PortRegistration> registrations) {
		return registrations.stream().map((registration) -> in(cluster, registration)).toList();
	}

	private PortRegistration in(Cluster cluster, PortRegistration registration) {
		String name = isSeveral() ? cluster.name() : null;
		boolean said = registration.metadata().containsKey(Instance.CLUSTER);
		return (name == null && !said) ? registration
				: registration.with((builder) -> builder.metadata(Instance.CLUSTER, name));
	}

	/**
	 * Tell a listener of every change in every cluster. Several threads may do so at
	 * once.
	 * @return ends it
	 */
	Runnable watch(Consumer<PortRegistryChange> listener) {
		List<PortRegistry.Watch> watches = new ArrayList<>();
		for (Cluster cluster : this.clusters) {
			watches.add(cluster.registry().watch((change) -> listener.accept(in(cluster, change))));
		}
		return () -> watches.forEach(PortRegistry.Watch::close);
	}

	private PortRegistryChange in(Cluster cluster, PortRegistryChange change) {
		PortRegistration registration = in(cluster, change.registration());
		if (change instanceof PortRegistryChange.Changed changed) {
			return new PortRegistryChange.Changed(in(cluster, changed.previous()), registration);
		}
		return (change instanceof PortRegistryChange.Registered) ? new PortRegistryChange.Registered(registration)
				: new PortRegistryChange.Deregistered(registration);
	}

	/**
	 * Remove the dead of the own cluster. Those of others are removed by who lives there.
	 */
	List<PortRegistration> prune() {
		return this.own.prune();
	}

	void verify() {
		this.own.verify();
	}

	String location() {
		return this.own.location();
	}

	/**
	 * Return the clusters, none where there is only one.
	 */
	List<ClusterState> states() {
		if (!isSeveral()) {
			return List.of();
		}
		return this.clusters.stream()
			.map((cluster) -> new ClusterState(cluster.name(), cluster.own(), cluster.registry().location(),
					this.problems.get(cluster.name())))
			.toList();
	}

}
