package dev.aidis.port.sample.mcp.bridge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.bridge.Ending.Kind;
import dev.aidis.port.sample.mcp.bridge.Exchange.Receiver;

/**
 * The client's side of MCP's Streamable HTTP transport. Knows nothing of what messages
 * say. Follows no redirects, and believes no answer that another program than the server
 * gives.
 */
final class HttpTransport {

	static final String SESSION_ID = "Mcp-Session-Id";

	static final String PROTOCOL_VERSION = "MCP-Protocol-Version";

	static final String LAST_EVENT_ID = "Last-Event-ID";

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	/**
	 * Shorter than servers keep connections, so that they don't close one at the moment
	 * that it is used.
	 */
	private static final String KEEP_ALIVE_SECONDS = "3";

	/**
	 * How a server of MCP says that it does not want to open a stream, or not for us.
	 */
	private static final Set<Integer> KNOWN_TO_MCP = Set.of(400, 401, 403, 405, 406);

	private static final int MAX_ANSWER = 64 * 1024 * 1024;

	private static final int MAX_ERROR = 64 * 1024;

	private static final int MAX_DETAIL = 300;

	static {
		// Read by the client when its classes are loaded.
		System.setProperty("jdk.httpclient.keepalive.timeout", KEEP_ALIVE_SECONDS);
	}

	private final @Nullable String token;

	private final SingletonSupplier<HttpClient> plain = SingletonSupplier
		.of(() -> newClient().sslContext(new NoTls()).build());

	private final SingletonSupplier<HttpClient> tls = SingletonSupplier.of(() -> newClient().build());

	/**
	 * Create a new transport.
	 * @param token what proves to the server that this client may call it, if it wants
	 * that
	 */
	HttpTransport(@Nullable String token) {
		this.token = token;
	}

	/**
	 * Do now what takes time and would be done by the first message otherwise.
	 */
	void prepare() {
		this.plain.obtain();
	}

	private HttpClient client(URI uri) {
		return ("https".equals(uri.getScheme()) ? this.tls : this.plain).obtain();
	}

	private static HttpClient.Builder newClient() {
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(CONNECT_TIMEOUT);
	}

	/**
	 * Send a message.
	 * @param server where to
	 * @param message the text of the message
	 * @param headers further headers
	 * @param receiver learns what comes
	 */
	Exchange post(Server server, byte[] message, Map<String, String> headers, Receiver receiver) {
		return send(server,
				request(server, headers).header("Content-Type", "application/json")
					.header("Accept", "application/json, text/event-stream")
					.POST(BodyPublishers.ofByteArray(message))
					.build(),
				receiver);
	}

	/**
	 * Open a stream for what the server wants to say by itself.
	 */
	Exchange listen(Server server, Map<String, String> headers, Receiver receiver) {
		return send(server, request(server, headers).header("Accept", "text/event-stream").GET().build(), receiver);
	}

	/**
	 * End a session.
	 */
	Exchange delete(Server server, Map<String, String> headers, Receiver receiver) {
		return send(server, request(server, headers).DELETE().build(), receiver);
	}

	private HttpRequest.Builder request(Server server, Map<String, String> headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(server.endpoint());
		headers.forEach(request::header);
		if (this.token != null) {
			request.header("Authorization", "Bearer " + this.token);
		}
		if (server.instanceId() != null) {
			request.header(PortRegistration.PROBE_HEADER, "1");
		}
		return request;
	}

	private Exchange send(Server server, HttpRequest request, Receiver receiver) {
		Sent sent = new Sent(server, receiver);
		try {
			sent.start(client(server.endpoint()).sendAsync(request, sent::answer));
		}
		catch (IllegalArgumentException ex) {
			sent.end(Ending.refused(Printable.of(String.valueOf(ex.getMessage()), MAX_DETAIL)));
		}
		return sent;
	}

	/**
	 * Tell whether an instance is where it says, be it healthy or not.
	 * @param registration the instance, which proves who it is
	 * @param timeout how long it may take to say so
	 */
	boolean isInstance(PortRegistration registration, Duration timeout) {
		URI health = registration.healthUri();
		return ask((health != null) ? health : registration.uri().resolve("/"), PortRegistration.PROBE_HEADER, "1",
				timeout,
				(info) -> info.headers()
					.allValues(PortRegistration.INSTANCE_ID_HEADER)
					.contains(registration.instanceId()));
	}

	/**
	 * Tell whether something takes MCP's messages at an address, as far as can be told
	 * without sending it one: it must know a GET request for events, be it to refuse it.
	 * @param endpoint the address
	 * @param timeout how long it may take to answer
	 */
	boolean speaksMcp(URI endpoint, Duration timeout) {
		return ask(endpoint, "Accept", "text/event-stream", timeout, (info) -> (info.statusCode() == 200)
				? contentType(info).equals("text/event-stream") : KNOWN_TO_MCP.contains(info.statusCode()));
	}

	private boolean ask(URI uri, String header, String value, Duration timeout, Predicate<ResponseInfo> question) {
		CompletableFuture<Boolean> answer = new CompletableFuture<>();
		CompletableFuture<?> sent = client(uri)
			.sendAsync(HttpRequest.newBuilder(uri).timeout(timeout).header(header, value).GET().build(), (info) -> {
				answer.complete(question.test(info));
				return BodySubscribers.discarding();
			});
		Futures.forget(sent.whenComplete((response, failure) -> answer.complete(false)));
		try {
			return answer.join();
		}
		finally {
			sent.cancel(true);
		}
	}

	private static String contentType(ResponseInfo info) {
		String value = info.headers().firstValue("Content-Type").orElse("");
		int parameters = value.indexOf(';');
		return ((parameters < 0) ? value : value.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
	}

	private static final class Sent implements Exchange {

		private final Server server;

		private final Receiver receiver;

		private final AtomicBoolean ended = new AtomicBoolean();

		private volatile long lastSign = System.nanoTime();

		private volatile boolean answered;

		private volatile boolean cancelled;

		private volatile @Nullable Body body;

		private volatile @Nullable CompletableFuture<?> future;

		Sent(Server server, Receiver receiver) {
			this.server = server;
			this.receiver = receiver;
		}

		void start(CompletableFuture<?> future) {
			this.future = future;
			if (this.cancelled) {
				future.cancel(true);
			}
			Futures
				.forget(future.whenComplete((response, failure) -> end((failure != null) ? failed(failure) : whole())));
		}

		private Ending whole() {
			Body complete = this.body;
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
			String detail = Printable.of((cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getName(),
					MAX_DETAIL);
			Body known = this.body;
			if (this.cancelled || cause instanceof CancellationException) {
				return Ending.of(Kind.CANCELLED, 0, "closed");
			}
			if (known != null && known.problem != null) {
				return known.problem;
			}
			if (!this.answered && isRefusal(cause)) {
				return Ending.refused("no connection: " + detail);
			}
			return (known != null) ? known.broken(detail) : Ending.of(Kind.BROKEN, 0, "connection lost: " + detail);
		}

		private static boolean isRefusal(Throwable cause) {
			return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException
					|| cause instanceof UnresolvedAddressException
					|| cause.getCause() instanceof UnresolvedAddressException;
		}

		BodySubscriber<?> answer(ResponseInfo info) {
			this.answered = true;
			sign();
			Body created = new Body(this, info);
			this.body = created;
			return created;
		}

		void sign() {
			this.lastSign = System.nanoTime();
		}

		@Override
		public long silentFor() {
			return System.nanoTime() - this.lastSign;
		}

		@Override
		public void cancel() {
			if (this.ended.get()) {
				// Its connection may have another message on it by now.
				return;
			}
			this.cancelled = true;
			Body open = this.body;
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

	/**
	 * Reads the body of an answer.
	 */
	private static final class Body implements BodySubscriber<@Nullable Void> {

		private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

		private final Sent sent;

		private final int status;

		private final String contentType;

		private final boolean readable;

		private final @Nullable EventStream events;

		private final ByteArrayOutputStream whole = new ByteArrayOutputStream();

		private volatile @Nullable Ending problem;

		private volatile @Nullable Subscription subscription;

		Body(Sent sent, ResponseInfo info) {
			this.sent = sent;
			this.status = info.statusCode();
			this.contentType = contentType(info);
			boolean success = this.status == 200 || this.status == 201;
			this.events = (success && this.contentType.equals("text/event-stream"))
					? new EventStream(MAX_ANSWER, this::received) : null;
			this.readable = success && (this.events != null || this.contentType.equals("application/json"));
			String instanceId = sent.server.instanceId();
			if (instanceId != null
					&& !info.headers().allValues(PortRegistration.INSTANCE_ID_HEADER).contains(instanceId)) {
				this.problem = Ending.of(Kind.FOREIGN, this.status, "another program answers there");
				return;
			}
			sent.receiver.started(this.status, info.headers().firstValue(SESSION_ID).orElse(null));
		}

		private void received(byte[] text) {
			if (!this.sent.cancelled) {
				this.sent.receiver.received(text);
			}
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
			this.sent.sign();
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
				received(this.whole.toByteArray());
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
				return Ending.of(Kind.UNREADABLE, this.status,
						this.contentType.isEmpty() ? "an answer without a content type"
								: "an answer of the type " + Printable.of(this.contentType));
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

}
