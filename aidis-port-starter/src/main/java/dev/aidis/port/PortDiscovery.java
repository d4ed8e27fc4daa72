package dev.aidis.port;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds services by name. Applications inject it.
 * <p>
 * Every call looks at the registry anew, unless {@code aidis.port.discovery.trust-for}
 * says for how long an answer is believed; don't keep what it returns for longer than a
 * request, since a service may come back on another port at any time.
 *
 * @since 0.1.0
 */
public interface PortDiscovery {

	/**
	 * Find a live instance of a service; one that is ready is preferred to one that
	 * starts.
	 * @param serviceName the name of the service
	 * @return the registration, or empty when no instance lives
	 * @throws PortRegistryException if the registry cannot be read
	 */
	Optional<PortRegistration> find(String serviceName);

	/**
	 * Find all live instances of a service.
	 * @param serviceName the name of the service
	 * @return the registrations, those that are ready first
	 * @throws PortRegistryException if the registry cannot be read
	 */
	List<PortRegistration> findAll(String serviceName);

	/**
	 * Wait for a live instance of a service that is not starting any more.
	 * @param serviceName the name of the service
	 * @param timeout how long to wait at most
	 * @return the registration
	 * @throws ServiceNotFoundException if there is none in time, or the thread is
	 * interrupted (its interrupt flag is then set)
	 * @throws PortRegistryException if the registry cannot be read
	 */
	PortRegistration await(String serviceName, Duration timeout);

	/**
	 * Return the address of a service: that of a live instance, else
	 * {@code http://localhost} with the default port known for the name.
	 * @param serviceName the name of the service
	 * @return the address without a path, such as {@code http://localhost:41873}
	 * @throws ServiceNotFoundException if no instance lives and no default port is known
	 * @throws PortRegistryException if the registry cannot be read
	 */
	URI resolve(String serviceName);

	/**
	 * Tell that a service did not answer where it was said to be. What is believed of it
	 * is forgotten, so the next look-up looks at the registry anew, as all do unless
	 * {@code aidis.port.discovery.trust-for} is set.
	 * @param serviceName the name of the service, as it was looked up
	 */
	default void doubt(String serviceName) {
	}

}
