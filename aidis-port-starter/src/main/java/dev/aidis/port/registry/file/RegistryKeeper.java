package dev.aidis.port.registry.file;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.registry.Daemons;

/**
 * Looks after the registry in the background: whenever the file may have changed, and
 * from time to time. Its thread runs only while there is something to look after.
 */
final class RegistryKeeper {

	private static final Log logger = LogFactory.getLog(RegistryKeeper.class);

	/**
	 * How much shorter than the interval a wait may be, so that services which started
	 * together don't all look at the same moment.
	 */
	private static final double JITTER = 0.4;

	/**
	 * How long to rest after a pass, as a multiple of what it took. Many changes in a
	 * short time are then seen together.
	 */
	private static final int REST = 50;

	/**
	 * Where notifications follow each other, the part of the interval to rest at most.
	 */
	private static final int NOTIFIED = 5;

	private final Duration interval;

	private final FolderWatch watch;

	private final BooleanSupplier needed;

	private final BooleanSupplier urgent;

	private final Runnable pass;

	private @Nullable Thread thread;

	/**
	 * Create a new keeper, which does not work yet.
	 * @param interval how long to wait at most between passes
	 * @param watch tells when the file may have changed
	 * @param needed whether there is still something to look after
	 * @param urgent whether somebody wants to know of changes at once
	 * @param pass looks after it once
	 */
	RegistryKeeper(Duration interval, FolderWatch watch, BooleanSupplier needed, BooleanSupplier urgent,
			Runnable pass) {
		this.interval = interval;
		this.watch = watch;
		this.needed = needed;
		this.urgent = urgent;
		this.pass = pass;
	}

	/**
	 * Begin, unless it works already.
	 */
	synchronized void start() {
		if (this.thread == null && this.needed.getAsBoolean()) {
			Thread created = Daemons.thread(this::run, "aidis-port-keeper of " + this.watch.file());
			created.start();
			this.thread = created;
		}
	}

	private void run() {
		while (isNeeded()) {
			try {
				boolean notified = this.urgent.getAsBoolean();
				if (notified) {
					this.watch.await(jittered());
				}
				else {
					this.watch.close();
					TimeUnit.NANOSECONDS.sleep(jittered().toNanos());
				}
				long start = System.nanoTime();
				this.pass.run();
				TimeUnit.NANOSECONDS.sleep(Math.min((System.nanoTime() - start) * REST,
						this.interval.toNanos() / (notified ? NOTIFIED : 1)));
			}
			catch (InterruptedException ex) {
				// Woken, to see whether it is still needed.
			}
			catch (Throwable ex) {
				// Nobody else would begin again.
				logger.warn("Could not look after the port registry " + this.watch.file() + " for now", ex);
			}
		}
	}

	private synchronized boolean isNeeded() {
		if (this.needed.getAsBoolean()) {
			return true;
		}
		this.watch.close();
		this.thread = null;
		return false;
	}

	private Duration jittered() {
		double factor = 1 - JITTER * ThreadLocalRandom.current().nextDouble();
		return Duration.ofNanos((long) (this.interval.toNanos() * factor));
	}

	/**
	 * Let the thread see at once whether it is still needed.
	 */
	synchronized void wake() {
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

}
