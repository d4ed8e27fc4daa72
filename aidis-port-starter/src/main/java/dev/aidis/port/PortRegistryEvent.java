package dev.aidis.port;

import org.springframework.context.ApplicationEvent;

/**
 * Published in an application when an instance of some service comes, changes or goes,
 * for those who keep connections. Published only where something listens for events of
 * this kind, by the registry's own thread, one after the other.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public abstract sealed class PortRegistryEvent extends ApplicationEvent
		permits PortRegisteredEvent, PortChangedEvent, PortDeregisteredEvent {

	private final transient PortRegistration registration;

	PortRegistryEvent(Object source, PortRegistration registration) {
		super(source);
		this.registration = registration;
	}

	/**
	 * Return the instance, as it is now or was last.
	 * @return the instance
	 */
	public PortRegistration getRegistration() {
		return this.registration;
	}

}
