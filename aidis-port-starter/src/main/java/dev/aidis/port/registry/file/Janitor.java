package dev.aidis.port.registry.file;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Says when to look at every entry, which costs a system call for each process. Where
 * somebody watches that is at each check, else now and then, since looking entries up
 * never returns a dead one anyway. In a large registry it is less often.
 */
final class Janitor {

	/**
	 * How many checks pass on average without a look where nobody watches.
	 */
	private static final int UNWATCHED = 20;

	/**
	 * The part of the time that looking may take.
	 */
	private static final double SHARE = 0.01;

	private final long interval;

	private long next = System.nanoTime();

	private long nextUnwatched;

	Janitor(Duration checkInterval) {
		this.interval = checkInterval.toNanos();
		this.nextUnwatched = System.nanoTime() + unwatchedInterval();
	}

	boolean isDue(boolean watched) {
		long now = System.nanoTime();
		return now - this.next >= 0 && (watched || now - this.nextUnwatched >= 0);
	}

	void measure(Runnable look) {
		long start = System.nanoTime();
		try {
			look.run();
		}
		finally {
			long end = System.nanoTime();
			this.next = end + (long) ((end - start) / SHARE);
			this.nextUnwatched = end + unwatchedInterval();
		}
	}

	/**
	 * Services that started together should not all look at the same moment.
	 */
	private long unwatchedInterval() {
		return (long) (this.interval * UNWATCHED * (0.5 + ThreadLocalRandom.current().nextDouble()));
	}

}
