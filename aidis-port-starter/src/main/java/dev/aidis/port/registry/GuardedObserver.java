package dev.aidis.port.registry;

import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.aidis.port.PortRegistryObserver;

/**
 * Keeps what an observer throws from those who are observed.
 *
 * @since 0.1.0
 */
public final class GuardedObserver implements PortRegistryObserver {

	private static final Log logger = LogFactory.getLog(GuardedObserver.class);

	private final PortRegistryObserver observer;

	/**
	 * Create a new instance.
	 * @param observer is told of everything, and may throw
	 */
	public GuardedObserver(PortRegistryObserver observer) {
		this.observer = observer;
	}

	@Override
	public void locked(long waitedNanos) {
		try {
			this.observer.locked(waitedNanos);
		}
		catch (RuntimeException ex) {
			debug(ex);
		}
	}

	@Override
	public void lockTimedOut(long waitedNanos) {
		tell((observer) -> observer.lockTimedOut(waitedNanos));
	}

	@Override
	public void written(long tookNanos) {
		try {
			this.observer.written(tookNanos);
		}
		catch (RuntimeException ex) {
			debug(ex);
		}
	}

	@Override
	public void reasserted(int entries) {
		tell((observer) -> observer.reasserted(entries));
	}

	@Override
	public void recovered() {
		tell(PortRegistryObserver::recovered);
	}

	private void tell(Consumer<PortRegistryObserver> call) {
		try {
			call.accept(this.observer);
		}
		catch (RuntimeException ex) {
			debug(ex);
		}
	}

	private static void debug(RuntimeException ex) {
		logger.debug("The observer of the port registry failed", ex);
	}

}
