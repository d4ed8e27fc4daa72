package dev.aidis.port.sample.command.registries;

import java.util.List;

/**
 * A registry that really runs, asked by means of its own what it holds.
 */
interface Registry extends AutoCloseable {

	/**
	 * Return where it is, as {@code scripts/run-samples.sh} takes it.
	 */
	String address();

	/**
	 * Return the ports of the instances of a service that callers would be led to.
	 */
	List<Integer> ports(String service) throws Exception;

}
