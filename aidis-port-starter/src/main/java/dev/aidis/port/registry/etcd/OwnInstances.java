package dev.aidis.port.registry.etcd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.etcd.jetcd.ByteSequence;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.PortRegistryObserver;

/**
 * The instances that this application registered: what should be in etcd, what should be
 * there no longer, and who waits for it. One thread makes it so.
 */
final class OwnInstances {

	private static final Log logger = LogFactory.getLog(OwnInstances.class);

	private final EtcdSettings settings;

	private final EtcdLease lease;

	private final EtcdWriter writer;

	private final PortRegistryObserver observer;

	/**
	 * What should be there, by key and in the order of their registration.
	 */
	private final Map<String, Own> wanted = new LinkedHashMap<>();

	private final Map<String, String> keys = new LinkedHashMap<>();

	private final Map<String, List<CompletableFuture<Void>>> removals = new LinkedHashMap<>();

	OwnInstances(EtcdSettings settings, PortRegistryObserver observer) {
		this.settings = settings;
		this.lease = new EtcdLease(settings);
		this.writer = new EtcdWriter(settings, this.lease);
		this.observer = observer;
	}

	/**
	 * Want an instance to be registered.
	 * @return is completed when it is, or could not be for now
	 */
	synchronized CompletableFuture<Void> want(PortRegistration registration) {
		String key = EtcdKeys.key(this.settings.folder(), registration);
		String before = this.keys.put(registration.instanceId(), key);
		if (before != null && !before.equals(key)) {
			remove(before);
		}
		release(this.removals.remove(key), null);
		Own own = this.wanted.computeIfAbsent(key, (unknown) -> new Own(registration));
		own.registration = registration;
		CompletableFuture<Void> done = new CompletableFuture<>();
		own.waiting.add(done);
		return done;
	}

	/**
	 * Want an instance to be registered no longer.
	 * @return is completed when it is not, or could not be removed for now
	 */
	synchronized CompletableFuture<Void> unwant(String instanceId) {
		String key = this.keys.remove(instanceId);
		if (key == null) {
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<Void> done = new CompletableFuture<>();
		remove(key).add(done);
		return done;
	}

	/**
	 * Return who waits for the removal.
	 */
	private List<CompletableFuture<Void>> remove(String key) {
		Own own = this.wanted.remove(key);
		if (own != null) {
			release(own.waiting, null);
		}
		return this.removals.computeIfAbsent(key, (unknown) -> new ArrayList<>());
	}

	synchronized boolean isOwn(String key) {
		return this.wanted.containsKey(key);
	}

	synchronized Optional<String> problem(String instanceId) {
		return Optional.ofNullable(this.keys.get(instanceId))
			.map(this.wanted::get)
			.flatMap((own) -> Optional.ofNullable(own.problem));
	}

	synchronized boolean isRegisteredHere(String instanceId) {
		return this.keys.containsKey(instanceId);
	}

	/**
	 * Note that an instance is not there yet, since nobody has said more about it.
	 */
	synchronized void noteMissing(String instanceId, String problem) {
		Own own = this.wanted.get(String.valueOf(this.keys.get(instanceId)));
		if (own != null && own.problem == null && !own.waiting.isEmpty()) {
			own.problem = problem;
		}
	}

	/**
	 * Give a sign of life.
	 * @throws EtcdFailureException if it does not arrive
	 */
	void keepAlive(EtcdConnection connection) {
		this.lease.keepAlive(connection);
	}

	/**
	 * Make etcd hold what it should.
	 * @return whether it does, and nothing has to be tried again
	 * @throws EtcdFailureException if the connection is over
	 */
	boolean settle(EtcdConnection connection) {
		boolean settled = true;
		for (String key : removalKeys()) {
			settled &= attempt(() -> delete(connection, key), (reason) -> failRemoval(key, reason));
		}
		Map<String, PortRegistration> present = present();
		if (present.isEmpty()) {
			this.lease.end(connection);
		}
		int reasserted = 0;
		for (Map.Entry<String, PortRegistration> entry : present.entrySet()) {
			boolean[] again = { false };
			settled &= attempt(() -> {
				again[0] = put(connection, entry.getKey(), entry.getValue());
			}, (reason) -> fail(entry.getKey(), reason));
			reasserted += again[0] ? 1 : 0;
		}
		if (reasserted > 0) {
			this.observer.reasserted(reasserted);
		}
		return settled;
	}

	private synchronized List<String> removalKeys() {
		return List.copyOf(this.removals.keySet());
	}

	private synchronized Map<String, PortRegistration> present() {
		Map<String, PortRegistration> present = new LinkedHashMap<>();
		this.wanted.forEach((key, own) -> present.put(key, own.registration));
		return present;
	}

	/**
	 * Do something about one entry. What goes wrong with it is no reason to give the
	 * others up, unless the connection is over.
	 */
	private boolean attempt(Runnable change, Consumer<PortRegistryException> failed) {
		try {
			change.run();
			return true;
		}
		catch (PortRegistryException ex) {
			failed.accept(ex);
		}
		catch (EtcdFailureException ex) {
			if (!ex.isOfOneEntry()) {
				throw ex;
			}
			failed.accept(new PortRegistryException("The port registry " + this.settings.location()
					+ " cannot be written: " + EtcdReason.of(ex, this.settings), ex));
		}
		return false;
	}

	/**
	 * Put an entry, unless it is there as it should be.
	 * @return whether it was put back
	 */
	private boolean put(EtcdConnection connection, String key, PortRegistration registration) {
		ByteSequence value = EtcdEntry.write(registration);
		EtcdEntry entry = connection.view().find(key);
		boolean intact = entry != null && entry.lease() == this.lease.require(connection)
				&& entry.value().equals(value);
		if (!intact) {
			long start = System.nanoTime();
			this.writer.put(connection, key, registration, value);
			this.observer.written(System.nanoTime() - start);
		}
		return done(key, registration) && !intact;
	}

	/**
	 * Note that an entry is there.
	 * @return whether it was there before, in the same form
	 */
	private synchronized boolean done(String key, PortRegistration registration) {
		Own own = this.wanted.get(key);
		if (own == null || !own.registration.equals(registration)) {
			// Somebody wants something else meanwhile, and has asked for another pass.
			return false;
		}
		if (own.problem != null) {
			own.problem = null;
			logger
				.info("Service '" + registration.serviceName() + "' is now registered in " + this.settings.location());
		}
		boolean before = registration.equals(own.established);
		own.established = registration;
		release(own.waiting, null);
		return before;
	}

	private void delete(EtcdConnection connection, String key) {
		this.writer.delete(connection, key);
		synchronized (this) {
			release(this.removals.remove(key), null);
		}
	}

	private synchronized void fail(String key, PortRegistryException reason) {
		Own own = this.wanted.get(key);
		if (own != null) {
			boolean news = own.problem == null && own.waiting.isEmpty();
			own.problem = String.valueOf(reason.getMessage());
			if (news) {
				logger.warn("Service '" + own.registration.serviceName() + "' at " + own.registration.uri()
						+ " runs, but others cannot find it for now: " + reason.getMessage());
			}
			release(own.waiting, reason);
		}
	}

	private synchronized void failRemoval(String key, PortRegistryException reason) {
		List<CompletableFuture<Void>> waiting = this.removals.get(key);
		if (waiting != null) {
			release(waiting, reason);
		}
	}

	/**
	 * Nothing can be done for now.
	 */
	synchronized void failAll(PortRegistryException reason) {
		this.wanted.values().forEach((own) -> {
			if (!own.waiting.isEmpty()) {
				own.problem = String.valueOf(reason.getMessage());
				release(own.waiting, reason);
			}
		});
		this.removals.values().forEach((waiting) -> release(waiting, reason));
	}

	/**
	 * Give everything up: what this application registered ends with its lease.
	 */
	void end(@Nullable EtcdConnection connection) {
		if (connection != null) {
			this.lease.end(connection);
		}
		synchronized (this) {
			this.wanted.clear();
			this.keys.clear();
		}
	}

	private static void release(@Nullable List<CompletableFuture<Void>> waiting,
			@Nullable PortRegistryException reason) {
		if (waiting != null) {
			List<CompletableFuture<Void>> released = List.copyOf(waiting);
			waiting.clear();
			released.forEach((done) -> {
				if (reason != null) {
					done.completeExceptionally(reason);
				}
				else {
					done.complete(null);
				}
			});
		}
	}

	/**
	 * One of them.
	 */
	private static final class Own {

		private PortRegistration registration;

		private @Nullable PortRegistration established;

		private @Nullable String problem;

		private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

		Own(PortRegistration registration) {
			this.registration = registration;
		}

	}

}
