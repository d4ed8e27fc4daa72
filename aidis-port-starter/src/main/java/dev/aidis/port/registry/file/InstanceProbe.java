package dev.aidis.port.registry.file;

import dev.aidis.port.PortRegistration;

/**
 * Asks an instance whether it is there, where its process cannot be seen: in another
 * namespace, hidden, or of an unknown id.
 *
 * @since 0.1.0
 */
public interface InstanceProbe {

	/**
	 * Nobody is asked, so nobody answers.
	 */
	InstanceProbe NONE = new InstanceProbe() {

		@Override
		public boolean answers(PortRegistration registration) {
			return false;
		}

		@Override
		public boolean isInstance(PortRegistration registration) {
			return false;
		}

	};

	/**
	 * Tell whether an instance answers, as far as it can be told from others that might
	 * have its port by now. Only this machine is asked.
	 * @param registration the instance
	 * @return whether it seems to be there
	 */
	boolean answers(PortRegistration registration);

	/**
	 * Tell whether the very instance answers, by its id. Only this machine is asked.
	 * @param registration the instance
	 * @return whether it is certainly there
	 */
	boolean isInstance(PortRegistration registration);

}
