package dev.aidis.port.discovery;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;

/**
 * The registries to look in, the preferred one first. A service is taken from the first
 * that has an instance which is ready, so callers go on to the next cluster while none
 * lives in theirs, and come back when one does.
 *
 * @since 0.1.0
 */
public final class PortClusters implements AutoCloseable {

	private static final String DEFAULT = "default";

	private static final Log logger = LogFactory.getLog(PortClusters.class);

	private final List<Cluster> inOrder;

	private final Set<String> silent = ConcurrentHashMap.newKeySet();

	/**
	 * Create a new instance.
	 * @param inOrder the clusters, the preferred one first
	 */
	public PortClusters(List<Cluster> inOrder) {
		this.inOrder = List.copyOf(inOrder);
	}

	/**
	 * Return the clusters of an application that knows only its own.
	 * @param registry the application's registry
	 * @return the one cluster
	 */
	public static PortClusters of(PortRegistry registry) {
		return new PortClusters(List.of(new Cluster(DEFAULT, registry, true)));
	}

	/**
	 * Return the clusters.
	 * @return the clusters, the preferred one first
	 */
	public List<Cluster> inOrder() {
		return this.inOrder;
	}

	/**
	 * Return the live instances of one service in the first cluster that has one which is
	 * ready, else in the first that has one which starts, else what a registry that is
	 * out of reach had last.
	 * @param serviceName the name of the service
	 * @return the registrations, none if no cluster has any
	 * @throws PortRegistryException if nothing is found, and one of the registries cannot
	 * be read
	 */
	public List<PortRegistration> registrations(String serviceName) {
		return find(serviceName).registrations();
	}

	/**
	 * Find the live instances of one service, and tell whether there can be better ones.
	 */
	Found find(String serviceName) {
		List<PortRegistration> starting = List.of();
		List<PortRegistration> stale = List.of();
		PortRegistryException failure = null;
		for (Cluster cluster : this.inOrder) {
			try {
				List<PortRegistration> found = cluster.registry().registrations(serviceName);
				this.silent.remove(cluster.name());
				if (hasAny(found, PortClusters::isStale)) {
					stale = stale.isEmpty() ? found : stale;
				}
				else if (hasAny(found, PortClusters::isReady)) {
					return new Found(found, cluster.equals(this.inOrder.get(0)));
				}
				else {
					starting = starting.isEmpty() ? found : starting;
				}
			}
			catch (PortRegistryException ex) {
				failure = remember(cluster, ex, failure);
			}
		}
		List<PortRegistration> second = starting.isEmpty() ? stale : starting;
		if (second.isEmpty() && failure != null) {
			throw failure;
		}
		return new Found(second, false);
	}

	/**
	 * Without a stream, since look-ups are many.
	 */
	private static boolean hasAny(List<PortRegistration> found, Predicate<PortRegistration> condition) {
		for (PortRegistration registration : found) {
			if (condition.test(registration)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isReady(PortRegistration registration) {
		return registration.status() != Status.STARTING;
	}

	/**
	 * A registry that has lost its connection goes on to tell what it knew, and says so.
	 */
	private static boolean isStale(PortRegistration registration) {
		return registration.metadata().containsKey(PortRegistration.STALE_SINCE);
	}

	/**
	 * The next cluster is asked. What is wrong is told once, until the registry can be
	 * read again; with one cluster there is an error, which tells it.
	 */
	private PortRegistryException remember(Cluster cluster, PortRegistryException ex,
			@Nullable PortRegistryException before) {
		if (this.inOrder.size() > 1 && this.silent.add(cluster.name())) {
			logger.warn("Services are not found in cluster '" + cluster.name() + "' for now. " + ex.getMessage());
		}
		return (before != null) ? before : ex;
	}

	/**
	 * Return how often this process has changed the registries.
	 * @return a number that is greater after each change, or -1 if one of the registries
	 * does not count
	 */
	long ownChanges() {
		long changes = 0;
		for (Cluster cluster : this.inOrder) {
			long counted = cluster.registry().ownChanges();
			if (counted < 0) {
				return -1;
			}
			changes += counted;
		}
		return changes;
	}

	/**
	 * Return the names of the services in all clusters that can be read.
	 * @return the names, each once
	 * @throws PortRegistryException if none of the registries can be read
	 */
	public List<String> names() {
		PortRegistryException failure = null;
		Stream.Builder<PortRegistration> found = Stream.builder();
		int read = 0;
		for (Cluster cluster : this.inOrder) {
			try {
				cluster.registry().registrations().forEach(found);
				read++;
			}
			catch (PortRegistryException ex) {
				failure = remember(cluster, ex, failure);
			}
		}
		if (read == 0 && failure != null) {
			throw failure;
		}
		return found.build().map(PortRegistration::serviceName).distinct().toList();
	}

	/**
	 * Check that the registries can be read and written.
	 * @throws PortRegistryException if one of them can not
	 */
	public void verify() {
		this.inOrder.forEach((cluster) -> cluster.registry().verify());
	}

	/**
	 * Return where the registries are, for people.
	 * @return for example the path of a file
	 */
	public String location() {
		return String.join(" or ", this.inOrder.stream().map((cluster) -> cluster.registry().location()).toList());
	}

	/**
	 * Close the registries that were opened to look in; the application's own is not one
	 * of them.
	 */
	@Override
	public void close() {
		for (Cluster cluster : this.inOrder) {
			if (!cluster.own() && cluster.registry() instanceof AutoCloseable closeable) {
				try {
					closeable.close();
				}
				catch (Exception ex) {
					logger.debug("Could not close the registry of cluster '" + cluster.name() + "'", ex);
				}
			}
		}
	}

	/**
	 * A cluster by name.
	 *
	 * @param name the name of the cluster
	 * @param registry its registry
	 * @param own whether the application registers itself there
	 */
	public record Cluster(String name, PortRegistry registry, boolean own) {

	}

	/**
	 * What was found of a service.
	 *
	 * @param registrations the live instances
	 * @param best whether one of them is ready and in the preferred cluster, so that
	 * another look, at the same moment, could find nothing better
	 */
	record Found(List<PortRegistration> registrations, boolean best) {

	}

}
