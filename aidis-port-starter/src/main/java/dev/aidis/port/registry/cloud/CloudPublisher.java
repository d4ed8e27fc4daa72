package dev.aidis.port.registry.cloud;

import org.springframework.cloud.client.discovery.DiscoveryClient;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;

/**
 * Publishes in one of Spring Cloud's registries, as far as their common interface does
 * not tell how.
 *
 * @since 0.1.0
 */
public interface CloudPublisher {

	/**
	 * Return which registry it is, and where, for people.
	 * @return for example {@code ZooKeeper at localhost:2181}
	 */
	String location();

	/**
	 * Check that there is a connection, quickly: this comes before every look-up.
	 * @throws PortRegistryException if there is none
	 */
	default void checkConnection() {
	}

	/**
	 * Tell whether a discovery client reads this registry, so that it is not asked while
	 * there is no connection.
	 * @param client the client
	 * @return whether it does
	 */
	default boolean isReadBy(DiscoveryClient client) {
		return false;
	}

	/**
	 * Check that the registry answers.
	 * @throws PortRegistryException if it does not
	 */
	void verify();

	/**
	 * Publish this application with a registration's facts, or change what is published
	 * of it. Where Spring Cloud publishes the application itself and has not done so yet,
	 * it will do it with these facts.
	 * @param application how this application is registered
	 * @throws PortRegistryException if the registry cannot be written for now
	 */
	void publish(PortRegistration application);

	/**
	 * Take this application out of the registry, before it stops to answer.
	 * @param application how it was registered
	 * @throws PortRegistryException if the registry cannot be written
	 */
	void withdraw(PortRegistration application);

	/**
	 * Tell whether the registry itself, and not what is remembered of it here, has this
	 * application at this port.
	 * @param application how it should be registered
	 * @return whether it is
	 * @throws PortRegistryException if the registry does not answer
	 */
	boolean isPublished(PortRegistration application);

	/**
	 * Publish a service that is not this application, such as a container, or change what
	 * is published of it.
	 * @param other the registration
	 * @throws PortRegistryException if the registry cannot be written for now, or never
	 * takes other services than the application itself
	 */
	default void publishOther(PortRegistration other) {
		throw new PortRegistryException("Service '" + other.serviceName() + "' cannot be registered in " + location()
				+ ", which takes this application and no other. Use ZooKeeper or Consul for it, or the registry file "
				+ "(aidis.port.registry.engine=file)", null);
	}

	/**
	 * Take a service that is not this application out of the registry.
	 * @param other the registration
	 * @throws PortRegistryException if the registry cannot be written
	 */
	default void withdrawOther(PortRegistration other) {
	}

	/**
	 * Tell whether the registry has a service that is not this application.
	 * @param other how it should be registered
	 * @return whether it has
	 * @throws PortRegistryException if the registry does not answer
	 */
	default boolean isOtherPublished(PortRegistration other) {
		return false;
	}

}
