package dev.aidis.port.assignment;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;

/**
 * What the registry of an application tells while the application's port is chosen,
 * before there are beans. Implementations are found through {@code spring.factories}.
 *
 * @since 0.1.0
 */
public interface RegisteredPorts {

	/**
	 * Tell where the registry is, which is part of what makes a service different from
	 * another of the same name.
	 * @param environment the application's environment
	 * @return the place, for people and as a key
	 */
	String location(Environment environment);

	/**
	 * Tell who has which port.
	 * @param environment the application's environment
	 * @return descriptions of live services by port, for people
	 */
	Map<Integer, String> holders(Environment environment);

	/**
	 * Return the implementation.
	 * @param classLoader finds it
	 */
	static RegisteredPorts load(@Nullable ClassLoader classLoader) {
		return SpringFactoriesLoader.forDefaultResourceLocation(classLoader).load(RegisteredPorts.class).get(0);
	}

}
