package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * Does with a new server what the client has done with the one before, so that the client
 * need not know that it is another one.
 */
final class SessionReplay {

	private static final Duration INITIALIZE_TIMEOUT = Duration.ofSeconds(30);

	private static final Duration SETTING_TIMEOUT = Duration.ofSeconds(10);

	private final ClientState state;

	private final OwnRequests requests;

	private final Consumer<String> log;

	SessionReplay(ClientState state, OwnRequests requests, Consumer<String> log) {
		this.state = state;
		this.requests = requests;
		this.log = log;
	}

	/**
	 * Make a session like the one before.
	 * @param session the new session
	 * @param initialize the client's own request, which began the one before
	 */
	CompletableFuture<?> repeat(Session session, Message initialize) {
		return this.requests.repeat(session, initialize, INITIALIZE_TIMEOUT).thenCompose((answer) -> {
			String before = this.state.protocolVersion();
			String version = this.state.agree(answer.message().text());
			if (version != null && !version.equals(before)) {
				this.log.accept("The server speaks MCP " + Printable.of(version) + " now, and spoke " + before);
			}
			session.begin(answer.sessionId(), version);
			Message initialized = this.state.initialized();
			if (initialized == null) {
				return CompletableFuture.completedFuture(null);
			}
			session.setInitialized(true);
			return session.tell(initialized.text())
				.thenCompose((ending) -> ending.isLoss()
						? CompletableFuture.failedFuture(new IllegalStateException(ending.detail()))
						: repeatSettings(session));
		});
	}

	private CompletableFuture<?> repeatSettings(Session session) {
		List<CompletableFuture<?>> settings = new ArrayList<>();
		for (Message setting : this.state.settings()) {
			settings.add(this.requests.repeat(session, setting, SETTING_TIMEOUT).handle((answer, failure) -> {
				if (failure != null) {
					this.log.accept("The server did not take " + setting.describe() + " again: " + reason(failure));
				}
				return null;
			}));
		}
		return CompletableFuture.allOf(settings.toArray(CompletableFuture[]::new));
	}

	/**
	 * Tell the client that what it knows of the server may be out of date.
	 * @param features what the servers have lists of, the one before and the new one
	 */
	void announce(Set<String> features, Consumer<byte[]> client) {
		if (!this.state.isInitialized()) {
			return;
		}
		for (String feature : features) {
			client.accept(JsonRpc.notification("notifications/" + feature + "/list_changed", null));
		}
		for (String uri : this.state.subscribedResources()) {
			client.accept(JsonRpc.notification("notifications/resources/updated", "{\"uri\":" + Json.quote(uri) + "}"));
		}
	}

	/**
	 * Tell people why something was not done.
	 */
	static String reason(@Nullable Throwable failure) {
		Throwable cause = failure;
		while (cause != null && cause.getCause() != null) {
			cause = cause.getCause();
		}
		if (cause == null) {
			return "";
		}
		return (cause.getMessage() != null) ? cause.getMessage() : "no answer in time";
	}

}
