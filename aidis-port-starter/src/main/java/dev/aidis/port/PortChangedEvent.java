package dev.aidis.port;

/**
 * Published when an instance says something else of itself, such as another port or
 * status.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class PortChangedEvent extends PortRegistryEvent {

	private final transient PortRegistration previous;

	/**
	 * Create a new event.
	 * @param source who publishes it
	 * @param previous the instance as it was
	 * @param registration the instance as it is now
	 */
	public PortChangedEvent(Object source, PortRegistration previous, PortRegistration registration) {
		super(source, registration);
		this.previous = previous;
	}

	/**
	 * Return the instance as it was.
	 * @return the instance
	 */
	public PortRegistration getPrevious() {
		return this.previous;
	}

}
