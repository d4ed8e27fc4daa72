package dev.aidis.port.sample.mcp.bridge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.bridge.Ending.Kind;

/**
 * Reads the body of an answer, which is a message, a stream of events or an error.
 * Believes no answer that another program than the server gives.
 */
final class AnswerBody implements BodySubscriber<@Nullable Void> {

	private static final int MAX_ANSWER = 64 * 1024 * 1024;

	private static final int MAX_ERROR = 64 * 1024;

	private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

	private final HttpExchange exchange;

	private final int status;

	private final String contentType;

	private final boolean readable;

	private final @Nullable EventStream events;

	private final ByteArrayOutputStream whole = new ByteArrayOutputStream();

	private volatile @Nullable Ending problem;

	private volatile @Nullable Subscription subscription;

	/**
	 * Begin to read.
	 * @param info what comes before the body
	 * @param instanceId which instance should be answering, if that is known
	 * @param exchange learns what comes
	 */
	AnswerBody(ResponseInfo info, @Nullable String instanceId, HttpExchange exchange) {
		this.exchange = exchange;
		this.status = info.statusCode();
		this.contentType = contentType(info);
		boolean success = this.status == 200 || this.status == 201;
		this.events = (success && this.contentType.equals("text/event-stream"))
				? new EventStream(MAX_ANSWER, exchange::received) : null;
		this.readable = success && (this.events != null || this.contentType.equals("application/json"));
		if (instanceId != null && !info.headers().allValues(PortRegistration.INSTANCE_ID_HEADER).contains(instanceId)) {
			this.problem = Ending.of(Kind.FOREIGN, this.status, "another program answers there");
			return;
		}
		exchange.started(this.status, info.headers().firstValue(HttpTransport.SESSION_ID).orElse(null));
	}

	static String contentType(ResponseInfo info) {
		String value = info.headers().firstValue("Content-Type").orElse("");
		int parameters = value.indexOf(';');
		return ((parameters < 0) ? value : value.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
	}

	/**
	 * What was wrong with the answer, if there was something.
	 */
	@Nullable Ending problem() {
		return this.problem;
	}

	@Override
	public CompletionStage<@Nullable Void> getBody() {
		return this.end;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription = subscription;
		if (this.problem != null) {
			stop();
		}
		else {
			subscription.request(1);
		}
	}

	private void stop() {
		cancel();
		this.end.complete(null);
	}

	void cancel() {
		Subscription open = this.subscription;
		if (open != null) {
			open.cancel();
		}
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		this.exchange.sign();
		try {
			for (ByteBuffer buffer : buffers) {
				read(buffer);
			}
		}
		catch (IOException | RuntimeException ex) {
			this.problem = Ending.of(Kind.UNREADABLE, this.status, String.valueOf(ex.getMessage()));
		}
		Subscription open = this.subscription;
		if (this.problem != null) {
			stop();
		}
		else if (open != null) {
			open.request(1);
		}
	}

	private void read(ByteBuffer buffer) throws IOException {
		if (this.events != null) {
			this.events.read(buffer);
			return;
		}
		byte[] bytes = new byte[buffer.remaining()];
		buffer.get(bytes);
		if (this.readable && this.whole.size() + bytes.length > MAX_ANSWER) {
			throw new IOException("the answer has more than " + MAX_ANSWER + " bytes");
		}
		int room = this.readable ? bytes.length : Math.min(bytes.length, MAX_ERROR - this.whole.size());
		this.whole.write(bytes, 0, room);
		if (room < bytes.length) {
			this.problem = ending();
		}
	}

	@Override
	public void onError(Throwable failure) {
		this.end.completeExceptionally(failure);
	}

	@Override
	public void onComplete() {
		if (this.events != null) {
			this.events.end();
		}
		else if (this.readable && this.whole.size() > 0) {
			this.exchange.received(this.whole.toByteArray());
		}
		this.end.complete(null);
	}

	/**
	 * What the end of the whole body means.
	 */
	Ending ending() {
		if (this.problem != null) {
			return this.problem;
		}
		if (this.readable) {
			return stream(Kind.COMPLETE, "the answer ended");
		}
		if (this.status == 202 || this.status == 204) {
			return Ending.of(Kind.ACCEPTED, this.status, "accepted");
		}
		if (this.status / 100 == 2) {
			return Ending.of(Kind.UNREADABLE, this.status, this.contentType.isEmpty()
					? "an answer without a content type" : "an answer of the type " + Printable.of(this.contentType));
		}
		return Ending.rejected(this.status, "HTTP " + this.status, this.whole.toString(StandardCharsets.UTF_8));
	}

	Ending broken(String detail) {
		return stream(Kind.BROKEN, "connection lost: " + detail);
	}

	private Ending stream(Kind kind, String detail) {
		return new Ending(kind, this.status, detail, "", (this.events != null) ? this.events.lastEventId() : null,
				(this.events != null) ? this.events.retry() : null);
	}

}
