package dev.aidis.port.assignment;

/**
 * What an application does when the fixed port it was told to take is in use.
 *
 * @since 0.1.0
 */
public enum OnConflict {

	/**
	 * It does not start, and says who has the port.
	 */
	FAIL,

	/**
	 * It takes a port that the operating system chooses, and says so.
	 */
	DYNAMIC

}
