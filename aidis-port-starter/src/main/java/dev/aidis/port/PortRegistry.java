package dev.aidis.port;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
	 * Register an instance, or change what is registered under its instance id. From now
	 * on until {@link #deregister} the registry goes on to hold exactly this
	 * registration: what somebody else removes or alters is put back, and what could not
	 * be written is tried again.
	 * @param registration the registration
	 * @throws PortRegistryException if the registry cannot be written for now
	 * @throws DuplicateServiceException if the name is taken and must not be shared; the
	 * registration is then not tried again
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
	 * Return why an instance that was registered through this object is not in the
	 * registry as it should be.
	 * @param instanceId the instance id
	 * @return the reason, or empty when it is there or was not registered here
	 */
	default Optional<String> problem(String instanceId) {
		return Optional.empty();
	}

	/**
	 * Return how often this process has changed the registry so far. Who believes an
	 * answer for a while, as with {@code aidis.port.discovery.trust-for}, gives it up as
	 * soon as this is another number.
	 * @return a number that is greater after each change, or -1 if the engine does not
	 * count, whose answers are then never believed for longer
	 */
	default long ownChanges() {
		return -1;
	}

	/**
	 * Tell a listener of every change, until the watch is closed. It is told first of
	 * each instance that is registered already, so nothing is missed between a look and a
	 * watch. Each change is one instance's, and a service that was restarted is another
	 * instance, whose registration may be told before the end of the one before. The
	 * listener is called by one thread at a time, which is the registry's own: it should
	 * be quick.
	 * @param listener is told of changes
	 * @return closing it ends the watch
	 */
	Watch watch(Consumer<PortRegistryChange> listener);

	/**
	 * Check that the registry can be read and written, without changing it.
	 * @throws PortRegistryException if it can not
	 */
	void verify();

	/**
	 * Check that the registry can be read, whether or not it can be written. An engine
	 * that cannot tell them apart checks both.
	 * @throws PortRegistryException if it can not
	 */
	default void verifyReadable() {
		verify();
	}

	/**
	 * Check that the registry can be written, whether or not it can be read, without
	 * changing it. An engine that cannot tell them apart checks both.
	 * @throws PortRegistryException if it can not
	 */
	default void verifyWritable() {
		verify();
	}

	/**
	 * Return where the registry is, in a form that helps a person to find it.
	 * @return for example the path of a file
	 */
	String location();

	/**
	 * A watch that goes on until it is closed.
	 */
	@FunctionalInterface
	interface Watch extends AutoCloseable {

		@Override
		void close();

	}

}
