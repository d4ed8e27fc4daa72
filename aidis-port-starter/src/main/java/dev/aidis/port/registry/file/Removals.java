package dev.aidis.port.registry.file;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistryException;

/**
 * Removes entries of this process, and sees to it that they stay away: one that cannot be
 * removed is tried again, and one that a program without a lock brings back, since it had
 * read the file before, is removed once more.
 */
final class Removals {

	private static final Log logger = LogFactory.getLog(Removals.class);

	/**
	 * How often to try again. An entry is dead anyway when its process ends.
	 */
	private static final int MAX_ATTEMPTS = 100;

	private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final RegistryAccess access;

	private final Liveness liveness;

	/**
	 * Called with each instance whose entry is gone.
	 */
	private final Consumer<OwnInstance> gone;

	private final ConcurrentMap<String, OwnInstance> failed = new ConcurrentHashMap<>();

	private int attempts;

	/**
	 * When what was removed a moment ago was removed.
	 */
	private final ConcurrentMap<String, Long> removed = new ConcurrentHashMap<>();

	Removals(RegistryAccess access, Liveness liveness, Consumer<OwnInstance> gone) {
		this.access = access;
		this.liveness = liveness;
		this.gone = gone;
	}

	/**
	 * Tell whether there is something that could not be removed yet.
	 */
	boolean isBehind() {
		return !this.failed.isEmpty();
	}

	/**
	 * Tell whether there is nothing to remove any more, also if it came back.
	 */
	boolean isDone() {
		this.removed.values().removeIf((time) -> System.nanoTime() - time > REMEMBERED_NANOS);
		return this.failed.isEmpty() && this.removed.isEmpty();
	}

	/**
	 * The instance is wanted again.
	 */
	void forget(String instanceId) {
		this.failed.remove(instanceId);
		this.removed.remove(instanceId);
	}

	/**
	 * Remove an entry, now or, if that fails, as soon as it can be.
	 * @param instance the instance it belongs to, if that is one of this process
	 * @throws PortRegistryException if it is still there
	 */
	void remove(String instanceId, @Nullable OwnInstance instance) {
		try {
			remove(List.of(instanceId));
		}
		catch (RuntimeException ex) {
			if (instance != null) {
				this.failed.put(instanceId, instance);
			}
			throw ex;
		}
		if (instance != null) {
			this.removed.put(instanceId, System.nanoTime());
			this.gone.accept(instance);
		}
	}

	/**
	 * Try again what failed, and look whether something came back.
	 */
	void repeat() {
		if (isDone()) {
			return;
		}
		try {
			repeatFailed();
			removeReturned();
		}
		catch (PortRegistryException ex) {
			logger.debug("Could not remove what was deregistered yet", ex);
		}
	}

	private void repeatFailed() {
		Map<String, OwnInstance> again = Map.copyOf(this.failed);
		if (again.isEmpty()) {
			return;
		}
		if (++this.attempts <= MAX_ATTEMPTS) {
			remove(again.keySet());
			again.keySet().forEach((id) -> this.removed.put(id, System.nanoTime()));
		}
		else {
			logger.warn("Could not remove the entries of " + again.keySet() + ", which stay until this process ends");
		}
		this.attempts = 0;
		this.failed.keySet().removeAll(again.keySet());
		again.values().forEach(this.gone);
	}

	private void removeReturned() {
		RegistryDocument document = this.access.read().document();
		List<String> returned = this.removed.keySet().stream().filter((id) -> document.find(id) != null).toList();
		if (!returned.isEmpty()) {
			remove(returned);
		}
	}

	private void remove(Collection<String> instanceIds) {
		if (this.access.isMissing()) {
			return;
		}
		Predicate<RegistryEntry> dead = this.liveness.deadAmong(this.access.read().document().entries());
		this.access.update((document) -> document
			.removeIf((entry) -> isOneOf(instanceIds, entry.instanceId()) || dead.test(entry)));
	}

	private static boolean isOneOf(Collection<String> ids, @Nullable String id) {
		return id != null && ids.contains(id);
	}

}
