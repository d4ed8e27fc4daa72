package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.sample.mcp.bridge.Call.Progress;
import dev.aidis.port.sample.mcp.bridge.Call.Remnant;
import dev.aidis.port.sample.mcp.bridge.Ending.Kind;
import dev.aidis.port.sample.mcp.bridge.ReplayPolicy.Verdict;
import dev.aidis.port.sample.mcp.bridge.ServerWatch.Timing;

/**
 * The connection to a server that may go and come back elsewhere. Messages wait while
 * there is none; what was lost with one is sent to the next if that does no harm, and
 * otherwise its sender is told.
 * <p>
 * One thread decides everything. Another one looks for the server. Answers go from the
 * HTTP client's threads straight to the client.
 */
final class Connection implements AutoCloseable, Dispatcher {

	private static final long WIDEN_MILLIS = 50;

	private static final long CANCELLED_SECONDS = 30;

	private static final long DELETE_MILLIS = 500;

	private final Locator locator;

	private final HttpTransport http;

	private final PendingCalls calls;

	private final Consumer<String> log;

	private final ClientState state = new ClientState();

	private final ServerRequests serverRequests = new ServerRequests();

	private final Decider decider;

	private final WaitingRoom waiting;

	private final Answers answers;

	private final OwnRequests ownRequests;

	private final ServerSearch search;

	private final ServerWatch watch;

	private final Recovery recovery;

	private final Deque<Call> queued = new ArrayDeque<>();

	private final AtomicLong connections = new AtomicLong();

	private volatile @Nullable Session session;

	private @Nullable Call initializing;

	/**
	 * Create a new connection, which is not made yet.
	 * @param locator finds the server
	 * @param http talks to it
	 * @param patience how long a message waits for a server
	 * @param calls the requests that wait for an answer
	 * @param client takes what the server says
	 * @param log takes what people should know
	 */
	Connection(Locator locator, HttpTransport http, Duration patience, PendingCalls calls, Consumer<byte[]> client,
			Consumer<String> log) {
		this(locator, http, patience, Timing.USUAL, calls, client, log);
	}

	Connection(Locator locator, HttpTransport http, Duration patience, Timing timing, PendingCalls calls,
			Consumer<byte[]> client, Consumer<String> log) {
		this.locator = locator;
		this.http = http;
		this.calls = calls;
		this.log = log;
		this.decider = new Decider(log);
		this.waiting = new WaitingRoom(patience, this.decider, this::overdue);
		this.answers = new Answers(calls, this.state, this.serverRequests, client, log,
				(call) -> this.decider.decide(() -> initializeAnswered(call)));
		this.ownRequests = new OwnRequests(http, new OwnRequestsListener());
		this.search = new ServerSearch(locator, http, this.state, new SessionReplay(this.state, this.ownRequests, log),
				this.decider, client, log, this::adopt);
		this.watch = new ServerWatch(locator, this.decider, calls, timing, this::session, this::lose, this::flush);
		this.recovery = new Recovery(this, this.answers, this.ownRequests, http, this.decider, log);
	}

	/**
	 * Begin to look for the server.
	 */
	void open() {
		this.decider.decide(this.search::start);
		this.watch.start();
	}

	/**
	 * Send a request. It is answered through the table of calls.
	 */
	void send(Call call) {
		this.decider.decide(() -> dispatch(call));
	}

	/**
	 * Send a notification of the client's.
	 */
	void send(Message notification) {
		this.decider.decide(() -> {
			if (notification.isMethod("notifications/cancelled")) {
				cancel(notification);
			}
			else {
				dispatch(notification, this.waiting.deadline());
			}
		});
	}

	/**
	 * Send the client's answer to a request of the server's.
	 */
	void reply(Message response) {
		this.decider.decide(() -> {
			ServerRequests.Reply reply = this.serverRequests.answer(response);
			if (reply != null) {
				Futures.forget(reply.session().tell(reply.text()));
			}
			else {
				this.log.accept("Dropped the client's answer " + response.id()
						+ ", since no server that is there has asked for it");
			}
		});
	}

	/**
	 * Tell whether the client may send batches.
	 */
	boolean mayBatch() {
		return this.state.mayBatch();
	}

	/**
	 * How many things there are still to be decided.
	 */
	int backlog() {
		return this.decider.backlog();
	}

	/**
	 * How it is going.
	 */
	State state() {
		Session present = this.session;
		return new State((present != null) ? present.server() : null, this.search.problem(), this.connections.get(),
				this.calls.size(), this.calls.answered(), this.recovery.repeated(), this.answers.failed());
	}

	/**
	 * End the session, if there is one, and everything else.
	 */
	@Override
	public void close() {
		this.decider.close();
		Session present = this.session;
		if (present != null) {
			present.end(DELETE_MILLIS);
		}
	}

	// Requests

	@Override
	public void dispatch(Call call) {
		if (!this.calls.isPending(call)) {
			return;
		}
		Session present = this.session;
		boolean initialize = call.request().isMethod("initialize");
		boolean first = initialize || call.isModern();
		boolean held = !first && this.initializing != null;
		if (call.isCancelled()) {
			this.answers.cancelled(call);
		}
		else if (present == null || this.watch.isVerifying() || held) {
			this.waiting.add(call);
		}
		else if (!first && this.state.initialize() != null && !present.isBegun()) {
			// The one before went while it began the session.
			lose(present, "it has no session");
			this.waiting.add(call);
		}
		else if (call.progress().doubt != null) {
			this.recovery.lookUpTools(call, present);
		}
		else {
			this.initializing = initialize ? call : this.initializing;
			present.afterwards(this.decider::decide, () -> post(call, present));
		}
	}

	private void overdue(Call call) {
		if (this.session != null && !this.watch.isVerifying()) {
			// Held back by an initialize that takes its time.
			call.progress().deadline = null;
			this.waiting.add(call);
			return;
		}
		Progress progress = call.progress();
		String problem = this.search.problem();
		String reason = (problem.isEmpty() ? progress.lastFailure : problem) + ". " + this.locator.surroundings();
		String time = this.waiting.patience().toSeconds() + " s";
		if (progress.losses > 0) {
			this.answers.fail(call, JsonRpc.SERVER_LOST,
					"The server was lost while it had " + call.request().describe()
							+ ", which may or may not have run, and there was no other within " + time
							+ " to repeat it: " + reason,
					progress.outcome());
		}
		else {
			this.answers.fail(call, JsonRpc.NO_SERVER,
					"No MCP server within " + time + ", so " + call.request().describe() + " has not run: " + reason,
					progress.outcome());
		}
	}

	private void post(Call call, Session to) {
		if (this.session != to || !this.calls.isPending(call)) {
			dispatch(call);
			return;
		}
		if (to.window().isFull() && !call.isSubscription()) {
			this.queued.add(call);
			return;
		}
		Message request = call.request();
		RequestId sentId = call.progress().sentId;
		byte[] text = sentId.equals(call.id()) ? request.text() : request.withId(sentId);
		Verdict verdict = ReplayPolicy.judge(request, to.tools());
		Exchange.Receiver receiver = receiver(call, to, (ending) -> this.recovery.unanswered(call, to, ending));
		try {
			forsake(call, to);
			call.sent(this.http.post(to.server(), text, headers(request, to), receiver), to);
		}
		catch (RuntimeException ex) {
			this.answers.fail(call, JsonRpc.BAD_ANSWER, "This cannot be sent: " + ex, call.progress().outcome());
			receiver.ended(Ending.of(Kind.CANCELLED, 0, "not sent"));
		}
		if (verdict == Verdict.UNKNOWN_TOOL && to.tools().askFirst()) {
			// It should be known by the time that the server is lost, if it is.
			Futures.forget(this.ownRequests.fetchTools(to, request));
		}
	}

	/**
	 * A server that lives though an answer of it was lost need not go on with what nobody
	 * waits for any more.
	 */
	private static void forsake(Call call, Session in) {
		Remnant remnant = call.progress().remnant;
		call.progress().remnant = null;
		if (remnant != null && remnant.session() == in && !call.isModern()) {
			Futures.forget(in.tell(JsonRpc.notification("notifications/cancelled", "{\"requestId\":"
					+ remnant.id().json() + ",\"reason\":\"The connection was lost, so it is sent again\"}")));
		}
	}

	private Map<String, String> headers(Message request, Session to) {
		String version = request.protocolVersion();
		if (version != null) {
			String name = request.name();
			return RequestHeaders.of(request, version, (name != null) ? to.tools().find(name) : null);
		}
		return request.isMethod("initialize") ? Map.of() : to.headers();
	}

	@Override
	public Exchange.Receiver receiver(Call call, Session to, Consumer<Ending> unanswered) {
		return new CallReceiver(call, to, this.answers, this.decider, new CallReceiver.Events() {

			@Override
			public void accepted() {
				Connection.this.search.succeeded();
			}

			@Override
			public void unanswered(Ending ending) {
				unanswered.accept(ending);
			}

			@Override
			public void left() {
				sendQueued();
			}

		});
	}

	/**
	 * There may be room for requests that have had to wait for others.
	 */
	private void sendQueued() {
		Session present = this.session;
		int count = this.queued.size();
		while (count-- > 0 && present != null && !present.window().isFull()) {
			Call next = this.queued.poll();
			if (next != null) {
				dispatch(next);
			}
		}
	}

	private void initializeAnswered(Call call) {
		if (this.initializing == call) {
			this.initializing = null;
			flush();
		}
	}

	private void flush() {
		this.waiting.leave(this::dispatch, this::dispatch);
	}

	// Notifications

	private void dispatch(Message notification, long deadline) {
		boolean initialized = notification.isMethod("notifications/initialized");
		if (initialized) {
			this.state.initialized(notification);
		}
		Session present = this.session;
		if (present == null || this.watch.isVerifying() || this.initializing != null) {
			if (!this.waiting.add(notification, deadline)) {
				this.log.accept("Dropped the client's " + notification.method() + ", since there was no server for it");
			}
			return;
		}
		if (initialized) {
			if (present.isInitialized()) {
				return;
			}
			present.setInitialized(true);
		}
		Futures.forget(present.tell(notification.text())
			.thenAccept((ending) -> this.decider.decide(() -> told(present, notification, deadline, ending))));
	}

	private void told(Session to, Message notification, long deadline, Ending ending) {
		Rejection rejection = Rejection.of(to, ending);
		boolean initialized = notification.isMethod("notifications/initialized");
		if (rejection.isGone()) {
			lose(to, rejection.whyLost());
			dispatch(notification, deadline);
		}
		else if (ending.kind() == Kind.BROKEN) {
			suspect(to, ending.detail());
			if (initialized) {
				// Whether it has heard it or not, it must.
				to.setInitialized(false);
				dispatch(notification, deadline);
			}
		}
		else if (ending.kind() == Kind.REJECTED) {
			this.log.accept("The server did not want " + notification.method() + ". " + rejection.explain());
		}
		if (initialized && this.session == to && to.isInitialized()) {
			listen(to);
		}
	}

	private void cancel(Message cancellation) {
		RequestId id = cancellation.cancelledId();
		Call call = (id != null) ? this.calls.find(id) : null;
		if (call == null || call.request().isMethod("initialize")) {
			return;
		}
		call.cancel();
		Exchange exchange = call.exchange();
		boolean parked = this.waiting.remove(call);
		boolean queued = this.queued.remove(call);
		if (exchange == null || parked || queued) {
			this.answers.cancelled(call);
		}
		else if (call.isModern()) {
			// Since 2026-07-28 a server learns of it by the end of the connection.
			this.answers.cancelled(call);
			exchange.cancel();
		}
		else {
			dispatch(asSent(cancellation, call), System.nanoTime());
			this.decider.decideLater(() -> {
				if (this.answers.cancelled(call)) {
					exchange.cancel();
				}
			}, TimeUnit.SECONDS.toMillis(CANCELLED_SECONDS));
		}
	}

	/**
	 * The server knows a request that was repeated under another id than the client.
	 */
	private static Message asSent(Message cancellation, Call call) {
		RequestId sentId = call.progress().sentId;
		if (sentId.equals(call.id())) {
			return cancellation;
		}
		try {
			return Message.parse(cancellation.withCancelledId(sentId));
		}
		catch (InvalidMessageException ex) {
			throw new IllegalStateException(ex);
		}
	}

	// Servers that come and go

	@Override
	public @Nullable Session session() {
		return this.session;
	}

	@Override
	public void suspect(Session suspected, String reason) {
		this.watch.suspect(suspected, reason);
	}

	@Override
	public void lose(Session lost, String reason) {
		if (this.session != lost) {
			return;
		}
		this.session = null;
		this.watch.reset();
		this.log.accept("Lost the server at " + lost.server().describe() + ": " + reason);
		lost.stopListening();
		this.answers.abandon(lost);
		this.queued.forEach(this.waiting::add);
		this.queued.clear();
		this.search.startAgain("the server at " + lost.server().describe() + " is gone: " + reason);
	}

	private void adopt(Session adopted) {
		this.session = adopted;
		this.connections.incrementAndGet();
		if (adopted.isInitialized()) {
			listen(adopted);
		}
		flush();
		this.decider.decideLater(() -> widen(adopted), WIDEN_MILLIS);
	}

	private void listen(Session to) {
		to.listen(new Listening(to, this.http, this.decider,
				(text) -> this.answers.received(to, text, this.answers::unexpected),
				(from, ending) -> lose(from, ending.detail())));
	}

	private void widen(Session of) {
		if (this.session == of && !of.window().isWideOpen()) {
			of.window().grow();
			sendQueued();
			this.decider.decideLater(() -> widen(of), WIDEN_MILLIS);
		}
	}

	/**
	 * How a connection is going.
	 *
	 * @param server the server, if there is one
	 * @param problem why there is none
	 * @param connections how many servers there have been
	 * @param pending how many requests are not answered yet
	 * @param answered how many are
	 * @param repeated how many were sent again since their server was lost
	 * @param failed how many the bridge had to answer with an error of its own
	 */
	record State(@Nullable Server server, String problem, long connections, int pending, long answered, long repeated,
			long failed) {

	}

	private final class OwnRequestsListener implements OwnRequests.Listener {

		@Override
		public void received(Session from, Message message) {
			Connection.this.answers.received(from, message);
		}

		@Override
		public void unanswered(Session by, Ending ending) {
			Connection.this.decider.decide(() -> {
				Rejection rejection = Rejection.of(by, ending);
				if (rejection.isGone()) {
					lose(by, rejection.whyLost());
				}
				else if (ending.kind() == Kind.BROKEN) {
					suspect(by, ending.detail());
				}
			});
		}

	}

}
