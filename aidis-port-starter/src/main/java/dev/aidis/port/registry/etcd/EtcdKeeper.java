package dev.aidis.port.registry.etcd;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistryException;
import dev.aidis.port.registry.Daemons;

/**
 * The one thread that talks to etcd: it keeps a connection, and what this application has
 * registered. It begins with the first use of the registry and ends when that is closed.
 */
final class EtcdKeeper {

	private static final Log logger = LogFactory.getLog(EtcdKeeper.class);

	private static final Duration FIRST_REST = Duration.ofMillis(100);

	private static final Duration LONGEST_REST = Duration.ofSeconds(1);

	private final EtcdSettings settings;

	private final EtcdClients clients;

	private final OwnInstances own;

	private final EtcdGarbage garbage;

	private final Runnable changed;

	private final Semaphore wake = new Semaphore(0);

	private final CountDownLatch tried = new CountDownLatch(1);

	private @Nullable Thread thread;

	private volatile boolean closed;

	private @Nullable EtcdConnection connection;

	private volatile @Nullable EtcdView view;

	private volatile @Nullable Outage outage;

	private boolean told;

	private int failures;

	private long nextHeartbeat;

	/**
	 * Create a keeper, which does not work yet.
	 * @param settings the settings
	 * @param clients makes clients
	 * @param own what this application has registered
	 * @param changed is called when the view has changed
	 */
	EtcdKeeper(EtcdSettings settings, EtcdClients clients, OwnInstances own, Runnable changed) {
		this.settings = settings;
		this.clients = clients;
		this.own = own;
		this.garbage = new EtcdGarbage(settings);
		this.changed = changed;
	}

	/**
	 * Begin, unless it works already.
	 */
	synchronized void start() {
		if (this.thread == null && !this.closed) {
			Thread created = Daemons.thread(this::run, "aidis-port-keeper of " + this.settings.location());
			created.start();
			this.thread = created;
		}
	}

	/**
	 * Let the thread look at once, and begin if it has not.
	 */
	void wake() {
		start();
		this.wake.release();
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Return what is known of etcd, now or before the present outage.
	 * @return the view, or {@code null} if nothing is
	 */
	@Nullable EtcdView view() {
		return this.view;
	}

	/**
	 * Return what keeps etcd from being reached.
	 * @return the outage, or {@code null} if nothing does
	 */
	@Nullable Outage outage() {
		return this.outage;
	}

	/**
	 * Wait until etcd was asked for the first time, whatever came of it.
	 */
	void awaitFirst() {
		start();
		try {
			if (!this.closed && !this.tried.await(this.settings.requestTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
				logger.debug("No answer yet from " + this.settings.location());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		while (!this.closed) {
			Duration rest = pass();
			this.tried.countDown();
			rest(rest);
		}
		end();
	}

	private void rest(Duration rest) {
		try {
			if (this.wake.tryAcquire(rest.toNanos(), TimeUnit.NANOSECONDS)) {
				this.wake.drainPermits();
			}
		}
		catch (InterruptedException ex) {
			// Nobody but close() wants it to end.
		}
	}

	/**
	 * Look once after everything.
	 * @return how long nothing has to be done, unless something happens
	 */
	private Duration pass() {
		try {
			EtcdConnection connected = connect();
			beat(connected);
			boolean settled = this.own.settle(connected);
			recovered();
			return untilHeartbeat(settled ? this.settings.heartbeat() : LONGEST_REST);
		}
		catch (Throwable ex) {
			// Nobody else would begin again.
			return failed(ex);
		}
	}

	private EtcdConnection connect() {
		EtcdConnection present = this.connection;
		Throwable broken = (present != null) ? present.broken() : null;
		if (present != null && broken == null) {
			return present;
		}
		if (broken != null) {
			disconnect(broken);
		}
		EtcdConnection created = new EtcdConnection(this.clients, this.settings, this.garbage, this::entryChanged,
				this.wake::release);
		this.connection = created;
		this.view = created.view();
		this.nextHeartbeat = System.nanoTime();
		this.changed.run();
		return created;
	}

	/**
	 * Give the connection up. From now on what is known is stale.
	 */
	private void disconnect(Throwable cause) {
		EtcdConnection present = this.connection;
		this.connection = null;
		Outage before = this.outage;
		String reason = EtcdReason.of(cause, this.settings);
		this.outage = (before != null) ? new Outage(before.since(), reason) : begin(reason);
		if (present != null) {
			present.close();
		}
	}

	/**
	 * On a thread of the watch.
	 */
	private void entryChanged(String key) {
		this.changed.run();
		if (this.own.isOwn(key)) {
			this.wake.release();
		}
	}

	private void beat(EtcdConnection connected) {
		if (System.nanoTime() - this.nextHeartbeat >= 0) {
			this.nextHeartbeat = System.nanoTime() + this.settings.heartbeat().toNanos();
			this.own.keepAlive(connected);
			connected.check();
		}
	}

	private Duration untilHeartbeat(Duration atMost) {
		long left = Math.min(this.nextHeartbeat - System.nanoTime(), atMost.toNanos());
		return Duration.ofNanos(Math.max(1, left));
	}

	private void recovered() {
		this.clients.answered();
		this.failures = 0;
		this.outage = null;
		if (this.told) {
			this.told = false;
			logger.info("The port registry " + this.settings.location() + " can be reached again");
		}
	}

	private Duration failed(Throwable ex) {
		disconnect(ex);
		String message = message(Objects.requireNonNull(this.outage));
		if (!this.told) {
			this.told = true;
			logger.warn(message + ". It is tried again"
					+ ((this.view != null) ? "; meanwhile look-ups are answered with what was known then" : ""));
		}
		this.own.failAll(new PortRegistryException(message, ex));
		long rest = Math.min(LONGEST_REST.toNanos(), FIRST_REST.toNanos() << Math.min(this.failures++, 10));
		return Duration.ofNanos((long) (rest * (1 - 0.4 * ThreadLocalRandom.current().nextDouble())));
	}

	/**
	 * Say what an outage means.
	 */
	String message(Outage present) {
		return "The port registry " + this.settings.location() + " cannot be reached since " + present.since() + ": "
				+ present.reason();
	}

	private void end() {
		EtcdConnection present = this.connection;
		this.connection = null;
		this.outage = closing();
		this.own
			.failAll(new PortRegistryException("The port registry " + this.settings.location() + " is closed", null));
		this.own.end(present);
		if (present != null) {
			present.close();
		}
	}

	private static Outage closing() {
		return begin("it was closed");
	}

	private static Outage begin(String reason) {
		return new Outage(Instant.now().truncatedTo(ChronoUnit.MILLIS), reason);
	}

	/**
	 * End the thread, and wait until it has given back what it has.
	 */
	void close() {
		Thread present;
		synchronized (this) {
			this.closed = true;
			present = this.thread;
		}
		this.outage = closing();
		this.wake.release();
		if (present != null && !Thread.currentThread().equals(present)) {
			try {
				present.join(this.settings.requestTimeout().toMillis() + 1);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
