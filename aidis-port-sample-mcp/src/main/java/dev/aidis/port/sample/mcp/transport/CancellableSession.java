package dev.aidis.port.sample.mcp.transport;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.aidis.port.Printable;

/**
 * A session whose calls can be cancelled by {@code notifications/cancelled}, which the
 * MCP SDK does not know. It also ends the stream of every answer, also of that to an
 * unknown method, bears notifications that cannot be sent since the client listens to
 * none, and ignores what a client tells that nobody here asked for.
 */
final class CancellableSession extends McpStreamableServerSession {

	private static final Log logger = LogFactory.getLog(CancellableSession.class);

	private static final String CANCELLED = "notifications/cancelled";

	private final McpStreamableServerSession session;

	private final McpSessions sessions;

	private final Map<Object, RunningCall> calls = new ConcurrentHashMap<>();

	private final AtomicReference<@Nullable ListeningTransport> stream = new AtomicReference<>();

	private volatile long lastUsed = System.nanoTime();

	CancellableSession(McpStreamableServerSession session, McpSchema.InitializeRequest request, McpSessions sessions) {
		super(session.getId(), request.capabilities(), request.clientInfo(), Duration.ZERO, Map.of(), Map.of());
		this.session = session;
		this.sessions = sessions;
	}

	/**
	 * Return when a client last sent something, as {@link System#nanoTime()} tells it.
	 */
	long lastUsed() {
		return this.lastUsed;
	}

	/**
	 * Tell whether a client listens or waits for an answer.
	 */
	boolean isBusy() {
		return isListenedTo() || !this.calls.isEmpty();
	}

	@Override
	public Mono<Void> responseStream(JSONRPCRequest request, McpStreamableServerTransport transport) {
		return Mono.defer(() -> {
			this.lastUsed = System.nanoTime();
			RunningCall call = new RunningCall(request, transport);
			if (this.calls.putIfAbsent(request.id(), call) != null) {
				return transport
					.sendMessage(error(request, McpSchema.ErrorCodes.INVALID_REQUEST,
							"A request with this id is running already; use each id once."))
					.then(transport.closeGracefully());
			}
			if (request.method().equals(McpSchema.METHOD_RESOURCES_LIST)) {
				this.sessions.listing();
			}
			return this.session.responseStream(request, call)
				.contextWrite((context) -> context.put(McpTransportContext.KEY, call.cancellation.toContext()))
				.onErrorResume((failure) -> transport.sendMessage(unread(request, failure)))
				.then(transport.closeGracefully())
				.doFinally((signal) -> this.calls.remove(request.id(), call));
		});
	}

	/**
	 * The SDK answers what its handlers fail with, but not that they could not be called.
	 */
	private static JSONRPCResponse unread(JSONRPCRequest request, Throwable failure) {
		logger.debug("Could not read the parameters of a request", failure);
		return error(request, McpSchema.ErrorCodes.INVALID_PARAMS, "The parameters of '"
				+ Printable.of(request.method()) + "' are not of the form that the specification gives them.");
	}

	private static JSONRPCResponse error(JSONRPCRequest request, int code, String message) {
		return JSONRPCResponse.error(request.id(), new JSONRPCResponse.JSONRPCError(code, message, null));
	}

	@Override
	public Mono<Void> accept(JSONRPCNotification notification) {
		return Mono.fromRunnable(() -> {
			this.lastUsed = System.nanoTime();
			if (CANCELLED.equals(notification.method()) && notification.params() instanceof Map<?, ?> params) {
				cancel(params.get("requestId"));
			}
		});
	}

	private void cancel(@Nullable Object id) {
		RunningCall call = (id != null) ? this.calls.get(id) : null;
		if (call != null) {
			call.abandon();
		}
	}

	/**
	 * An answer that comes too late, or to a question that nobody asked, is no reason to
	 * fail.
	 */
	@Override
	public Mono<Void> accept(JSONRPCResponse response) {
		this.lastUsed = System.nanoTime();
		return this.session.accept(response).onErrorComplete();
	}

	private boolean isListenedTo() {
		return this.stream.get() != null;
	}

	/**
	 * The session sends to the latest stream only; an earlier one would stay open in
	 * vain, and delay the end of the server.
	 */
	@Override
	public McpStreamableServerSessionStream listeningStream(McpStreamableServerTransport transport) {
		this.lastUsed = System.nanoTime();
		ListeningTransport latest = new ListeningTransport(transport);
		McpStreamableServerSessionStream stream = this.session.listeningStream(latest);
		ListeningTransport earlier = this.stream.getAndSet(latest);
		this.sessions.listens(this, true);
		if (earlier != null) {
			earlier.close();
		}
		return stream;
	}

	@Override
	public Mono<Void> sendNotification(String method, Object params) {
		return Mono.defer(
				() -> isListenedTo() ? this.session.sendNotification(method, params).onErrorComplete() : Mono.empty());
	}

	@Override
	public <T> Mono<T> sendRequest(String method, Object params, TypeRef<T> type) {
		return Mono.defer(() -> isListenedTo() ? this.session.sendRequest(method, params, type) : Mono.<T>empty());
	}

	@Override
	public void setMinLoggingLevel(LoggingLevel level) {
		this.session.setMinLoggingLevel(level);
	}

	@Override
	public boolean isNotificationForLevelAllowed(LoggingLevel level) {
		return this.session.isNotificationForLevelAllowed(level);
	}

	@Override
	public Flux<JSONRPCMessage> replay(Object lastEventId) {
		return this.session.replay(lastEventId);
	}

	@Override
	public Mono<Void> delete() {
		return this.session.delete().doFirst(this::end);
	}

	@Override
	public Mono<Void> closeGracefully() {
		return this.session.closeGracefully().doFirst(this::end);
	}

	@Override
	public void close() {
		end();
		this.session.close();
	}

	private void end() {
		this.sessions.closed(this);
		this.calls.values().forEach((call) -> call.cancellation.cancel());
	}

	/**
	 * A call while it runs, and the way of its answer.
	 */
	private static final class RunningCall extends ForwardingTransport {

		private final JSONRPCRequest request;

		private final Cancellation cancellation = new Cancellation();

		private volatile boolean abandoned;

		RunningCall(JSONRPCRequest request, McpStreamableServerTransport transport) {
			super(transport);
			this.request = request;
		}

		/**
		 * A client that has cancelled its request expects no answer.
		 */
		void abandon() {
			this.abandoned = true;
			this.cancellation.cancel();
		}

		@Override
		public Mono<Void> sendMessage(JSONRPCMessage message) {
			return Mono.defer(() -> this.abandoned ? Mono.empty() : super.sendMessage(readable(message)));
		}

		@Override
		public Mono<Void> sendMessage(JSONRPCMessage message, String messageId) {
			return Mono.defer(() -> this.abandoned ? Mono.empty() : super.sendMessage(readable(message), messageId));
		}

		private JSONRPCMessage readable(JSONRPCMessage message) {
			return (message instanceof JSONRPCResponse response) ? ReadableErrors.in(response, this.request) : message;
		}

	}

	/**
	 * The stream that notifications reach the client by.
	 */
	private final class ListeningTransport extends ForwardingTransport {

		ListeningTransport(McpStreamableServerTransport transport) {
			super(transport);
		}

		@Override
		public Mono<Void> closeGracefully() {
			return super.closeGracefully().doFirst(this::closed);
		}

		@Override
		public void close() {
			closed();
			super.close();
		}

		private void closed() {
			CancellableSession session = CancellableSession.this;
			if (session.stream.compareAndSet(this, null)) {
				session.sessions.listens(session, false);
			}
		}

	}

}
