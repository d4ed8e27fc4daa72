package dev.aidis.port.registry.cloud;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How often a registry is asked for everything that is in it, where nobody says that
 * something has changed. A small one that answers quickly is asked often; for a large one
 * or a distant one no more than a twentieth of the time is spent.
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
		try {
			return question.get();
		}
		finally {
			long end = this.clock.getAsLong();
			this.due = end + Math.min(MAX_REST, REST_PER_QUESTION * (end - start));
		}
	}

	/**
	 * Tell whether it has rested long enough.
	 * @return whether everything may be asked for
	 */
	boolean isDue() {
		return this.clock.getAsLong() - this.due >= 0;
	}

}
