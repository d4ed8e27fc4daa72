package dev.aidis.port.registry.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.file.RegistryReader.Snapshot;

/**
 * The instances that this process registered: puts their entries into the file, puts them
 * back when somebody removes or alters them, and removes them.
 */
final class OwnInstances {

	private static final Log logger = LogFactory.getLog(OwnInstances.class);

	private final String location;

	private final RegistryAccess access;

	private final OwnEntries entries;

	private final Liveness liveness;

	/**
	 * What should be in the file. Whoever changes the file looks here while it holds the
	 * lock, so that no late change brings back what was removed.
	 */
	private final ConcurrentMap<String, OwnInstance> wanted = new ConcurrentHashMap<>();

	private final Removals removals;

	private final PortRegistryObserver observer;

	OwnInstances(String location, RegistryAccess access, OwnEntries entries, Liveness liveness,
			PortRegistryObserver observer) {
		this.location = location;
		this.access = access;
		this.entries = entries;
		this.liveness = liveness;
		this.observer = observer;
		this.removals = new Removals(access, liveness, this::release);
	}

	boolean isEmpty() {
		return this.wanted.isEmpty() && this.removals.isDone();
	}

	/**
	 * Tell whether there is something that could not be removed yet.
	 */
	boolean isRemoving() {
		return this.removals.isBehind();
	}

	/**
	 * Leave the entries to themselves.
	 */
	void abandon() {
		this.wanted.clear();
	}

	Optional<String> problem(String instanceId) {
		return Optional.ofNullable(this.wanted.get(instanceId)).map(OwnInstance::problem);
	}

	/**
	 * Put an instance's entry into the file, now or, if that fails, as soon as it can be.
	 * @throws DuplicateServiceException if it must not be there at all
	 * @throws PortRegistryException if it is not there yet
	 */
	void register(PortRegistration registration) {
		this.removals.forget(registration.instanceId());
		OwnInstance fresh = new OwnInstance(registration);
		OwnInstance known = this.wanted.putIfAbsent(registration.instanceId(), fresh);
		OwnInstance instance = (known != null) ? known : fresh;
		boolean changed = instance.change(registration);
		try {
			Snapshot snapshot = this.access.read();
			if (changed || !isIntact(instance, snapshot)) {
				put(List.of(instance), snapshot);
			}
		}
		catch (DuplicateServiceException ex) {
			this.wanted.remove(registration.instanceId());
			throw ex;
		}
		catch (RuntimeException ex) {
			instance.note(String.valueOf(ex.getMessage()));
			throw ex;
		}
	}

	/**
	 * Remove an entry, now or, if that fails, as soon as it can be.
	 * @throws PortRegistryException if it is still there
	 */
	void deregister(String instanceId) {
		this.removals.remove(instanceId, this.wanted.remove(instanceId));
	}

	/**
	 * The byte goes last: as long as the entry is there, it tells the truth.
	 */
	private void release(OwnInstance instance) {
		try {
			this.entries.releaseSlot(instance);
		}
		catch (IOException ex) {
			logger.debug("Could not free the byte of " + instance.id(), ex);
		}
	}

	/**
	 * Put right whatever is not in the file as it should be. What goes wrong is told
	 * once, until it is right again.
	 */
	void reassert() {
		this.removals.repeat();
		List<OwnInstance> astray = new ArrayList<>(this.wanted.values());
		try {
			Snapshot snapshot = this.access.read();
			astray.removeIf((instance) -> isIntact(instance, snapshot));
			if (!astray.isEmpty()) {
				List<OwnInstance> lost = astray.stream().filter(OwnInstance::isEstablished).toList();
				Set<OwnInstance> replaced = put(astray, snapshot);
				tellReasserted((int) lost.stream().filter((instance) -> !replaced.contains(instance)).count());
			}
		}
		catch (DuplicateServiceException ex) {
			logger.error("Service is not registered. " + ex.getMessage());
			astray.stream()
				.filter((instance) -> !instance.isEstablished()
						&& instance.registration().serviceName().equals(ex.getExisting().serviceName()))
				.forEach((instance) -> this.wanted.remove(instance.id()));
		}
		catch (PortRegistryException ex) {
			astray.forEach((instance) -> tell(instance, ex.getMessage()));
		}
	}

	private void tellReasserted(int entries) {
		if (entries > 0) {
			this.observer.reasserted(entries);
		}
	}

	private boolean isIntact(OwnInstance instance, Snapshot snapshot) {
		try {
			// From the snapshot's index, since this is done at each check.
			RegistryEntry successor = this.entries.successor(instance,
					snapshot.entries(instance.registration().serviceName()), this.liveness);
			boolean intact = (successor != null) ? snapshot.find(instance.id()) == null
					: this.entries.isIntact(instance, snapshot);
			if (intact) {
				settle(instance, successor);
			}
			return intact;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Put the entries of instances into the file.
	 * @return the instances whose place another one took
	 */
	private Set<OwnInstance> put(List<OwnInstance> instances, Snapshot snapshot) {
		Map<OwnInstance, RegistryEntry> successors = new HashMap<>();
		Predicate<RegistryEntry> dead = this.liveness.deadAmong(snapshot.document().entries());
		this.access.update((document) -> {
			Liveness now = this.liveness.atThisMoment();
			document.removeIf(dead);
			successors.clear();
			for (OwnInstance instance : instances) {
				RegistryEntry successor = this.entries.successor(instance,
						document.entries(instance.registration().serviceName()), now);
				if (successor != null) {
					successors.put(instance, successor);
					document.removeIf((entry) -> instance.id().equals(entry.instanceId()));
				}
				else if (this.wanted.containsKey(instance.id())) {
					this.entries.put(document, instance, now);
				}
			}
		});
		for (OwnInstance instance : instances) {
			instance.establish();
			settle(instance, successors.get(instance));
		}
		return successors.keySet();
	}

	/**
	 * Note that an instance is registered as it should be, or that another took its
	 * place.
	 */
	private void settle(OwnInstance instance, @Nullable RegistryEntry successor) {
		if (successor != null) {
			tell(instance, "process " + successor.pid()
					+ " took its place, since it registered later with aidis.port.registry.on-duplicate=replace");
		}
		else if (instance.note(null) != null) {
			logger
				.info("Service '" + instance.registration().serviceName() + "' is now registered in " + this.location);
		}
	}

	private void tell(OwnInstance instance, @Nullable String problem) {
		if (instance.note(String.valueOf(problem)) == null && this.wanted.containsKey(instance.id())) {
			logger.warn("Service '" + instance.registration().serviceName() + "' at " + instance.registration().uri()
					+ " runs, but others cannot find it for now: " + problem);
		}
	}

}
