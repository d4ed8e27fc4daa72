package dev.aidis.port.sample.mcp.bridge;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A client's request from the moment it is read until it is answered. What happens to it
 * in between is decided by one thread, which alone changes what is not final here.
 */
final class Call {

	private final Message request;

	private final RequestId id;

	private final Consumer<byte @Nullable []> answer;

	private final AtomicReference<@Nullable Exchange> exchange = new AtomicReference<>();

	private final Progress progress;

	private volatile @Nullable Session session;

	private volatile boolean cancelled;

	/**
	 * Create a new call.
	 * @param request the request
	 * @param answer takes the text of the answer, or {@code null} if there is none to
	 * come, since the client has cancelled the request
	 */
	Call(Message request, Consumer<byte @Nullable []> answer) {
		this.request = request;
		this.id = Objects.requireNonNull(request.id());
		this.progress = new Progress(this.id);
		this.answer = answer;
	}

	Message request() {
		return this.request;
	}

	RequestId id() {
		return this.id;
	}

	void answer(byte @Nullable [] text) {
		this.answer.accept(text);
	}

	/**
	 * What has happened to it, for the thread that decides.
	 */
	Progress progress() {
		return this.progress;
	}

	/**
	 * Tell whether the request stays unanswered for as long as all is well.
	 */
	boolean isSubscription() {
		return this.request.isMethod("subscriptions/listen");
	}

	/**
	 * Tell whether it needs no session, as all requests since MCP's revision of
	 * 2026-07-28.
	 */
	boolean isModern() {
		return this.request.protocolVersion() != null;
	}

	/**
	 * It is on its way.
	 * @param exchange how
	 * @param to the session in which it was sent
	 */
	void sent(Exchange exchange, Session to) {
		this.session = to;
		this.exchange.set(exchange);
		if (this.cancelled && isModern()) {
			exchange.cancel();
		}
	}

	@Nullable Exchange exchange() {
		return this.exchange.get();
	}

	/**
	 * The session in which it was sent last, if it was.
	 */
	@Nullable Session session() {
		return this.session;
	}

	boolean isCancelled() {
		return this.cancelled;
	}

	void cancel() {
		this.cancelled = true;
	}

	/**
	 * What has happened to a call so far. Used by one thread only.
	 */
	static final class Progress {

		/**
		 * The id that it is sent under the next time.
		 */
		RequestId sentId;

		/**
		 * What is left behind in a session where an answer was lost and the server may
		 * still be at work.
		 */
		@Nullable Remnant remnant;

		/**
		 * How often a server had the request and was lost.
		 */
		int losses;

		/**
		 * How often a server did not know its session.
		 */
		int expirations;

		/**
		 * How often the server was asked in vain what the tool does.
		 */
		int failedLookUps;

		/**
		 * When to give up looking for a server, by {@link System#nanoTime()}.
		 */
		@Nullable Long deadline;

		/**
		 * The loss after which it must not be repeated unless its tool turns out to allow
		 * that.
		 */
		@Nullable String doubt;

		/**
		 * Whether it was refused for its headers, which have been looked up since.
		 */
		boolean headersLookedUp;

		/**
		 * Why it was not answered the last time, for people.
		 */
		String lastFailure = "";

		private Progress(RequestId id) {
			this.sentId = id;
		}

		/**
		 * Whether the request has run, if it is not going to be sent (again).
		 */
		String outcome() {
			return (this.losses > 0) ? "unknown" : "not-run";
		}

	}

	/**
	 * A request whose answer was lost, as the server knows it.
	 *
	 * @param session the session in which it was sent
	 * @param id the id under which it was sent
	 */
	record Remnant(Session session, RequestId id) {

	}

}
