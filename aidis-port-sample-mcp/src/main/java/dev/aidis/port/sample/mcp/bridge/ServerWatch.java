package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a server is still there when that is in doubt: since a connection
 * broke, which need not mean that the server did, or since it says nothing. Used by the
 * thread that decides.
 */
final class ServerWatch {

	/**
	 * How many looks in a row a server may leave unanswered that proves who it is. It
	 * answers such a look whatever its tools do.
	 */
	private static final int MAX_SILENT_LOOKS = 3;

	/**
	 * The same for other servers, which are about a minute: many of them can do one thing
	 * at a time, and are silent while a tool works.
	 */
	private static final int MAX_SILENT_LOOKS_OF_STRANGERS = 18;

	private final Locator locator;

	private final Decider decider;

	private final PendingCalls calls;

	private final Timing timing;

	private final Supplier<@Nullable Session> current;

	private final BiConsumer<Session, String> gone;

	private final Runnable there;

	private boolean verifying;

	/**
	 * How many looks servers have left unanswered, by session. A session that is lost may
	 * still have requests.
	 */
	private final Map<Session, Integer> silentLooks = new HashMap<>();

	private boolean looking;

	/**
	 * Create a new watch.
	 * @param locator asks a server who it is
	 * @param decider where everything happens
	 * @param calls what the server may be silent about
	 * @param timing when to become suspicious
	 * @param current the session of the moment, the only one that matters
	 * @param gone told that its server is gone, and why
	 * @param there told that it is there after all
	 */
	ServerWatch(Locator locator, Decider decider, PendingCalls calls, Timing timing,
			Supplier<@Nullable Session> current, BiConsumer<Session, String> gone, Runnable there) {
		this.locator = locator;
		this.decider = decider;
		this.calls = calls;
		this.timing = timing;
		this.current = current;
		this.gone = gone;
		this.there = there;
	}

	void start() {
		this.decider.decideAgainAndAgain(this::lookForSilence, this.timing.watchInterval());
	}

	/**
	 * Tell whether it is in doubt that the server is there, so that it should be left
	 * alone.
	 */
	boolean isVerifying() {
		return this.verifying;
	}

	/**
	 * Forget what was thought of the server, since it is gone.
	 */
	void reset() {
		this.verifying = false;
	}

	/**
	 * Look whether a server is there with which a connection broke.
	 * @param suspected its session
	 * @param reason how the connection broke
	 */
	void suspect(Session suspected, String reason) {
		if (this.current.get() == suspected && !this.verifying) {
			this.verifying = true;
			this.decider.look(() -> {
				boolean isThere = this.locator.isThere(suspected.server());
				this.decider.decide(() -> verified(suspected, isThere, reason));
			}, 0);
		}
	}

	private void verified(Session suspected, boolean isThere, String reason) {
		if (this.current.get() == suspected) {
			this.verifying = false;
			if (isThere) {
				this.there.run();
			}
			else {
				this.gone.accept(suspected, reason);
			}
		}
	}

	/**
	 * A process that is stopped keeps its connections open and answers nothing. So the
	 * servers of requests that nothing is heard of are asked whether they are there.
	 */
	private void lookForSilence() {
		if (this.verifying || this.looking) {
			return;
		}
		Set<Session> silent = this.calls.all()
			.stream()
			.filter((call) -> !call.isSubscription() && isSilent(call))
			.flatMap((call) -> Stream.ofNullable(call.session()))
			.collect(Collectors.toCollection(HashSet::new));
		silent.removeAll(this.calls.all().stream().filter(this::isHeardOf).map(Call::session).toList());
		this.silentLooks.keySet().retainAll(silent);
		if (silent.isEmpty()) {
			return;
		}
		this.looking = true;
		this.decider.look(() -> {
			try {
				for (Session session : silent) {
					boolean isAwake = this.locator.isAwake(session.server());
					this.decider.decide(() -> looked(session, isAwake));
				}
			}
			finally {
				this.decider.decide(() -> this.looking = false);
			}
		}, 0);
	}

	private boolean isSilent(Call call) {
		Exchange exchange = call.exchange();
		return exchange != null && exchange.silentFor() > this.timing.silence().toNanos();
	}

	private boolean isHeardOf(Call call) {
		Exchange exchange = call.exchange();
		return exchange != null && exchange.isAnswering() && !isSilent(call);
	}

	private void looked(Session watched, boolean isAwake) {
		int looks = isAwake ? 0 : this.silentLooks.getOrDefault(watched, 0) + 1;
		this.silentLooks.put(watched, looks);
		if (looks < ((watched.server().instanceId() != null) ? MAX_SILENT_LOOKS : MAX_SILENT_LOOKS_OF_STRANGERS)) {
			return;
		}
		this.silentLooks.remove(watched);
		this.gone.accept(watched, "it does not answer any more");
		for (Call call : this.calls.all()) {
			Exchange exchange = call.exchange();
			// Also those that are not silent for long enough yet: nobody looks after
			// them.
			if (exchange != null && call.session() == watched) {
				exchange.cancel();
			}
		}
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

}
