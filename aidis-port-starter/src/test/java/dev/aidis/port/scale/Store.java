package dev.aidis.port.scale;

import java.io.IOException;

import dev.aidis.port.PortRegistry;

/**
 * Where the instances are registered.
 */
interface Store extends AutoCloseable {

	/**
	 * Open the registry as one more application.
	 */
	PortRegistry open();

	/**
	 * Return how much the registry holds, in bytes.
	 */
	long size() throws IOException;

	/**
	 * Return how often the store has been written, or 0 where each registration writes it
	 * once.
	 */
	double writes() throws IOException;

	/**
	 * Tell what else is known of it, for people.
	 * @param seconds how long to look while nothing happens
	 */
	String atRest(int seconds) throws Exception;

	@Override
	void close() throws IOException;

}
