package dev.aidis.port.registry.file;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryChange;

/**
 * Tells those who watch what has changed since they were told last.
 */
final class RegistryChanges {

	private static final Log logger = LogFactory.getLog(RegistryChanges.class);

	private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

	/**
	 * Add a watcher. What is registered already is news to it.
	 * @return removes the watcher
	 */
	Runnable add(Consumer<PortRegistryChange> listener) {
		Watcher watcher = new Watcher(listener);
		this.watchers.add(watcher);
		return () -> this.watchers.remove(watcher);
	}

	boolean isWatched() {
		return !this.watchers.isEmpty();
	}

	/**
	 * Tell every watcher what is new to it.
	 * @param live what is registered now
	 */
	void publish(List<PortRegistration> live) {
		this.watchers.forEach((watcher) -> watcher.update(live));
	}

	private static final class Watcher {

		private final Consumer<PortRegistryChange> listener;

		private Map<String, PortRegistration> told = Map.of();

		Watcher(Consumer<PortRegistryChange> listener) {
			this.listener = listener;
		}

		private void update(List<PortRegistration> live) {
			Map<String, PortRegistration> gone = new LinkedHashMap<>(this.told);
			Map<String, PortRegistration> now = new HashMap<>();
			for (PortRegistration registration : live) {
				PortRegistration before = gone.remove(registration.instanceId());
				now.put(registration.instanceId(), registration);
				if (before == null) {
					tell(new PortRegistryChange.Registered(registration));
				}
				else if (!before.equals(registration)) {
					tell(new PortRegistryChange.Changed(before, registration));
				}
			}
			gone.values().forEach((registration) -> tell(new PortRegistryChange.Deregistered(registration)));
			this.told = now;
		}

		private void tell(PortRegistryChange change) {
			try {
				this.listener.accept(change);
			}
			catch (RuntimeException ex) {
				logger.warn("A watcher of the port registry failed on " + change, ex);
			}
		}

	}

}
