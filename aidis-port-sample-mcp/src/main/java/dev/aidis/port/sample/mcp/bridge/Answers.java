package dev.aidis.port.sample.mcp.bridge;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * The way to the client: what the server says, and what the bridge has to say in its
 * stead. Used by all threads, since answers wait for nothing.
 */
final class Answers {

	private static final int MAX_DETAIL = 500;

	private final PendingCalls calls;

	private final ClientState state;

	private final ServerRequests serverRequests;

	private final Consumer<byte[]> client;

	private final Consumer<String> log;

	private final Consumer<Call> initializeAnswered;

	private final AtomicLong failed = new AtomicLong();

	/**
	 * Create a new way.
	 * @param calls the requests that wait for an answer
	 * @param state learns what the client is told
	 * @param serverRequests what the server asks the client
	 * @param client takes what the server says
	 * @param log takes what people should know
	 * @param initializeAnswered told when the client knows that it has a session
	 */
	Answers(PendingCalls calls, ClientState state, ServerRequests serverRequests, Consumer<byte[]> client,
			Consumer<String> log, Consumer<Call> initializeAnswered) {
		this.calls = calls;
		this.state = state;
		this.serverRequests = serverRequests;
		this.client = client;
		this.log = log;
		this.initializeAnswered = initializeAnswered;
	}

	boolean isPending(Call call) {
		return this.calls.isPending(call);
	}

	/**
	 * How many requests the bridge had to answer with an error of its own.
	 */
	long failed() {
		return this.failed.get();
	}

	/**
	 * The server speaks.
	 * @param from the session that it speaks in
	 * @param text a message, or a batch of them
	 * @param answers takes the answers among them
	 */
	void received(Session from, byte[] text, Consumer<Message> answers) {
		try {
			for (byte[] element : JsonRpc.isBatch(text) ? Message.split(text) : List.of(text)) {
				Message message = Message.parse(element);
				if (message.isResponse()) {
					answers.accept(message);
				}
				else {
					received(from, message);
				}
			}
		}
		catch (InvalidMessageException ex) {
			this.log.accept("Dropped what the server said, since it is no message: "
					+ Printable.of(String.valueOf(ex.getMessage()), MAX_DETAIL));
		}
	}

	/**
	 * The server asks the client or tells it something.
	 */
	void received(Session from, Message message) {
		if (message.isRequest()) {
			this.client.accept(this.serverRequests.ask(from, message));
			return;
		}
		if (message.isMethod("notifications/tools/list_changed")) {
			from.tools().clear();
		}
		this.client.accept(message.isMethod("notifications/cancelled") ? this.serverRequests.cancel(from, message)
				: message.text());
	}

	/**
	 * An answer came that nobody waits for.
	 */
	void unexpected(Message answer) {
		this.log.accept("Dropped an answer of the server, since nobody has asked: " + answer.id());
	}

	/**
	 * The server has answered a call.
	 * @param call the call
	 * @param by the session that it belongs to
	 * @param sessionId the session that the server has begun, if it says so
	 * @param answer the answer
	 */
	void answered(Call call, Session by, @Nullable String sessionId, Message answer) {
		Message request = call.request();
		if (!answer.isError()) {
			String version = this.state.succeeded(request, answer.text());
			if (request.isMethod("initialize")) {
				by.begin(sessionId, version);
			}
			else if (request.isMethod("tools/list")) {
				by.tools().learn(answer.text());
			}
		}
		if (call.id().equals(answer.id())) {
			finish(call, answer.text());
		}
		else if (answer.id() != null) {
			finish(call, answer.withId(call.id()));
		}
		else {
			// An error whose sender could not read the id.
			finish(call, JsonRpc.error(call.id(), Json.tree(answer.text()).path("error").toString()));
		}
	}

	/**
	 * The client has cancelled a call and waits for no answer.
	 * @return whether it had none
	 */
	boolean cancelled(Call call) {
		return this.calls.answer(call, null);
	}

	/**
	 * Answer a call with an error of the bridge's own.
	 * @param call the call
	 * @param code the error's code
	 * @param message what happened, and what can be done about it
	 * @param outcome whether the request has run: {@code not-run} or {@code unknown}
	 */
	void fail(Call call, int code, String message, String outcome) {
		if (isPending(call)) {
			this.failed.incrementAndGet();
			this.log.accept("Answered " + call.request() + " with an error: " + Printable.of(message, MAX_DETAIL));
			finish(call, JsonRpc.error(call.id(), code, message.strip(),
					"{\"source\":\"aidis-mcp-bridge\",\"outcome\":\"" + outcome + "\"}"));
		}
	}

	private void finish(Call call, byte[] text) {
		if (this.calls.answer(call, text) && call.request().isMethod("initialize")) {
			this.initializeAnswered.accept(call);
		}
	}

	/**
	 * A session is lost, so what its server has asked the client is not wanted any more.
	 */
	void abandon(Session lost) {
		for (RequestId id : this.serverRequests.abandon(lost)) {
			this.client.accept(JsonRpc.notification("notifications/cancelled",
					"{\"requestId\":" + id.json() + ",\"reason\":\"The server that asked is gone\"}"));
		}
	}

	/**
	 * A subscription goes on at another server.
	 */
	void subscribedAgain(Call subscription) {
		SubscriptionFilter.of(subscription.request()).announce(this.client);
	}

}
