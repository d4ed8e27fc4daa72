package dev.aidis.port;

/**
 * What happened to an instance of some service, as a watcher of a {@link PortRegistry} is
 * told.
 *
 * @since 0.1.0
 * @see PortRegistry#watch
 */
public sealed interface PortRegistryChange {

	/**
	 * Return the instance, as it is now or was last.
	 * @return the instance
	 */
	PortRegistration registration();

	/**
	 * The instance can be found from now on.
	 *
	 * @param registration the instance
	 */
	record Registered(PortRegistration registration) implements PortRegistryChange {

	}

	/**
	 * The instance says something else of itself, such as another port or status.
	 *
	 * @param previous the instance as it was
	 * @param registration the instance as it is now
	 */
	record Changed(PortRegistration previous, PortRegistration registration) implements PortRegistryChange {

	}

	/**
	 * The instance cannot be found any more: it was removed, or its process has ended.
	 *
	 * @param registration the instance as it was last
	 */
	record Deregistered(PortRegistration registration) implements PortRegistryChange {

	}

}
