package dev.aidis.port.discovery;

import java.util.List;
import java.util.Set;

import dev.aidis.port.PortRegistration;

/**
 * Knows services that are not in the registry.
 *
 * @since 0.1.0
 */
public interface OtherServices {

	/**
	 * Return the instances of a service.
	 * @param serviceName the name of the service
	 * @return the instances, none if there is no such service
	 */
	List<PortRegistration> find(String serviceName);

	/**
	 * Return the names of the services.
	 * @return the names
	 */
	Set<String> names();

	/**
	 * Return where they are known, for people.
	 * @return for example the description of a Spring Cloud discovery client
	 */
	String location();

}
