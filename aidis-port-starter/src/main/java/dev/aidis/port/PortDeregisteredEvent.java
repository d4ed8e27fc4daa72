package dev.aidis.port;

/**
 * Published when an instance cannot be found any more: it was removed, or its process has
 * ended.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class PortDeregisteredEvent extends PortRegistryEvent {

	/**
	 * Create a new event.
	 * @param source who publishes it
	 * @param registration the instance as it was last
	 */
	public PortDeregisteredEvent(Object source, PortRegistration registration) {
		super(source, registration);
	}

}
