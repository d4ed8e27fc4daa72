package dev.aidis.port.sample.mcp.bridge;

/**
 * Knows where the server is.
 */
interface Locator {

	/**
	 * Look for the server now, without waiting for it.
	 */
	Located locate();

	/**
	 * Tell whether a server that was found is still there.
	 */
	boolean isThere(Server server);

	/**
	 * Tell whether a server answers at all. One whose process is stopped does not, though
	 * the operating system still accepts connections for it.
	 */
	boolean isAwake(Server server);

	/**
	 * Tell what else there is, for people who look for a server that is not.
	 * @return sentences, or an empty text
	 */
	String surroundings();

}
