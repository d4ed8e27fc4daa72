package dev.aidis.port.sample.mcp.bridge;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.bridge.Call.Progress;
import dev.aidis.port.sample.mcp.bridge.Call.Remnant;
import dev.aidis.port.sample.mcp.bridge.Ending.Kind;
import dev.aidis.port.sample.mcp.bridge.ReplayPolicy.Verdict;

/**
 * Decides what becomes of a request that was sent and not answered: the server goes on
 * with its answer, the request is sent again, or the client is told why it is not. Used
 * by the thread that decides.
 */
final class Recovery {

	/**
	 * A request that takes its server down with it should not take every next one, too.
	 */
	static final int MAX_LOSSES = 3;

	private static final int MAX_EXPIRATIONS = 2;

	private static final int MAX_RESUMPTIONS = 5;

	private static final int MAX_LOOK_UPS = 3;

	private static final int MAX_DETAIL = 500;

	private final Dispatcher dispatcher;

	private final Answers answers;

	private final OwnRequests ownRequests;

	private final HttpTransport http;

	private final Decider decider;

	private final Consumer<String> log;

	private final AtomicLong repeated = new AtomicLong();

	/**
	 * Create a new recovery.
	 * @param dispatcher sends requests again
	 * @param answers tells the client
	 * @param ownRequests asks the server which tools may be called again
	 * @param http resumes answers
	 * @param decider where everything happens
	 * @param log takes what people should know
	 */
	Recovery(Dispatcher dispatcher, Answers answers, OwnRequests ownRequests, HttpTransport http, Decider decider,
			Consumer<String> log) {
		this.dispatcher = dispatcher;
		this.answers = answers;
		this.ownRequests = ownRequests;
		this.http = http;
		this.decider = decider;
		this.log = log;
	}

	/**
	 * How many requests were sent again since their server was lost.
	 */
	long repeated() {
		return this.repeated.get();
	}

	/**
	 * The exchange in which a request was sent has ended.
	 * @param call the request, which may have been answered
	 * @param by the session in which it was sent
	 * @param ending how it ended
	 */
	void unanswered(Call call, Session by, Ending ending) {
		if (isSettled(call)) {
			return;
		}
		switch (ending.kind()) {
			case REFUSED, FOREIGN -> {
				this.dispatcher.lose(by, ending.detail());
				retry(call, ending.detail());
			}
			case BROKEN, COMPLETE -> interrupted(call, by, ending, 0);
			case CANCELLED -> lost(call, by, "it did not answer any more");
			case ACCEPTED -> this.answers.fail(call, JsonRpc.BAD_ANSWER,
					"The server at " + by.server().endpoint()
							+ " took the request, but says that it will not answer (HTTP " + ending.status() + ")",
					"unknown");
			case UNREADABLE -> this.answers.fail(call, JsonRpc.BAD_ANSWER, "What answers at " + by.server().endpoint()
					+ " does not speak MCP: " + ending.detail() + " (HTTP " + ending.status() + ")", "unknown");
			case REJECTED -> rejected(call, by, ending);
		}
	}

	/**
	 * Tell whether nobody waits for the answer.
	 */
	private boolean isSettled(Call call) {
		if (call.isCancelled()) {
			this.answers.cancelled(call);
		}
		return !this.answers.isPending(call);
	}

	/**
	 * The answer did not come, or not to its end. Perhaps the server can go on with it.
	 */
	private void interrupted(Call call, Session by, Ending ending, int resumptions) {
		String lastEventId = ending.lastEventId();
		String reason = (ending.kind() == Kind.COMPLETE) ? "it ended its answer before there was one" : ending.detail();
		if (lastEventId == null || call.isModern() || lastEventId.equals(by.id()) || resumptions >= MAX_RESUMPTIONS) {
			if (ending.kind() != Kind.COMPLETE) {
				this.dispatcher.suspect(by, reason);
			}
			lost(call, by, reason);
			return;
		}
		long pause = (ending.retry() != null) ? ending.retry().toMillis() : resumptions * 200L;
		this.decider.decideLater(() -> {
			Map<String, String> headers = by.headers();
			headers.put(HttpTransport.LAST_EVENT_ID, lastEventId);
			call.sent(
					this.http.listen(by.server(), headers,
							this.dispatcher.receiver(call, by, (next) -> resumed(call, by, ending, next, resumptions))),
					by);
		}, pause);
	}

	private void resumed(Call call, Session by, Ending before, Ending ending, int resumptions) {
		if (isSettled(call)) {
			return;
		}
		if (ending.kind() == Kind.COMPLETE || ending.kind() == Kind.BROKEN) {
			boolean progress = ending.lastEventId() != null && !ending.lastEventId().equals(before.lastEventId());
			interrupted(call, by, ending.after(before), progress ? 0 : resumptions + 1);
		}
		else {
			if (ending.kind() == Kind.REFUSED || ending.kind() == Kind.FOREIGN) {
				this.dispatcher.lose(by, ending.detail());
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
			unrepeatable(call, loss, whyUnsafe(call));
		}
		else if (progress.losses >= MAX_LOSSES && !call.isSubscription()) {
			this.answers.fail(call, JsonRpc.SERVER_LOST, loss + ". It may or may not have run. That has happened "
					+ progress.losses + " times in a row, so it is not tried again", "unknown");
		}
		else {
			progress.doubt = (verdict == Verdict.UNKNOWN_TOOL) ? loss : null;
			if (!call.isSubscription() && !call.request().isMethod("initialize")) {
				// No id may be used twice in a session, and the server may live and still
				// be at work.
				progress.remnant = new Remnant(by, progress.sentId);
				progress.sentId = this.ownRequests.newId();
			}
			this.repeated.incrementAndGet();
			retry(call, reason);
		}
	}

	private void unrepeatable(Call call, String loss, String why) {
		this.answers.fail(call, JsonRpc.SERVER_LOST, loss + ". It may or may not have run. It was not repeated, since "
				+ why + ": look what has become of it before you try again", "unknown");
	}

	private static String whyUnsafe(Call call) {
		return call.request().isMethod("tools/call") ? "the tool is marked neither read-only nor idempotent"
				: "that might do harm";
	}

	private static String whyUnknown(@Nullable Throwable failure) {
		return (failure == null) ? "the server lists no such tool"
				: "it could not be found out whether its tool is read-only or idempotent ("
						+ Printable.of(SessionReplay.reason(failure), MAX_DETAIL) + ")";
	}

	private void retry(Call call, String reason) {
		call.progress().lastFailure = reason;
		this.dispatcher.dispatch(call);
	}

	private void rejected(Call call, Session by, Ending ending) {
		Progress progress = call.progress();
		Rejection rejection = Rejection.of(by, ending);
		Message error = rejection.error();
		if (rejection.isForbidden()) {
			// What a server says to those who write headers themselves is of no use to
			// the client.
			this.answers.fail(call, JsonRpc.BAD_ANSWER, rejection.explain(), progress.outcome());
		}
		else if (rejection.isUnavailable() && !rejection.isAnswerTo(progress.sentId)) {
			this.dispatcher.lose(by, ending.detail());
			retry(call, ending.detail());
		}
		else if (!call.isModern() && !call.request().isMethod("initialize") && rejection.isExpired()
				&& progress.expirations < MAX_EXPIRATIONS) {
			progress.expirations++;
			this.dispatcher.lose(by, rejection.whyLost());
			retry(call, "the server did not know the session");
		}
		else if (error != null && error.errorCode() == JsonRpc.HEADER_MISMATCH && call.isModern()
				&& call.request().isMethod("tools/call") && !progress.headersLookedUp) {
			progress.headersLookedUp = true;
			lookUpTools(call, by);
		}
		else if (error != null) {
			this.answers.answered(call, by, null, error);
		}
		else {
			this.answers.fail(call, JsonRpc.BAD_ANSWER, rejection.explain(), "unknown");
		}
	}

	/**
	 * Learn what the server's tools are before one of them is called again.
	 * @param call the request that calls it
	 * @param at the session in which it is to be called
	 */
	void lookUpTools(Call call, Session at) {
		Futures.forget(this.ownRequests.fetchTools(at, call.request())
			.whenComplete((done, failure) -> this.decider.decide(() -> lookedUpTools(call, at, failure))));
	}

	private void lookedUpTools(Call call, Session at, @Nullable Throwable failure) {
		if (isSettled(call)) {
			return;
		}
		Progress progress = call.progress();
		if (failure != null) {
			this.log.accept("Could not look up the tools of the server: " + SessionReplay.reason(failure));
			if (++progress.failedLookUps < MAX_LOOK_UPS) {
				// In the next session, if this one has ended.
				this.dispatcher.dispatch(call);
				return;
			}
		}
		String doubt = progress.doubt;
		progress.doubt = null;
		Verdict verdict = ReplayPolicy.judge(call.request(), at.tools());
		if (doubt != null && verdict != Verdict.SAFE) {
			unrepeatable(call, doubt, (verdict == Verdict.UNSAFE) ? whyUnsafe(call) : whyUnknown(failure));
		}
		else {
			this.dispatcher.dispatch(call);
		}
	}

}
