package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.sample.mcp.bridge.Ending.Kind;

/**
 * Keeps a stream open on which the server may speak by itself, and opens it anew when it
 * ends. A server that gives its events ids is asked first for what was missed.
 * <p>
 * Some servers go on with the stream that is resumed and refuse another one, some close
 * the gap and want another one for what is to come. So another one is asked for once the
 * first is there, and if that is refused the first one counts.
 */
final class Listening {

	private static final long LONG_NANOS = Duration.ofSeconds(5).toNanos();

	private static final long MAX_PAUSE_MILLIS = 5000;

	private final Session session;

	private final HttpTransport http;

	private final Decider decider;

	private final Consumer<byte[]> messages;

	private final BiConsumer<Session, Ending> onProblem;

	private @Nullable Stream main;

	private @Nullable Stream resumed;

	private long pauseMillis;

	/**
	 * Whether the server has ever opened a stream. Some that offer none say 404, too.
	 */
	private volatile boolean offered;

	private boolean closed;

	/**
	 * Create a new instance.
	 * @param session the session to listen to
	 * @param http how
	 * @param decider where everything happens that is done here
	 * @param messages takes what the server says
	 * @param onProblem told when the session or its server seems to be gone
	 */
	Listening(Session session, HttpTransport http, Decider decider, Consumer<byte[]> messages,
			BiConsumer<Session, Ending> onProblem) {
		this.session = session;
		this.http = http;
		this.decider = decider;
		this.messages = messages;
		this.onProblem = onProblem;
	}

	void open() {
		if (!this.closed && this.main == null) {
			this.main = new Stream(null);
		}
	}

	void close() {
		this.closed = true;
		if (this.main != null) {
			this.main.exchange.cancel();
		}
		if (this.resumed != null) {
			this.resumed.exchange.cancel();
		}
	}

	private void resume(String lastEventId) {
		if (!this.closed && this.main == null) {
			this.resumed = new Stream(lastEventId);
		}
	}

	private void ended(Stream stream, Ending ending) {
		boolean wasResumed = stream == this.resumed;
		if (this.main == stream) {
			this.main = null;
		}
		if (wasResumed) {
			this.resumed = null;
		}
		if (this.closed || this.main != null || (!wasResumed && this.resumed != null)) {
			return;
		}
		switch (ending.kind()) {
			case COMPLETE, BROKEN -> reopen(stream, ending);
			case REFUSED, FOREIGN -> this.onProblem.accept(this.session, ending);
			case REJECTED -> rejected(stream, ending, wasResumed);
			default -> {
				// The server does not offer such a stream.
			}
		}
	}

	private void rejected(Stream stream, Ending ending, boolean wasResumed) {
		if (this.offered && (ending.status() == 404 || ending.status() == 503)) {
			this.onProblem.accept(this.session, ending);
		}
		else if (wasResumed) {
			open();
		}
		else if (ending.status() >= 500 || ending.status() == 409 || ending.status() == 429) {
			reopen(stream, ending);
		}
	}

	/**
	 * At once if all was well for some time, since the server may just have gone, and
	 * that should be known soon.
	 */
	private void reopen(Stream stream, Ending ending) {
		this.pauseMillis = (System.nanoTime() - stream.opened > LONG_NANOS) ? 0
				: Math.min(MAX_PAUSE_MILLIS, this.pauseMillis * 2 + 20);
		long pause = (ending.retry() != null) ? ending.retry().toMillis() : this.pauseMillis;
		String lastEventId = (ending.lastEventId() != null) ? ending.lastEventId() : stream.lastEventId;
		Runnable next = (lastEventId != null && !lastEventId.equals(this.session.id())) ? () -> resume(lastEventId)
				: this::open;
		this.decider.decideLater(next, pause);
	}

	private final class Stream implements Exchange.Receiver {

		private final long opened = System.nanoTime();

		private final @Nullable String lastEventId;

		private final Exchange exchange;

		Stream(@Nullable String lastEventId) {
			this.lastEventId = lastEventId;
			Map<String, String> headers = Listening.this.session.headers();
			if (lastEventId != null) {
				headers.put(HttpTransport.LAST_EVENT_ID, lastEventId);
			}
			this.exchange = Listening.this.http.listen(Listening.this.session.server(), headers, this);
		}

		@Override
		public void started(int status, @Nullable String sessionId) {
			if (status == 200) {
				Listening.this.offered = true;
			}
			if (status == 200 && this.lastEventId != null) {
				Listening.this.decider.decide(Listening.this::open);
			}
		}

		@Override
		public void received(byte[] text) {
			Listening.this.messages.accept(text);
		}

		@Override
		public void ended(Ending ending) {
			if (ending.kind() != Kind.CANCELLED) {
				Listening.this.decider.decide(() -> Listening.this.ended(this, ending));
			}
		}

	}

}
