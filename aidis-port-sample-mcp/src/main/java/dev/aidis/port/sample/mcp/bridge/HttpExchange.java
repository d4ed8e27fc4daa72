package dev.aidis.port.sample.mcp.bridge;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.bridge.Ending.Kind;

/**
 * A message that was sent over HTTP, until its answer has ended.
 */
final class HttpExchange implements Exchange {

	private static final int MAX_DETAIL = 300;

	private final Server server;

	private final Receiver receiver;

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile long lastSign = System.nanoTime();

	private volatile boolean answered;

	private volatile boolean cancelled;

	private volatile @Nullable AnswerBody body;

	private volatile @Nullable CompletableFuture<?> future;

	HttpExchange(Server server, Receiver receiver) {
		this.server = server;
		this.receiver = receiver;
	}

	void start(CompletableFuture<?> future) {
		this.future = future;
		if (this.cancelled) {
			future.cancel(true);
		}
		Futures.forget(future.whenComplete((response, failure) -> end((failure != null) ? failed(failure) : whole())));
	}

	private Ending whole() {
		AnswerBody complete = this.body;
		return (complete != null) ? complete.ending() : Ending.of(Kind.BROKEN, 0, "there was no answer");
	}

	void end(Ending ending) {
		if (this.ended.compareAndSet(false, true)) {
			this.receiver.ended(ending);
		}
	}

	private Ending failed(Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		String detail = Printable.of(
				(cause.getMessage() != null && !isUnresolved(cause)) ? cause.getMessage() : describe(cause),
				MAX_DETAIL);
		AnswerBody known = this.body;
		if (this.cancelled || cause instanceof CancellationException) {
			return Ending.of(Kind.CANCELLED, 0, "closed");
		}
		Ending problem = (known != null) ? known.problem() : null;
		if (problem != null) {
			return problem;
		}
		if (!this.answered && isRefusal(cause)) {
			return Ending.refused("no connection: " + detail);
		}
		return (known != null) ? known.broken(detail) : Ending.of(Kind.BROKEN, 0, "connection lost: " + detail);
	}

	/**
	 * Java says nothing of many failures but the names of its classes.
	 */
	private static String describe(Throwable cause) {
		if (cause instanceof HttpConnectTimeoutException) {
			return "nobody answered in time";
		}
		if (isUnresolved(cause)) {
			return "there is no such host";
		}
		return (cause instanceof ConnectException) ? "connection refused" : "it was closed";
	}

	private static boolean isUnresolved(Throwable cause) {
		return cause instanceof UnresolvedAddressException || cause.getCause() instanceof UnresolvedAddressException;
	}

	private static boolean isRefusal(Throwable cause) {
		return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException || isUnresolved(cause);
	}

	BodySubscriber<?> answer(ResponseInfo info) {
		this.answered = true;
		sign();
		AnswerBody created = new AnswerBody(info, this.server.instanceId(), this);
		this.body = created;
		return created;
	}

	/**
	 * The server itself answers.
	 */
	void started(int status, @Nullable String sessionId) {
		this.receiver.started(status, sessionId);
	}

	/**
	 * A message has come.
	 */
	void received(byte[] text) {
		if (!this.cancelled) {
			this.receiver.received(text);
		}
	}

	/**
	 * Something has come, so the server is not silent.
	 */
	void sign() {
		this.lastSign = System.nanoTime();
	}

	@Override
	public long silentFor() {
		return this.ended.get() ? 0 : System.nanoTime() - this.lastSign;
	}

	@Override
	public boolean isAnswering() {
		return this.answered && !this.ended.get();
	}

	@Override
	public void cancel() {
		if (this.ended.get()) {
			// Its connection may have another message on it by now.
			return;
		}
		this.cancelled = true;
		AnswerBody open = this.body;
		if (open != null) {
			open.cancel();
		}
		CompletableFuture<?> running = this.future;
		if (running != null) {
			running.cancel(true);
		}
		end(Ending.of(Kind.CANCELLED, 0, "closed"));
	}

}
