package dev.aidis.port.sample.mcp.bridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The requests of the server that the client has still to answer. An answer goes to the
 * session that asked, never to a later one; since every server counts from the same
 * number, a request whose id is still in use by an earlier one gets another.
 */
final class ServerRequests {

	private static final int MAX_REQUESTS = 10_000;

	private final Map<RequestId, Asked> requests = new LinkedHashMap<>();

	private long renamed;

	/**
	 * The server asks.
	 * @return the text for the client
	 */
	synchronized byte[] ask(Session session, Message request) {
		RequestId id = Objects.requireNonNull(request.id());
		RequestId shown = id;
		while (this.requests.containsKey(shown)) {
			this.renamed++;
			shown = RequestId.of("aidis-mcp-bridge-" + this.renamed);
		}
		if (this.requests.size() >= MAX_REQUESTS) {
			this.requests.remove(this.requests.keySet().iterator().next());
		}
		this.requests.put(shown, new Asked(session, id, false));
		return shown.equals(id) ? request.text() : request.withId(shown);
	}

	/**
	 * The server does not want to know any more.
	 * @return the text for the client
	 */
	synchronized byte[] cancel(Session session, Message cancellation) {
		RequestId id = cancellation.cancelledId();
		for (Map.Entry<RequestId, Asked> entry : this.requests.entrySet()) {
			if (entry.getValue().session == session && entry.getValue().id.equals(id)) {
				return cancellation.withCancelledId(entry.getKey());
			}
		}
		return cancellation.text();
	}

	/**
	 * The client answers.
	 * @param response the answer
	 * @return who has asked, and what to tell it; {@code null} if nobody has, or nobody
	 * is there any more
	 */
	synchronized @Nullable Reply answer(Message response) {
		Asked asked = (response.id() != null) ? this.requests.remove(response.id()) : null;
		if (asked == null || asked.abandoned) {
			return null;
		}
		return new Reply(asked.session, asked.id.equals(response.id()) ? response.text() : response.withId(asked.id));
	}

	/**
	 * A session is over. Its requests stay in mind, since the client may still answer.
	 * @return the ids of its requests, as the client knows them
	 */
	synchronized List<RequestId> abandon(Session session) {
		List<RequestId> abandoned = new ArrayList<>();
		this.requests.replaceAll((shown, asked) -> {
			if (asked.session != session || asked.abandoned) {
				return asked;
			}
			abandoned.add(shown);
			return new Asked(session, asked.id, true);
		});
		return abandoned;
	}

	private record Asked(Session session, RequestId id, boolean abandoned) {

	}

	/**
	 * An answer on its way to the server.
	 */
	static final class Reply {

		private final Session session;

		private final byte[] text;

		private Reply(Session session, byte[] text) {
			this.session = session;
			this.text = text;
		}

		/**
		 * Who has asked.
		 */
		Session session() {
			return this.session;
		}

		byte[] text() {
			return this.text;
		}

	}

}
