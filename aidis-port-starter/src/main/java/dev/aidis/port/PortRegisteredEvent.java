package dev.aidis.port;

/**
 * Published when an instance can be found: it has registered, or was there already when
 * the application started to watch.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class PortRegisteredEvent extends PortRegistryEvent {

	/**
	 * Create a new event.
	 * @param source who publishes it
	 * @param registration the instance
	 */
	public PortRegisteredEvent(Object source, PortRegistration registration) {
		super(source, registration);
	}

}
