package dev.aidis.port.sample.command.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.discovery.PortClusters.Cluster;

/**
 * The registries of all clusters that are looked in, beside each other. What is found
 * says which cluster it is of, where there are several, and of nothing else is that said
 * here: an entry's own claim is dropped. While a cluster's registry cannot be read, what
 * it had last is shown beside the others.
 */
final class ClusteredRegistry {

	private static final int MAX_TIME = 40;

	private final PortRegistry own;

	private final List<Cluster> clusters;

	private final Map<String, List<PortRegistration>> lastLive = new ConcurrentHashMap<>();

	private final Map<String, List<PortRegistration>> lastStale = new ConcurrentHashMap<>();

	private final Map<String, String> problems = new ConcurrentHashMap<>();

	private volatile @Nullable String ownProblem;

	/**
	 * Create a new instance.
	 * @param own the registry that this service registers itself in
	 * @param name the name of its cluster, for where the clusters to look in do not tell
	 * @param clusters the clusters to look in
	 */
	ClusteredRegistry(PortRegistry own, String name, PortClusters clusters) {
		this.own = own;
		List<Cluster> all = new ArrayList<>(clusters.inOrder());
		if (all.stream().noneMatch(Cluster::own)) {
			all.add(0, new Cluster(name, own, true));
		}
		this.clusters = List.copyOf(all);
	}

	private boolean isSeveral() {
		return this.clusters.size() > 1;
	}

	/**
	 * Return the live instances of all clusters.
	 * @throws PortRegistryException if not one of the registries can be read
	 */
	List<PortRegistration> registrations() {
		return read(this::readLive, this.lastLive);
	}

	/**
	 * Return what look-ups hide in all clusters.
	 * @throws PortRegistryException if not one of the registries can be read
	 */
	List<PortRegistration> staleRegistrations() {
		return read((cluster) -> cluster.registry().staleRegistrations(), this.lastStale);
	}

	private List<PortRegistration> readLive(Cluster cluster) {
		List<PortRegistration> found = cluster.registry().registrations();
		String problem = problem(cluster, found);
		if (problem != null) {
			this.problems.put(cluster.name(), problem);
		}
		else {
			this.problems.remove(cluster.name());
		}
		return found;
	}

	/**
	 * Return why what was found is not what is there now, as some registries tell last
	 * what they knew.
	 */
	private static @Nullable String problem(Cluster cluster, List<PortRegistration> found) {
		try {
			if (!cluster.own()) {
				cluster.registry().verifyReadable();
			}
		}
		catch (PortRegistryException ex) {
			return String.valueOf(ex.getMessage());
		}
		return found.stream()
			.flatMap((registration) -> Stream.ofNullable(registration.metadata().get(PortRegistration.STALE_SINCE)))
			.findFirst()
			.map((since) -> "It cannot be reached. What is shown was so at " + Printable.of(since, MAX_TIME) + ".")
			.orElse(null);
	}

	private List<PortRegistration> read(Function<Cluster, List<PortRegistration>> question,
			Map<String, List<PortRegistration>> last) {
		List<PortRegistration> found = new ArrayList<>();
		PortRegistryException failure = null;
		int read = 0;
		for (Cluster cluster : this.clusters) {
			try {
				last.put(cluster.name(), in(cluster, question.apply(cluster)));
				read++;
			}
			catch (PortRegistryException ex) {
				this.problems.put(cluster.name(), String.valueOf(ex.getMessage()));
				failure = (failure != null) ? failure : ex;
			}
			found.addAll(last.getOrDefault(cluster.name(), List.of()));
		}
		if (read == 0 && failure != null) {
			throw failure;
		}
		return found;
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

	/**
	 * Check that the own registry can be read and written.
	 * @throws PortRegistryException if it can not
	 */
	void verify() {
		try {
			this.own.verify();
			this.ownProblem = null;
		}
		catch (PortRegistryException ex) {
			this.ownProblem = String.valueOf(ex.getMessage());
			throw ex;
		}
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
					problem(cluster)))
			.toList();
	}

	private @Nullable String problem(Cluster cluster) {
		String problem = this.problems.get(cluster.name());
		return (problem == null && cluster.own()) ? this.ownProblem : problem;
	}

}
