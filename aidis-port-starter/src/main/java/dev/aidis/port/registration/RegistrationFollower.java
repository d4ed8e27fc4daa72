package dev.aidis.port.registration;

import dev.aidis.port.PortRegistration;

/**
 * Is told of this application's own registration, for those who publish it beside the
 * registry. Calls come one at a time, while the registration is made or removed: they
 * must be quick. What they throw is logged.
 *
 * @since 0.1.0
 */
public interface RegistrationFollower {

	/**
	 * The application is registered, or its registration has changed.
	 * @param registration how it is, or should be, registered
	 */
	void registered(PortRegistration registration);

	/**
	 * The application's registration ends. It still answers requests.
	 * @param registration how it was registered
	 */
	void ended(PortRegistration registration);

}
