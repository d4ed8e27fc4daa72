package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How an HTTP exchange ended. Says nothing of the messages that have come with it.
 *
 * @param kind what kind of an end it was
 * @param status the HTTP status, 0 if there was none
 * @param detail what there is to say about it, for people
 * @param body the body of an answer that is no success
 * @param lastEventId the id of the last event of a stream that has ids
 * @param retry how long the server wants to be left alone, if it said so
 */
record Ending(Kind kind, int status, String detail, String body, @Nullable String lastEventId,
		@Nullable Duration retry) {

	static Ending of(Kind kind, int status, String detail) {
		return new Ending(kind, status, detail, "", null, null);
	}

	static Ending refused(String detail) {
		return of(Kind.REFUSED, 0, detail);
	}

	static Ending rejected(int status, String detail, String body) {
		return new Ending(Kind.REJECTED, status, detail, body, null, null);
	}

	/**
	 * Tell whether the message may not have reached the server.
	 */
	boolean isLoss() {
		return this.kind == Kind.REFUSED || this.kind == Kind.FOREIGN || this.kind == Kind.BROKEN
				|| this.kind == Kind.CANCELLED;
	}

	/**
	 * The same end, of a stream that went on with an earlier one.
	 */
	Ending after(Ending before) {
		return new Ending(this.kind, this.status, this.detail, this.body,
				(this.lastEventId != null) ? this.lastEventId : before.lastEventId,
				(this.retry != null) ? this.retry : before.retry);
	}

	/**
	 * The kinds of ends.
	 */
	enum Kind {

		/**
		 * There was no connection, so the server knows nothing of the request.
		 */
		REFUSED,

		/**
		 * Another program than the server answered.
		 */
		FOREIGN,

		/**
		 * The connection ended before the answer did. The server may have done anything.
		 */
		BROKEN,

		/**
		 * The server has said all that it wanted to say.
		 */
		COMPLETE,

		/**
		 * The server has taken the message and says no more.
		 */
		ACCEPTED,

		/**
		 * The HTTP status is no success.
		 */
		REJECTED,

		/**
		 * The answer is neither JSON nor a stream of events, or too long.
		 */
		UNREADABLE,

		/**
		 * The bridge itself has ended it.
		 */
		CANCELLED

	}

}
