package dev.aidis.port.sample.mcp.bridge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * What was agreed upon with one server for as long as that lives. Notifications and
 * answers go to the server one after the other, and requests after those that the client
 * has sent before them: standard input has an order, several HTTP requests have none.
 */
final class Session {

	/**
	 * How long a server may take to accept a message before the next one is sent all the
	 * same.
	 */
	private static final int ACCEPT_TIMEOUT_SECONDS = 10;

	private final Server server;

	private final HttpTransport http;

	private final KnownTools tools = new KnownTools();

	private final SendWindow window = new SendWindow();

	private volatile @Nullable String id;

	private volatile @Nullable String protocolVersion;

	private CompletableFuture<?> told = CompletableFuture.completedFuture(null);

	private @Nullable Listening listening;

	private volatile boolean begun;

	private volatile boolean initialized;

	Session(Server server, HttpTransport http) {
		this.server = server;
		this.http = http;
	}

	Server server() {
		return this.server;
	}

	@Nullable String id() {
		return this.id;
	}

	/**
	 * What this very server has said of its tools.
	 */
	KnownTools tools() {
		return this.tools;
	}

	SendWindow window() {
		return this.window;
	}

	/**
	 * The server has answered {@code initialize}.
	 * @param id the id of the session, if the server wants one to be told
	 * @param protocolVersion the protocol revision that was agreed upon
	 */
	void begin(@Nullable String id, @Nullable String protocolVersion) {
		// MCP allows visible ASCII characters only, and HTTP not many more.
		this.id = (id != null && id.matches("[!-~]+")) ? id : null;
		this.protocolVersion = protocolVersion;
		this.initialized = false;
		this.begun = true;
	}

	boolean isBegun() {
		return this.begun;
	}

	/**
	 * The HTTP headers of everything that belongs to the session.
	 */
	Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>();
		if (this.id != null) {
			headers.put(HttpTransport.SESSION_ID, this.id);
		}
		if (this.protocolVersion != null) {
			headers.put(HttpTransport.PROTOCOL_VERSION, RequestHeaders.encode(this.protocolVersion));
		}
		return headers;
	}

	/**
	 * Tell the server something that it does not answer, after all that it was told
	 * before.
	 * @return how that ended
	 */
	CompletableFuture<Ending> tell(byte[] text) {
		CompletableFuture<Ending> result = new CompletableFuture<>();
		Futures.forget(this.told
			.whenComplete((before, failure) -> this.http.post(this.server, text, headers(), new Exchange.Receiver() {

				@Override
				public void received(byte[] unexpected) {
					// What is no request has no answer.
				}

				@Override
				public void ended(Ending ending) {
					result.complete(ending);
				}

			})));
		this.told = result.copy().orTimeout(ACCEPT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
		return result;
	}

	/**
	 * Do something as soon as the server knows what it was told.
	 */
	void afterwards(Executor executor, Runnable action) {
		if (this.told.isDone()) {
			action.run();
		}
		else {
			Futures.forget(this.told.whenCompleteAsync((ending, failure) -> action.run(), executor));
		}
	}

	/**
	 * Tell whether the server was told, or is being told, that the client is initialized.
	 */
	boolean isInitialized() {
		return this.initialized;
	}

	void setInitialized(boolean initialized) {
		this.initialized = initialized;
	}

	void listen(Listening listening) {
		stopListening();
		this.listening = listening;
		listening.open();
	}

	void stopListening() {
		if (this.listening != null) {
			this.listening.close();
		}
	}

	/**
	 * End it, and tell the server so.
	 * @param millis how long to wait at most until the server knows
	 */
	void end(long millis) {
		stopListening();
		if (this.id == null) {
			return;
		}
		CompletableFuture<Ending> deleted = new CompletableFuture<>();
		this.http.delete(this.server, headers(), new Exchange.Receiver() {

			@Override
			public void received(byte[] text) {
				// There is nothing to say to the end of a session.
			}

			@Override
			public void ended(Ending ending) {
				deleted.complete(ending);
			}

		});
		deleted.completeOnTimeout(Ending.refused("no answer"), millis, TimeUnit.MILLISECONDS).join();
	}

}
