package dev.aidis.port.registry;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryChange;

/**
 * Tells those who watch a registry what has changed since they were told last.
 *
 * @since 0.1.0
 */
public final class RegistryChanges {

	private static final Log logger = LogFactory.getLog(RegistryChanges.class);

	private final long graceNanos;

	private final LongSupplier clock;

	private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

	/**
	 * Create a new instance, without watchers.
	 * @param grace how long an instance must be missing to be gone
	 */
	public RegistryChanges(Duration grace) {
		this(grace, System::nanoTime);
	}

	RegistryChanges(Duration grace, LongSupplier clock) {
		this.graceNanos = grace.toNanos();
		this.clock = clock;
	}

	/**
	 * Add a watcher. What is registered already is news to it.
	 * @param listener is told of changes by the threads that {@link #publish}
	 * @return removes the watcher
	 */
	public Runnable add(Consumer<PortRegistryChange> listener) {
		Watcher watcher = new Watcher(listener);
		this.watchers.add(watcher);
		return () -> {
			watcher.closed = true;
			this.watchers.remove(watcher);
		};
	}

	/**
	 * Tell whether there is a watcher.
	 * @return whether somebody listens
	 */
	public boolean isWatched() {
		return !this.watchers.isEmpty();
	}

	/**
	 * Tell every watcher what is new to it. One thread at a time may call this. What a
	 * watcher throws is logged and disturbs no other.
	 * @param live what is registered now
	 */
	public void publish(List<PortRegistration> live) {
		this.watchers.forEach((watcher) -> watcher.update(live));
	}

	private final class Watcher {

		private final Consumer<PortRegistryChange> listener;

		private final Map<String, PortRegistration> told = new LinkedHashMap<>();

		private final Map<String, Long> missingSince = new HashMap<>();

		private volatile boolean closed;

		Watcher(Consumer<PortRegistryChange> listener) {
			this.listener = listener;
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
			long now = RegistryChanges.this.clock.getAsLong();
			Long earlier = this.missingSince.putIfAbsent(registration.instanceId(), now);
			long since = (earlier != null) ? earlier : now;
			if (now - since >= RegistryChanges.this.graceNanos) {
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
