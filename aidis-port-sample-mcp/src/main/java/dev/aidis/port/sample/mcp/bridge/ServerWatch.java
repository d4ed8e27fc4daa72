package dev.aidis.port.sample.mcp.bridge;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a server is still there when that is in doubt: since a connection
 * broke, which need not mean that the server did, or since it says nothing. Used by the
 * thread that decides.
 */
final class ServerWatch {

	private static final int MAX_SILENT_LOOKS = 3;

	private final Locator locator;

	private final Decider decider;

	private final PendingCalls calls;

	private final Timing timing;

	private final Supplier<@Nullable Session> current;

	private final BiConsumer<Session, String> gone;

	private final Runnable there;

	private boolean verifying;

	private int silentLooks;

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
		this.silentLooks = 0;
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
	 * A process that is stopped keeps its connections open and answers nothing. It is
	 * asked who it is, which takes it no time if it runs, however busy its tools are.
	 */
	private void lookForSilence() {
		Session watched = this.current.get();
		if (watched == null || this.verifying || watched.server().instanceId() == null) {
			return;
		}
		if (this.calls.all().stream().noneMatch((call) -> !call.isSubscription() && isSilent(call))) {
			this.silentLooks = 0;
			return;
		}
		this.decider.look(() -> {
			boolean isThere = this.locator.isThere(watched.server());
			this.decider.decide(() -> looked(watched, isThere));
		}, 0);
	}

	private boolean isSilent(Call call) {
		Exchange exchange = call.exchange();
		return exchange != null && exchange.silentFor() > this.timing.silence().toNanos();
	}

	private void looked(Session watched, boolean isThere) {
		if (this.current.get() != watched) {
			return;
		}
		this.silentLooks = isThere ? 0 : this.silentLooks + 1;
		if (this.silentLooks >= MAX_SILENT_LOOKS) {
			this.gone.accept(watched, "it does not answer any more");
			for (Call call : this.calls.all()) {
				Exchange exchange = call.exchange();
				if (exchange != null && isSilent(call)) {
					exchange.cancel();
				}
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
