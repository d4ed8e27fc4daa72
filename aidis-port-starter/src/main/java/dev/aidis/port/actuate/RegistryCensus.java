package dev.aidis.port.actuate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistry;

/**
 * Counts what is in the registry, once for all gauges of a scrape. That costs a system
 * call for each process, and a request for each instance whose process cannot be seen, so
 * it is done on a thread of its own, and who asks does not wait for long.
 */
final class RegistryCensus {

	private static final Log logger = LogFactory.getLog(RegistryCensus.class);

	private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

	/**
	 * How long to rest after a count, as a multiple of what it took.
	 */
	private static final int REST = 20;

	private static final Duration PATIENCE = Duration.ofMillis(250);

	private final PortRegistry registry;

	private final Duration patience;

	private final AtomicBoolean counting = new AtomicBoolean();

	private volatile @Nullable Count last;

	private volatile long due = System.nanoTime();

	RegistryCensus(PortRegistry registry) {
		this(registry, PATIENCE);
	}

	/**
	 * Create a new census.
	 * @param registry what to count in
	 * @param patience how long who asks waits for a count, before the one before counts
	 */
	RegistryCensus(PortRegistry registry, Duration patience) {
		this.registry = registry;
		this.patience = patience;
	}

	double live() {
		Count count = count();
		return (count != null) ? count.live() : Double.NaN;
	}

	double stale() {
		Count count = count();
		return (count != null) ? count.stale() : Double.NaN;
	}

	private @Nullable Count count() {
		if (System.nanoTime() - this.due >= 0 && this.counting.compareAndSet(false, true)) {
			Thread thread = new Thread(this::look, "aidis-port-census");
			thread.setDaemon(true);
			thread.start();
			try {
				thread.join(this.patience.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		return this.last;
	}

	private void look() {
		long start = System.nanoTime();
		try {
			this.last = new Count(this.registry.registrations().size(), this.registry.staleRegistrations().size());
		}
		catch (RuntimeException ex) {
			logger.debug("Could not count what is in " + this.registry.location(), ex);
			this.last = null;
		}
		finally {
			long end = System.nanoTime();
			this.due = end + Math.max(FRESH_NANOS, (end - start) * REST);
			this.counting.set(false);
		}
	}

	private record Count(int live, int stale) {

	}

}
