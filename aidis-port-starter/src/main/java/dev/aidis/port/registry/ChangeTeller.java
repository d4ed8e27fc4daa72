package dev.aidis.port.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry.Watch;
import dev.aidis.port.PortRegistryChange;

/**
 * Tells those who watch a registry of its changes, on a thread of its own, so that they
 * may change the registry, and are told in order. An instance that is not there any more
 * is gone at once.
 *
 * @since 0.1.0
 */
public final class ChangeTeller implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ChangeTeller.class);

	private final RegistryChanges changes = new RegistryChanges(Duration.ZERO);

	private final ThreadPoolExecutor thread = Daemons.executor("aidis-port-watch");

	/**
	 * Whether the watchers will be told anyway.
	 */
	private final AtomicBoolean telling = new AtomicBoolean();

	private final Supplier<@Nullable List<PortRegistration>> live;

	/**
	 * Create a new instance.
	 * @param live looks what is registered now; {@code null} where that cannot be said.
	 * It may throw: what cannot be seen has not changed
	 */
	public ChangeTeller(Supplier<@Nullable List<PortRegistration>> live) {
		this.live = live;
		this.thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
	}

	/**
	 * Add a watcher, which {@link #tell} tells of what is registered already.
	 * @param listener is told of changes
	 * @return closing it ends the watch
	 */
	public Watch watch(Consumer<PortRegistryChange> listener) {
		return this.changes.add(listener)::run;
	}

	/**
	 * Look what is registered and tell what is new, soon, if somebody watches.
	 */
	public void tell() {
		if (this.changes.isWatched() && this.telling.compareAndSet(false, true)) {
			this.thread.execute(this::look);
		}
	}

	private void look() {
		this.telling.set(false);
		try {
			List<PortRegistration> now = this.live.get();
			if (now != null) {
				this.changes.publish(now);
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Watchers of a port registry are told nothing for now", ex);
		}
	}

	@Override
	public void close() {
		this.thread.shutdown();
	}

}
