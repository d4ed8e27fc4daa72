package dev.aidis.port.sample.mcp.bridge;

import org.jspecify.annotations.Nullable;

/**
 * A message that is on its way over HTTP, or a stream that is open.
 */
interface Exchange {

	/**
	 * Close it, whatever may still come.
	 */
	void cancel();

	/**
	 * How long nothing has come, in nanoseconds. 0 once nothing more will.
	 */
	long silentFor();

	/**
	 * Tell whether an answer has begun and not ended.
	 */
	boolean isAnswering();

	/**
	 * Learns what comes. Its methods are called one after the other.
	 */
	interface Receiver {

		/**
		 * The server answers.
		 * @param status the HTTP status
		 * @param sessionId the session that the server has begun, if it says so
		 */
		default void started(int status, @Nullable String sessionId) {
		}

		/**
		 * A text that should be a message, or a batch of them.
		 */
		void received(byte[] text);

		/**
		 * Nothing more comes. Called once, whatever happens.
		 */
		void ended(Ending ending);

	}

}
