package dev.aidis.port.sample.mcp.bridge;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Sends requests in the session of the moment. Used by the thread that decides.
 */
interface Dispatcher {

	/**
	 * The session of the moment, if there is one.
	 */
	@Nullable Session session();

	/**
	 * Send a request as soon as that can be done.
	 */
	void dispatch(Call call);

	/**
	 * Make what takes the answer to a request that is being sent.
	 * @param call the request
	 * @param to the session in which it is sent
	 * @param unanswered told of the end; there may have been an answer all the same
	 */
	Exchange.Receiver receiver(Call call, Session to, Consumer<Ending> unanswered);

	/**
	 * Give a session up, since its server is gone or does not know it.
	 */
	void lose(Session lost, String reason);

	/**
	 * Ask whether a session's server is there, since a connection broke.
	 */
	void suspect(Session suspected, String reason);

}
