package dev.aidis.port.discovery;

import dev.aidis.port.PortRegistration;

/**
 * Asks a service whether it is healthy.
 *
 * @since 0.1.0
 */
public interface ServiceHealthProbe {

	/**
	 * Probe an instance.
	 * @param registration the instance
	 * @return its health; a failure to reach it is an answer, too
	 */
	ServiceHealth probe(PortRegistration registration);

}
