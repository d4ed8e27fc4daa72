package dev.aidis.port.discovery;

import java.util.List;
import java.util.Set;

import dev.aidis.port.PortRegistration;

/**
 * Knows services that are not in the registry. Never fails: what cannot be reached knows
 * nothing for now.
 *
 * @since 0.1.0
 */
public interface OtherServices {

	/**
	 * Knows none.
	 */
	OtherServices NONE = new OtherServices() {

		@Override
		public List<PortRegistration> find(String serviceName) {
			return List.of();
		}

		@Override
		public Set<String> names() {
			return Set.of();
		}

		@Override
		public String location() {
			return "";
		}

	};

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
	 * @return for example the description of a Spring Cloud discovery client, empty where
	 * nothing is known
	 */
	String location();

}
