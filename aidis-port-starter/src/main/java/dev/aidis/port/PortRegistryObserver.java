package dev.aidis.port;

/**
 * Is told what a registry's engine does beside answering look-ups, for those who measure
 * it. An application's bean of this type is given to the engine; one without a lock, such
 * as etcd, tells nothing of it. Calls come from the engine's own threads, some while they
 * hold its lock: they must be quick. What they throw is dropped.
 *
 * @since 0.1.0
 */
public interface PortRegistryObserver {

	/**
	 * Is told of everything, and ignores it.
	 */
	PortRegistryObserver NONE = new PortRegistryObserver() {

	};

	/**
	 * The lock that one writer at a time holds was taken.
	 * @param waitedNanos how long that took, in nanoseconds
	 */
	default void locked(long waitedNanos) {
	}

	/**
	 * The lock was not to be had within {@code aidis.port.registry.lock-timeout}.
	 * @param waitedNanos how long that took, in nanoseconds
	 */
	default void lockTimedOut(long waitedNanos) {
	}

	/**
	 * The registry was changed.
	 * @param tookNanos how long that took, while holding the lock if there is one, in
	 * nanoseconds
	 */
	default void written(long tookNanos) {
	}

	/**
	 * Entries of this process, which others had removed or altered, were put back.
	 * @param entries how many
	 */
	default void reasserted(int entries) {
	}

	/**
	 * A registry that was broken was replaced by what could be saved.
	 */
	default void recovered() {
	}

}
