package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests that the bridge makes by itself. The client sees nothing of their answers.
 */
final class OwnRequests {

	private static final int MAX_TOOL_PAGES = 100;

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final AtomicLong ids = new AtomicLong();

	private final HttpTransport http;

	private final Listener listener;

	OwnRequests(HttpTransport http, Listener listener) {
		this.http = http;
		this.listener = listener;
	}

	/**
	 * Make an id that no client has.
	 */
	RequestId newId() {
		return RequestId.of("aidis-mcp-bridge-" + this.ids.incrementAndGet());
	}

	/**
	 * Make a request of the client's once more.
	 * @return the answer, which is a result; an error fails
	 */
	CompletableFuture<Answer> repeat(Session to, Message request, Duration timeout) {
		RequestId id = newId();
		Map<String, String> headers = request.isMethod("initialize") ? Map.of() : to.headers();
		return send(to, id, request.withId(id), headers, timeout);
	}

	/**
	 * Ask a server for all of its tools, and remember them.
	 * @param like a request of the client, which tells in which way to ask
	 */
	CompletableFuture<?> fetchTools(Session from, Message like) {
		return fetchTools(from, like, null, 0);
	}

	private CompletableFuture<?> fetchTools(Session from, Message like, @Nullable String cursor, int page) {
		RequestId id = newId();
		String version = like.protocolVersion();
		String params = (cursor != null) ? "\"cursor\":" + Json.quote(cursor) : "";
		Map<String, String> headers = from.headers();
		if (version != null) {
			String meta = "\"_meta\":" + metaOf(like);
			params = params.isEmpty() ? meta : params + "," + meta;
			headers = Map.of(HttpTransport.PROTOCOL_VERSION, RequestHeaders.encode(version), "Mcp-Method",
					"tools/list");
		}
		return send(from, id, JsonRpc.request(id, "tools/list", "{" + params + "}"), headers, TIMEOUT)
			.thenCompose((answer) -> {
				String next = from.tools().learn(answer.message().text());
				return (next != null && page < MAX_TOOL_PAGES) ? fetchTools(from, like, next, page + 1)
						: CompletableFuture.completedFuture(null);
			});
	}

	/**
	 * Who the client is and what it can do. Where its progress goes is not among it.
	 */
	private static JsonNode metaOf(Message request) {
		JsonNode meta = Json.tree(request.text()).path("params").path("_meta");
		if (meta instanceof ObjectNode object) {
			object.remove("progressToken");
		}
		return meta;
	}

	private CompletableFuture<Answer> send(Session to, RequestId id, byte[] text, Map<String, String> headers,
			Duration timeout) {
		Receiver receiver = new Receiver(to, id);
		Exchange exchange = this.http.post(to.server(), text, headers, receiver);
		Futures.forget(
				receiver.result.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).whenComplete((answer, failure) -> {
					if (failure instanceof TimeoutException) {
						exchange.cancel();
					}
				}));
		return receiver.result;
	}

	/**
	 * An answer.
	 *
	 * @param message the message
	 * @param sessionId the session that the server has begun, if it says so
	 */
	record Answer(Message message, @Nullable String sessionId) {

	}

	/**
	 * Learns what else happens.
	 */
	interface Listener {

		/**
		 * The server says something that is no answer.
		 */
		void received(Session from, Message message);

		/**
		 * A request was not answered, not even by an error of its own.
		 */
		void unanswered(Session by, Ending ending);

	}

	private final class Receiver implements Exchange.Receiver {

		private final Session to;

		private final RequestId id;

		private final CompletableFuture<Answer> result = new CompletableFuture<>();

		private volatile @Nullable String sessionId;

		Receiver(Session to, RequestId id) {
			this.to = to;
			this.id = id;
		}

		@Override
		public void started(int status, @Nullable String sessionId) {
			this.sessionId = sessionId;
		}

		@Override
		public void received(byte[] text) {
			try {
				Message message = Message.parse(text);
				if (!message.isResponse()) {
					OwnRequests.this.listener.received(this.to, message);
				}
				else if (message.isError()) {
					fail("It answered: " + Json.tree(text).path("error").path("message").asString("an error"));
				}
				else if (this.id.equals(message.id())) {
					this.result.complete(new Answer(message, this.sessionId));
				}
			}
			catch (InvalidMessageException ex) {
				fail("It answered what is no message: " + ex.getMessage());
			}
		}

		@Override
		public void ended(Ending ending) {
			if (!this.result.isDone()) {
				Rejection rejection = Rejection.of(this.to, ending);
				if (!rejection.isAnswerTo(this.id)) {
					OwnRequests.this.listener.unanswered(this.to, ending);
				}
				fail(rejection.explain());
			}
		}

		private void fail(String reason) {
			this.result.completeExceptionally(new IllegalStateException(reason));
		}

	}

}
