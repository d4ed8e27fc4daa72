package dev.aidis.port;

import java.util.List;

/**
 * Keeps the registrations of all services that should find each other. The default engine
 * is a JSON file; an application may supply another as a bean.
 * <p>
 * Implementations are safe for use by several threads and by several processes.
 *
 * @since 0.1.0
 */
public interface PortRegistry {

	/**
	 * Make sure that the registry holds exactly this registration under its instance id.
	 * Where it already does, nothing is written, so this may be called as often as one
	 * likes to put right what somebody else removed or altered.
	 * @param registration the registration
	 * @throws PortRegistryException if the registry cannot be written
	 */
	void register(PortRegistration registration);

	/**
	 * Remove the registration with this instance id. Other instances are never touched,
	 * not even one with the same name and port; an unknown id does nothing.
	 * @param instanceId the instance id
	 * @throws PortRegistryException if the registry cannot be written
	 */
	void deregister(String instanceId);

	/**
	 * Return the live instances of all services, in the registry's order.
	 * @return the registrations, without any whose process is known to have ended
	 * @throws PortRegistryException if the registry cannot be read
	 */
	List<PortRegistration> registrations();

	/**
	 * Return the live instances of one service, the first registered first.
	 * @param serviceName the name of the service; if there is none of exactly that name,
	 * the one of that name in lower case is meant
	 * @return the registrations, without any whose process is known to have ended
	 * @throws PortRegistryException if the registry cannot be read
	 */
	List<PortRegistration> registrations(String serviceName);

	/**
	 * Return the registrations that look-ups hide: their process has ended and nobody has
	 * removed them yet, or nothing tells that it lives.
	 * @return the stale registrations
	 * @throws PortRegistryException if the registry cannot be read
	 */
	List<PortRegistration> staleRegistrations();

	/**
	 * Remove the registrations whose process has certainly ended.
	 * @return what was removed
	 * @throws PortRegistryException if the registry cannot be written
	 */
	List<PortRegistration> prune();

	/**
	 * Check that the registry can be read and written, without changing it.
	 * @throws PortRegistryException if it can not
	 */
	void verify();

	/**
	 * Return where the registry is, in a form that helps a person to find it.
	 * @return for example the path of a file
	 */
	String location();

}
