package dev.aidis.port.registry.file;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryChange;

/**
 * Tells those who watch what has changed since they were told last.
 */
final class RegistryChanges {

	private static final Log logger = LogFactory.getLog(RegistryChanges.class);

	/**
	 * How long an instance must be missing to be gone: a program that rewrites the file
	 * without a lock may leave one out for a moment, until its service puts it back.
	 */
	private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

	private final LongSupplier clock;

	private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

	RegistryChanges() {
		this(System::nanoTime);
	}

	RegistryChanges(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * Add a watcher. What is registered already is news to it.
	 * @return removes the watcher
	 */
	Runnable add(Consumer<PortRegistryChange> listener) {
		Watcher watcher = new Watcher(listener, this.clock);
		this.watchers.add(watcher);
		return () -> {
			watcher.closed = true;
			this.watchers.remove(watcher);
		};
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

		private final LongSupplier clock;

		private final Map<String, PortRegistration> told = new LinkedHashMap<>();

		private final Map<String, Long> missingSince = new HashMap<>();

		private volatile boolean closed;

		Watcher(Consumer<PortRegistryChange> listener, LongSupplier clock) {
			this.listener = listener;
			this.clock = clock;
		}

		private void update(List<PortRegistration> live) {
			Map<String, PortRegistration> now = new LinkedHashMap<>();
			live.forEach((registration) -> now.putIfAbsent(registration.instanceId(), registration));
			now.values().forEach(this::updateLive);
			List.copyOf(this.told.values())
				.stream()
				.filter((registration) -> !now.containsKey(registration.instanceId()))
				.forEach(this::updateMissing);
		}

		private void updateLive(PortRegistration registration) {
			this.missingSince.remove(registration.instanceId());
			PortRegistration before = this.told.put(registration.instanceId(), registration);
			if (before == null) {
				tell(new PortRegistryChange.Registered(registration));
			}
			else if (!before.equals(registration)) {
				tell(new PortRegistryChange.Changed(before, registration));
			}
		}

		private void updateMissing(PortRegistration registration) {
			long now = this.clock.getAsLong();
			Long since = this.missingSince.putIfAbsent(registration.instanceId(), now);
			if (since != null && now - since >= GRACE_NANOS) {
				this.missingSince.remove(registration.instanceId());
				this.told.remove(registration.instanceId());
				tell(new PortRegistryChange.Deregistered(registration));
			}
		}

		private void tell(PortRegistryChange change) {
			try {
				if (!this.closed) {
					this.listener.accept(change);
				}
			}
			catch (Throwable ex) {
				logger.warn("A watcher of the port registry failed on " + change, ex);
			}
		}

	}

}
