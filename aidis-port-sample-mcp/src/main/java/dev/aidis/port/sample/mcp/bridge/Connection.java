package dev.aidis.port.sample.mcp.bridge;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.bridge.Call.Progress;
import dev.aidis.port.sample.mcp.bridge.Ending.Kind;
import dev.aidis.port.sample.mcp.bridge.ReplayPolicy.Verdict;

/**
 * The connection to a server that may go and come back elsewhere. Messages wait here
 * while there is none; what was lost with one is sent to the next if that does no harm,
 * and otherwise its sender is told.
 * <p>
 * One thread decides everything, in the order in which things happen. Another one looks
 * for the server, which may take its time. Answers go from the HTTP client's threads
 * straight to the client.
 */
final class Connection implements AutoCloseable, OwnRequests.Listener {

	/**
	 * A request that takes its server down with it should not take every next one, too.
	 */
	static final int MAX_LOSSES = 3;

	private static final int MAX_WAITING = 20_000;

	private static final int MAX_EXPIRATIONS = 2;

	private static final int MAX_RESUMPTIONS = 5;

	private static final long POLL_MILLIS = 50;

	private static final long WIDEN_MILLIS = 50;

	private static final long MAX_PAUSE_MILLIS = 1000;

	private static final long CANCELLED_SECONDS = 30;

	private static final long DELETE_MILLIS = 500;

	private static final int MAX_SILENT_LOOKS = 3;

	private static final int MAX_DETAIL = 500;

	private final Locator locator;

	private final HttpTransport http;

	private final Duration patience;

	private final Timing timing;

	private final PendingCalls calls;

	private final Consumer<byte[]> client;

	private final Consumer<String> log;

	private final ClientState state = new ClientState();

	private final ServerRequests serverRequests = new ServerRequests();

	private final OwnRequests ownRequests;

	private final SessionReplay replay;

	private final ScheduledThreadPoolExecutor decider = thread("aidis-mcp-bridge");

	private final ScheduledThreadPoolExecutor finder = thread("aidis-mcp-bridge-finder");

	private final Deque<Waiting> waiting = new ArrayDeque<>();

	private final Deque<Call> queued = new ArrayDeque<>();

	private final AtomicLong connections = new AtomicLong();

	private final AtomicLong repeated = new AtomicLong();

	private final AtomicLong failed = new AtomicLong();

	private volatile @Nullable Session session;

	private volatile String problem = "";

	private @Nullable Call initializing;

	private boolean connecting;

	private boolean verifying;

	private int failures;

	private int silentLooks;

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
		this.patience = patience;
		this.timing = timing;
		this.calls = calls;
		this.client = client;
		this.log = log;
		this.ownRequests = new OwnRequests(http, this);
		this.replay = new SessionReplay(this.state, this.ownRequests, log);
	}

	private static ScheduledThreadPoolExecutor thread(String name) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

	/**
	 * Begin to look for the server.
	 */
	void open() {
		decide(this::connect);
		long interval = this.timing.watchInterval().toMillis();
		Futures.forget(this.decider.scheduleWithFixedDelay(() -> guarded(this::watch), interval, interval,
				TimeUnit.MILLISECONDS));
	}

	/**
	 * Send a request. It is answered through the table of calls.
	 */
	void send(Call call) {
		decide(() -> dispatch(call));
	}

	/**
	 * Send a notification of the client's.
	 */
	void send(Message notification) {
		decide(() -> {
			if (notification.isMethod("notifications/cancelled")) {
				cancel(notification);
			}
			else {
				dispatch(notification, deadline());
			}
		});
	}

	/**
	 * Send the client's answer to a request of the server's.
	 */
	void reply(Message response) {
		decide(() -> {
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
		return this.decider.getQueue().size();
	}

	/**
	 * How it is going.
	 */
	State state() {
		Session present = this.session;
		return new State((present != null) ? present.server() : null, this.problem, this.connections.get(),
				this.calls.size(), this.calls.answered(), this.repeated.get(), this.failed.get());
	}

	/**
	 * End the session, if there is one, and everything else.
	 */
	@Override
	public void close() {
		this.decider.shutdownNow();
		this.finder.shutdownNow();
		Session present = this.session;
		if (present != null) {
			present.end(DELETE_MILLIS);
		}
	}

	private void decide(Runnable task) {
		execute(this.decider, task, 0);
	}

	private void decideLater(Runnable task, long millis) {
		execute(this.decider, task, millis);
	}

	private void find(Runnable task, long millis) {
		execute(this.finder, task, millis);
	}

	private void execute(ScheduledThreadPoolExecutor executor, Runnable task, long millis) {
		try {
			Futures.forget(executor.schedule(() -> guarded(task), millis, TimeUnit.MILLISECONDS));
		}
		catch (RejectedExecutionException ex) {
			// Closed, so nobody wants it any more.
		}
	}

	private void guarded(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			StringWriter trace = new StringWriter();
			ex.printStackTrace(new PrintWriter(trace));
			this.log.accept("This should not have happened: " + trace);
		}
	}

	private long deadline() {
		return System.nanoTime() + this.patience.toNanos();
	}

	// On the way to the server

	private void dispatch(Call call) {
		if (!this.calls.isPending(call)) {
			return;
		}
		Session present = this.session;
		boolean initialize = call.request().isMethod("initialize");
		boolean first = initialize || call.isModern();
		boolean held = !first && this.initializing != null;
		if (call.isCancelled()) {
			this.calls.answer(call, null);
		}
		else if (present == null || this.verifying || held) {
			park(call);
		}
		else if (!first && this.state.initialize() != null && !present.isBegun()) {
			// The one before went while it began the session.
			lose(present, "it has no session");
			park(call);
		}
		else if (call.progress().doubt != null) {
			lookUpTools(call, present);
		}
		else {
			this.initializing = initialize ? call : this.initializing;
			present.afterwards((task) -> decide(task), () -> post(call, present));
		}
	}

	private void park(Call call) {
		Progress progress = call.progress();
		if (progress.deadline == null) {
			progress.deadline = deadline();
		}
		this.waiting.add(new Waiting(call, null, progress.deadline));
		long millis = TimeUnit.NANOSECONDS.toMillis(progress.deadline - System.nanoTime()) + 1;
		decideLater(() -> giveUp(call), Math.max(0, millis));
	}

	private void giveUp(Call call) {
		Long deadline = call.progress().deadline;
		if (deadline == null || deadline - System.nanoTime() > 0
				|| !this.waiting.removeIf((other) -> other.call == call)) {
			return;
		}
		if (this.session != null && !this.verifying) {
			// Held back by an initialize that takes its time.
			call.progress().deadline = null;
			park(call);
			return;
		}
		String why = this.problem.isEmpty() ? call.progress().lastFailure : this.problem;
		fail(call, JsonRpc.NO_SERVER, "No MCP server within " + this.patience.toSeconds() + " s, so "
				+ call.request().describe() + " has not run: " + why + ". " + this.locator.surroundings(), "not-run");
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
		CallReceiver receiver = new CallReceiver(call, sentId, to);
		try {
			call.sent(this.http.post(to.server(), text, headers(request, to), receiver));
		}
		catch (RuntimeException ex) {
			fail(call, JsonRpc.BAD_ANSWER, "This cannot be sent: " + ex, "not-run");
			receiver.ended(Ending.of(Kind.CANCELLED, 0, "not sent"));
		}
		if (verdict == Verdict.UNKNOWN_TOOL && to.tools().askFirst()) {
			// It should be known by the time that the server is lost, if it is.
			Futures.forget(this.ownRequests.fetchTools(to, request));
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

	private void dispatch(Message notification, long deadline) {
		boolean initialized = notification.isMethod("notifications/initialized");
		if (initialized) {
			this.state.initialized(notification);
		}
		Session present = this.session;
		if (present == null || this.verifying || this.initializing != null) {
			if (deadline - System.nanoTime() > 0 && this.waiting.size() < MAX_WAITING) {
				this.waiting.add(new Waiting(null, notification, deadline));
			}
			else {
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
			.thenAccept((ending) -> decide(() -> told(present, notification, deadline, ending))));
	}

	private void told(Session to, Message notification, long deadline, Ending ending) {
		Rejection rejection = Rejection.of(to, ending);
		boolean initialized = notification.isMethod("notifications/initialized");
		if (ending.kind() == Kind.REFUSED || ending.kind() == Kind.FOREIGN || rejection.isUnavailable()
				|| rejection.isExpired()) {
			lose(to, rejection.isExpired() ? "it does not know the session any more" : ending.detail());
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
		boolean parked = this.waiting.removeIf((other) -> other.call == call);
		boolean queued = this.queued.remove(call);
		if (exchange == null || parked || queued) {
			this.calls.answer(call, null);
		}
		else if (call.isModern()) {
			// Since 2026-07-28 a server learns of it by the end of the connection.
			this.calls.answer(call, null);
			exchange.cancel();
		}
		else {
			dispatch(cancellation, System.nanoTime());
			decideLater(() -> {
				if (this.calls.answer(call, null)) {
					exchange.cancel();
				}
			}, TimeUnit.SECONDS.toMillis(CANCELLED_SECONDS));
		}
	}

	private void flush() {
		List<Waiting> all = new ArrayList<>(this.waiting);
		this.waiting.clear();
		for (Waiting next : all) {
			if (next.call != null) {
				dispatch(next.call);
			}
			else if (next.notification != null) {
				dispatch(next.notification, next.deadline);
			}
		}
	}

	// On the way to the client

	private void receive(Session from, byte[] text, Consumer<Message> answers) {
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
	@Override
	public void received(Session from, Message message) {
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

	private void unexpected(Message answer) {
		this.log.accept("Dropped an answer of the server, since nobody has asked: " + answer.id());
	}

	private void answered(Call call, Session by, @Nullable String sessionId, Message answer) {
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
		else if (answer.isError()) {
			// Also one whose sender could not read the id.
			finish(call, JsonRpc.error(call.id(), Json.tree(answer.text()).path("error").toString()));
		}
		else {
			finish(call, answer.withId(call.id()));
		}
	}

	private void finish(Call call, byte[] text) {
		if (this.calls.answer(call, text) && call.request().isMethod("initialize")) {
			decide(() -> {
				if (this.initializing == call) {
					this.initializing = null;
					flush();
				}
			});
		}
	}

	private void fail(Call call, int code, String message, String outcome) {
		if (this.calls.isPending(call)) {
			this.failed.incrementAndGet();
			this.log.accept("Answered " + call.request() + " with an error: " + Printable.of(message, MAX_DETAIL));
			finish(call, JsonRpc.error(call.id(), code, message.strip(),
					"{\"source\":\"aidis-mcp-bridge\",\"outcome\":\"" + outcome + "\"}"));
		}
	}

	// Requests that were not answered

	private void unanswered(Call call, Session by, Ending ending) {
		if (!this.calls.isPending(call)) {
			return;
		}
		if (call.isCancelled()) {
			this.calls.answer(call, null);
			return;
		}
		switch (ending.kind()) {
			case REFUSED, FOREIGN -> {
				lose(by, ending.detail());
				retry(call, ending.detail());
			}
			case BROKEN, COMPLETE -> interrupted(call, by, ending, 0);
			case CANCELLED -> lost(call, by, "it did not answer any more");
			case ACCEPTED -> fail(call, JsonRpc.BAD_ANSWER,
					"The server at " + by.server().endpoint()
							+ " took the request, but says that it will not answer (HTTP " + ending.status() + ")",
					"unknown");
			case UNREADABLE -> fail(call, JsonRpc.BAD_ANSWER, "What answers at " + by.server().endpoint()
					+ " does not speak MCP: " + ending.detail() + " (HTTP " + ending.status() + ")", "unknown");
			case REJECTED -> rejected(call, by, ending);
		}
	}

	/**
	 * The answer did not come, or not to its end. Perhaps the server can go on with it.
	 */
	private void interrupted(Call call, Session by, Ending ending, int resumptions) {
		String lastEventId = ending.lastEventId();
		String reason = (ending.kind() == Kind.COMPLETE) ? "it ended its answer before there was one" : ending.detail();
		if (lastEventId == null || call.isModern() || lastEventId.equals(by.id()) || resumptions >= MAX_RESUMPTIONS) {
			if (ending.kind() != Kind.COMPLETE) {
				suspect(by, reason);
			}
			lost(call, by, reason);
			return;
		}
		long pause = (ending.retry() != null) ? ending.retry().toMillis() : resumptions * 200L;
		decideLater(() -> {
			Map<String, String> headers = by.headers();
			headers.put(HttpTransport.LAST_EVENT_ID, lastEventId);
			call.sent(this.http.listen(by.server(), headers, new CallReceiver(call, call.progress().sentId, by) {

				@Override
				void unanswered(Ending next) {
					resumed(call, by, ending, next, resumptions);
				}

			}));
		}, pause);
	}

	private void resumed(Call call, Session by, Ending before, Ending ending, int resumptions) {
		if (!this.calls.isPending(call)) {
			return;
		}
		if (call.isCancelled()) {
			this.calls.answer(call, null);
		}
		else if (ending.kind() == Kind.COMPLETE || ending.kind() == Kind.BROKEN) {
			boolean progress = ending.lastEventId() != null && !ending.lastEventId().equals(before.lastEventId());
			interrupted(call, by, ending.after(before), progress ? 0 : resumptions + 1);
		}
		else {
			if (ending.kind() == Kind.REFUSED || ending.kind() == Kind.FOREIGN) {
				lose(by, ending.detail());
			}
			lost(call, by, before.detail());
		}
	}

	/**
	 * Nobody knows whether the request has run.
	 */
	private void lost(Call call, Session by, String reason) {
		Progress progress = call.progress();
		progress.losses++;
		String loss = "The server at " + by.server().describe() + " was lost (" + reason + ") while it had "
				+ call.request().describe();
		Verdict verdict = ReplayPolicy.judge(call.request(), by.tools());
		if (verdict == Verdict.UNSAFE) {
			unrepeatable(call, loss);
		}
		else if (progress.losses >= MAX_LOSSES && !call.isSubscription()) {
			fail(call, JsonRpc.SERVER_LOST, loss + ". It may or may not have run. That has happened " + progress.losses
					+ " times in a row, so it is not tried again", "unknown");
		}
		else {
			progress.doubt = (verdict == Verdict.UNKNOWN_TOOL) ? loss : null;
			if (call.isModern() && !call.isSubscription()) {
				progress.sentId = this.ownRequests.newId();
			}
			this.repeated.incrementAndGet();
			retry(call, reason);
		}
	}

	private void unrepeatable(Call call, String loss) {
		fail(call, JsonRpc.SERVER_LOST,
				loss + ". It may or may not have run. It was not repeated, since "
						+ (call.request().isMethod("tools/call") ? "the tool is marked neither read-only nor idempotent"
								: "that might do harm")
						+ ": look what has become of it before you try again",
				"unknown");
	}

	private void retry(Call call, String reason) {
		call.progress().lastFailure = reason;
		dispatch(call);
	}

	private void rejected(Call call, Session by, Ending ending) {
		Progress progress = call.progress();
		Rejection rejection = Rejection.of(by, ending);
		Message error = rejection.error();
		boolean own = error != null && progress.sentId.equals(error.id());
		if (!own && rejection.isUnavailable()) {
			lose(by, ending.detail());
			retry(call, ending.detail());
		}
		else if (!call.isModern() && !call.request().isMethod("initialize") && rejection.isExpired()
				&& progress.expirations < MAX_EXPIRATIONS) {
			progress.expirations++;
			lose(by, "it does not know the session any more");
			retry(call, "the server did not know the session");
		}
		else if (error != null && error.errorCode() == JsonRpc.HEADER_MISMATCH && call.isModern()
				&& call.request().isMethod("tools/call") && !progress.headersLookedUp) {
			progress.headersLookedUp = true;
			lookUpTools(call, by);
		}
		else if (error != null) {
			answered(call, by, null, error);
		}
		else {
			fail(call, JsonRpc.BAD_ANSWER, rejection.explain(), "unknown");
		}
	}

	/**
	 * Learn what the server's tools are before one of them is called again.
	 */
	private void lookUpTools(Call call, Session at) {
		Futures.forget(this.ownRequests.fetchTools(at, call.request())
			.whenComplete((done, failure) -> decide(() -> lookedUpTools(call, at, failure))));
	}

	private void lookedUpTools(Call call, Session at, @Nullable Throwable failure) {
		String doubt = call.progress().doubt;
		if (failure != null && this.session != at) {
			dispatch(call);
			return;
		}
		if (failure != null) {
			this.log.accept("Could not look up the tools of the server: " + SessionReplay.reason(failure));
		}
		call.progress().doubt = null;
		if (doubt != null && ReplayPolicy.judge(call.request(), at.tools()) != Verdict.SAFE) {
			unrepeatable(call, doubt);
		}
		else {
			dispatch(call);
		}
	}

	@Override
	public void unanswered(Session by, Ending ending) {
		decide(() -> {
			if (ending.kind() == Kind.REFUSED || ending.kind() == Kind.FOREIGN) {
				lose(by, ending.detail());
			}
			else if (ending.kind() == Kind.BROKEN) {
				suspect(by, ending.detail());
			}
		});
	}

	// Servers that come and go

	private void lose(Session lost, String reason) {
		if (this.session != lost) {
			return;
		}
		this.session = null;
		this.verifying = false;
		this.silentLooks = 0;
		this.failures++;
		this.problem = "the server at " + lost.server().describe() + " is gone: " + reason;
		this.log.accept("Lost the server at " + lost.server().describe() + ": " + reason);
		lost.stopListening();
		for (RequestId id : this.serverRequests.abandon(lost)) {
			this.client.accept(JsonRpc.notification("notifications/cancelled",
					"{\"requestId\":" + id.json() + ",\"reason\":\"The server that asked is gone\"}"));
		}
		this.queued.forEach(this::park);
		this.queued.clear();
		connect();
	}

	/**
	 * A connection broke, which need not mean that the server did.
	 */
	private void suspect(Session suspected, String reason) {
		if (this.session == suspected && !this.verifying) {
			this.verifying = true;
			find(() -> {
				boolean there = this.locator.isThere(suspected.server());
				decide(() -> verified(suspected, there, reason));
			}, 0);
		}
	}

	private void verified(Session suspected, boolean there, String reason) {
		if (this.session == suspected) {
			this.verifying = false;
			if (there) {
				flush();
			}
			else {
				lose(suspected, reason);
			}
		}
	}

	private void connect() {
		if (!this.connecting) {
			this.connecting = true;
			find(this::look, (this.failures <= 1) ? 0 : Math.min(MAX_PAUSE_MILLIS, 25L << Math.min(10, this.failures)));
		}
	}

	private void look() {
		long start = System.nanoTime();
		Located located = this.locator.locate();
		Server found = located.server();
		if (found != null) {
			decide(() -> located(found));
			return;
		}
		if (!located.problem().equals(this.problem)) {
			this.problem = located.problem();
			this.log.accept("Waiting for a server: " + located.problem());
		}
		// Who is slow to answer is not asked as often.
		long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
		find(this::look, Math.min(MAX_PAUSE_MILLIS, POLL_MILLIS + took * 4));
	}

	private void located(Server server) {
		Session created = new Session(server, this.http);
		Message initialize = this.state.initialize();
		if (initialize == null) {
			this.log.accept("Using the server at " + server.describe() + ", " + server.foundIn());
			adopt(created);
			return;
		}
		Set<String> features = new LinkedHashSet<>(this.state.features());
		Futures.forget(this.replay.repeat(created, initialize)
			.whenComplete((done, failure) -> decide(() -> replayed(created, features, failure))));
	}

	private void replayed(Session created, Set<String> featuresBefore, @Nullable Throwable failure) {
		String server = created.server().describe();
		if (failure != null) {
			String reason = "the server at " + server + " takes no session: " + SessionReplay.reason(failure);
			if (!reason.equals(this.problem)) {
				this.log.accept("Waiting for a server: " + Printable.of(reason, MAX_DETAIL));
			}
			this.problem = reason;
			this.failures++;
			this.connecting = false;
			connect();
			return;
		}
		this.log.accept(
				"Using the server at " + server + ", " + created.server().foundIn() + ", with a session like before");
		this.failures = 0;
		Set<String> features = new LinkedHashSet<>(featuresBefore);
		features.addAll(this.state.features());
		this.replay.announce(features, this.client);
		adopt(created);
	}

	private void adopt(Session adopted) {
		this.session = adopted;
		this.connecting = false;
		this.connections.incrementAndGet();
		this.problem = "";
		if (adopted.isInitialized()) {
			listen(adopted);
		}
		flush();
		decideLater(() -> widen(adopted), WIDEN_MILLIS);
	}

	private void listen(Session to) {
		to.listen(new Listening(to, this.http, this.decider, (text) -> receive(to, text, this::unexpected),
				(from, ending) -> lose(from, ending.detail())));
	}

	/**
	 * A process that is stopped keeps its connections open and answers nothing. It is
	 * asked who it is, which takes it no time if it runs, however busy its tools are.
	 */
	private void watch() {
		Session watched = this.session;
		if (watched == null || this.verifying || watched.server().instanceId() == null) {
			return;
		}
		if (this.calls.all().stream().noneMatch((call) -> !call.isSubscription() && isSilent(call))) {
			this.silentLooks = 0;
			return;
		}
		find(() -> {
			boolean there = this.locator.isThere(watched.server());
			decide(() -> watched(watched, there));
		}, 0);
	}

	private boolean isSilent(Call call) {
		Exchange exchange = call.exchange();
		return exchange != null && exchange.silentFor() > this.timing.silence().toNanos();
	}

	private void watched(Session watched, boolean there) {
		if (this.session != watched) {
			return;
		}
		this.silentLooks = there ? 0 : this.silentLooks + 1;
		if (this.silentLooks >= MAX_SILENT_LOOKS) {
			lose(watched, "it does not answer any more");
			for (Call call : this.calls.all()) {
				Exchange exchange = call.exchange();
				if (exchange != null && isSilent(call)) {
					exchange.cancel();
				}
			}
		}
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

	private void widen(Session of) {
		if (this.session == of && !of.window().isWideOpen()) {
			of.window().grow();
			sendQueued();
			decideLater(() -> widen(of), WIDEN_MILLIS);
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

	/**
	 * When to become suspicious.
	 *
	 * @param silence how long a server may say nothing while it has a request
	 * @param watchInterval how often to look whether one is silent, and then to ask it
	 */
	record Timing(Duration silence, Duration watchInterval) {

		static final Timing USUAL = new Timing(Duration.ofSeconds(5), Duration.ofSeconds(3));

	}

	/**
	 * A message that waits for a server: a request or a notification.
	 */
	private record Waiting(@Nullable Call call, @Nullable Message notification, long deadline) {

	}

	private class CallReceiver implements Exchange.Receiver {

		private final Call call;

		private final RequestId sentId;

		private final Session to;

		private final boolean counted;

		private volatile @Nullable String sessionId;

		CallReceiver(Call call, RequestId sentId, Session to) {
			this.call = call;
			this.sentId = sentId;
			this.to = to;
			this.counted = !call.isSubscription();
			if (this.counted) {
				to.window().enter();
			}
		}

		@Override
		public void started(int status, @Nullable String sessionId) {
			this.sessionId = sessionId;
			if (status / 100 == 2) {
				decide(() -> {
					Connection.this.failures = 0;
					this.call.progress().deadline = null;
				});
			}
		}

		@Override
		public void received(byte[] text) {
			receive(this.to, text, this::answer);
			if (this.call.isSubscription()) {
				decide(this::subscribedAgain);
			}
		}

		private void answer(Message answer) {
			if ((answer.id() != null) ? this.sentId.equals(answer.id()) : answer.isError()) {
				answered(this.call, this.to, this.sessionId, answer);
			}
			else {
				unexpected(answer);
			}
		}

		private void subscribedAgain() {
			if (this.call.progress().losses > 0) {
				this.call.progress().losses = 0;
				SubscriptionFilter.of(this.call.request()).announce(Connection.this.client);
			}
		}

		@Override
		public void ended(Ending ending) {
			decide(() -> {
				unanswered(ending);
				if (this.counted) {
					this.to.window().leave();
					sendQueued();
				}
			});
		}

		/**
		 * The exchange is over. The call may have been answered all the same.
		 */
		void unanswered(Ending ending) {
			Connection.this.unanswered(this.call, this.to, ending);
		}

	}

}
