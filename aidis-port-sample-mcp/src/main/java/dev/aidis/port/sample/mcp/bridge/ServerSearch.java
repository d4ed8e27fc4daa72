package dev.aidis.port.sample.mcp.bridge;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * Looks for a server until one is found that takes a session like the one before, if
 * there was one. Used by the thread that decides.
 */
final class ServerSearch {

	private static final long POLL_MILLIS = 50;

	private static final long MAX_PAUSE_MILLIS = 1000;

	private static final int MAX_DETAIL = 500;

	private final Locator locator;

	private final HttpTransport http;

	private final ClientState state;

	private final SessionReplay replay;

	private final Decider decider;

	private final Consumer<byte[]> client;

	private final Consumer<String> log;

	private final Consumer<Session> found;

	private volatile String problem = "";

	private boolean running;

	private int failures;

	/**
	 * Create a search, which does not run yet.
	 * @param locator finds the server
	 * @param http talks to it
	 * @param state what the client has agreed upon with the server before
	 * @param replay agrees upon it with the next
	 * @param decider where everything happens
	 * @param client is told that what it knows of the server may be out of date
	 * @param log takes what people should know
	 * @param found takes the session
	 */
	ServerSearch(Locator locator, HttpTransport http, ClientState state, SessionReplay replay, Decider decider,
			Consumer<byte[]> client, Consumer<String> log, Consumer<Session> found) {
		this.locator = locator;
		this.http = http;
		this.state = state;
		this.replay = replay;
		this.decider = decider;
		this.client = client;
		this.log = log;
		this.found = found;
	}

	/**
	 * Why no server is found, or why there is none any more. Empty if there is one.
	 */
	String problem() {
		return this.problem;
	}

	/**
	 * Search, if that is not being done. The more servers are lost without having
	 * answered, the later.
	 */
	void start() {
		if (!this.running) {
			this.running = true;
			this.decider.look(this::look,
					(this.failures <= 1) ? 0 : Math.min(MAX_PAUSE_MILLIS, 25L << Math.min(10, this.failures)));
		}
	}

	/**
	 * Search again, since a server is gone.
	 * @param problem what is the matter with it
	 */
	void startAgain(String problem) {
		this.failures++;
		this.problem = problem;
		start();
	}

	/**
	 * A server has answered, so the next one is searched without a pause.
	 */
	void succeeded() {
		this.failures = 0;
	}

	private void look() {
		long start = System.nanoTime();
		Located located = this.locator.locate();
		Server server = located.server();
		if (server != null) {
			this.decider.decide(() -> located(server));
			return;
		}
		waitingSince(located.problem());
		// Who is slow to answer is not asked as often.
		long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
		this.decider.look(this::look, Math.min(MAX_PAUSE_MILLIS, POLL_MILLIS + took * 4));
	}

	private void waitingSince(String reason) {
		if (!reason.equals(this.problem)) {
			this.log.accept("Waiting for a server: " + Printable.of(reason, MAX_DETAIL));
		}
		this.problem = reason;
	}

	private void located(Server server) {
		Session created = new Session(server, this.http);
		Message initialize = this.state.initialize();
		if (initialize == null) {
			this.log.accept("Using the server at " + server.describe() + ", " + server.foundIn());
			finish(created);
			return;
		}
		Set<String> features = new LinkedHashSet<>(this.state.features());
		Futures.forget(this.replay.repeat(created, initialize)
			.whenComplete((done, failure) -> this.decider.decide(() -> replayed(created, features, failure))));
	}

	private void replayed(Session created, Set<String> featuresBefore, @Nullable Throwable failure) {
		String server = created.server().describe();
		if (failure != null) {
			this.running = false;
			waitingSince("the server at " + server + " takes no session: " + SessionReplay.reason(failure));
			this.failures++;
			start();
			return;
		}
		this.log.accept(
				"Using the server at " + server + ", " + created.server().foundIn() + ", with a session like before");
		this.failures = 0;
		Set<String> features = new LinkedHashSet<>(featuresBefore);
		features.addAll(this.state.features());
		this.replay.announce(features, this.client);
		finish(created);
	}

	private void finish(Session created) {
		this.running = false;
		this.problem = "";
		this.found.accept(created);
	}

}
