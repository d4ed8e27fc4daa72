package dev.aidis.port.registry.cloud;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How often a registry is asked for everything that is in it, where nobody says that
 * something has changed, and how soon after somebody did. A small one that answers
 * quickly is asked often; for a large one or a distant one no more than a twentieth of
 * the time is spent, but half a minute is never exceeded.
 */
final class AskingPace {

	private static final int REST_PER_QUESTION = 19;

	private static final long MAX_REST = Duration.ofSeconds(30).toNanos();

	private final LongSupplier clock;

	private volatile long due;

	/**
	 * Create a new pace.
	 * @param clock tells nanoseconds, from some moment on
	 */
	AskingPace(LongSupplier clock) {
		this.clock = clock;
		this.due = clock.getAsLong();
	}

	/**
	 * Ask, and remember how long that took.
	 * @param <T> the answer
	 * @param question asks for everything
	 * @return what it returns
	 */
	<T> T ask(Supplier<T> question) {
		long start = this.clock.getAsLong();
		this.due = start + MAX_REST;
		try {
			return question.get();
		}
		finally {
			long end = this.clock.getAsLong();
			this.due = end + Math.min(MAX_REST, REST_PER_QUESTION * (end - start));
		}
	}

	/**
	 * Return how long to rest before everything may be asked for again.
	 * @return nanoseconds, {@code 0} or less if it has rested long enough
	 */
	long rest() {
		return this.due - this.clock.getAsLong();
	}

}
