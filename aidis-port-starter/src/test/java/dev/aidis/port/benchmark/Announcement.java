package dev.aidis.port.benchmark;

import java.util.List;
import java.util.OptionalInt;

/**
 * A way in which an application tells other processes at which port it is, seen from one
 * of these.
 */
interface Announcement extends AutoCloseable {

	/**
	 * Return what the application needs to tell it this way.
	 */
	Needs needs();

	/**
	 * Look at which port the application is, as another process would each time it wants
	 * to know.
	 * @return its port, or nothing while there is no application
	 */
	OptionalInt port();

	/**
	 * Return whether the application is noticed to be gone when it was killed, so that
	 * waiting for that has an end.
	 */
	default boolean noticesDeath() {
		return true;
	}

	/**
	 * Take away what the last application may have left.
	 */
	default void clear() {
	}

	@Override
	void close();

	/**
	 * What an application needs.
	 *
	 * @param starter whether it has the starter
	 * @param libraries its libraries beside a web server and Actuator, as
	 * {@code group:artifact}
	 * @param arguments what stands on its command line
	 */
	record Needs(boolean starter, List<String> libraries, List<String> arguments) {

	}

}
