package dev.aidis.port.registry.file;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Says when to look at every entry, which costs a system call for each process. Where
 * somebody watches that is soon after the file has changed, and at each check, else now
 * and then, since looking entries up never returns a dead one anyway. In a large registry
 * it is less often.
 */
final class Janitor {

	/**
	 * How many checks pass on average without a look where nobody watches.
	 */
	private static final int UNWATCHED = 20;

	/**
	 * How long to rest after a look, as a multiple of what it took: little if the file
	 * has changed, more if it is only to see who has died.
	 */
	private static final int REST_IF_CHANGED = 10;

	private static final int REST = 100;

	private static final long MAX_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final long interval;

	private final LongSupplier clock;

	private @Nullable FileSignature seen;

	private long end;

	private long took;

	private long unwatchedRest;

	Janitor(Duration checkInterval) {
		this(checkInterval, System::nanoTime);
	}

	Janitor(Duration checkInterval, LongSupplier clock) {
		this.interval = checkInterval.toNanos();
		this.clock = clock;
		this.end = clock.getAsLong();
		this.unwatchedRest = unwatchedRest();
	}

	/**
	 * Tell whether to look now.
	 * @param watched whether somebody watches
	 * @param now the file as it is
	 */
	boolean isDue(boolean watched, FileSignature now) {
		long rested = this.clock.getAsLong() - this.end;
		if (!watched) {
			return rested >= this.unwatchedRest;
		}
		int rest = now.equals(this.seen) ? REST : REST_IF_CHANGED;
		return rested >= Math.min(this.took * rest, MAX_REST_NANOS);
	}

	/**
	 * Look, and note how long that takes.
	 */
	void measure(FileSignature now, Runnable look) {
		this.seen = now;
		long start = this.clock.getAsLong();
		try {
			look.run();
		}
		finally {
			this.end = this.clock.getAsLong();
			this.took = this.end - start;
			this.unwatchedRest = unwatchedRest();
		}
	}

	/**
	 * Services that started together should not all look at the same moment.
	 */
	private long unwatchedRest() {
		return (long) (this.interval * UNWATCHED * (0.5 + ThreadLocalRandom.current().nextDouble()));
	}

}
