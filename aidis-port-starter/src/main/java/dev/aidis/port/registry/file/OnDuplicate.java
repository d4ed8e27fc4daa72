package dev.aidis.port.registry.file;

/**
 * What happens when a service registers under a name that a live instance has.
 *
 * @since 0.1.0
 */
public enum OnDuplicate {

	/**
	 * Both are registered; the later one becomes a replica.
	 */
	REPLICATE,

	/**
	 * The later one takes the place of the others, which stay unregistered while it
	 * lives.
	 */
	REPLACE,

	/**
	 * The later one does not start.
	 */
	FAIL

}
