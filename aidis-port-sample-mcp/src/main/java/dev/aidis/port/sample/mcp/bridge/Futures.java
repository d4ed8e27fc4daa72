package dev.aidis.port.sample.mcp.bridge;

import java.util.concurrent.Future;

/**
 * For futures that nobody waits for.
 */
final class Futures {

	private Futures() {
	}

	/**
	 * Say that what becomes of something is dealt with where it happens.
	 */
	static void forget(Future<?> future) {
		// There is nothing more to do.
	}

}
