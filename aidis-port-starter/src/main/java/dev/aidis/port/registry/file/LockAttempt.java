package dev.aidis.port.registry.file;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * An action that waits for the lock until its caller gives up. Once it has begun, it is
 * carried through.
 *
 * @param <T> what the action returns
 */
final class LockAttempt<T> implements Runnable {

	private final Callable<T> action;

	private final Locker locker;

	private final CompletableFuture<T> result = new CompletableFuture<>();

	private boolean begun;

	private boolean givenUp;

	/**
	 * Create a new attempt.
	 * @param action what to do while holding the lock
	 * @param locker takes the lock
	 */
	LockAttempt(Callable<T> action, Locker locker) {
		this.action = action;
		this.locker = locker;
	}

	CompletableFuture<T> result() {
		return this.result;
	}

	@Override
	public void run() {
		if (isGivenUp()) {
			return;
		}
		try {
			this.result.complete(this.locker.lockAndCall(this));
		}
		catch (Throwable ex) {
			this.result.completeExceptionally(ex);
		}
	}

	/**
	 * Do it, with the lock.
	 * @throws CancellationException if the caller has given up
	 */
	T call() throws Exception {
		begin();
		return this.action.call();
	}

	private synchronized void begin() {
		if (this.givenUp) {
			throw new CancellationException("Given up by its caller");
		}
		this.begun = true;
	}

	private synchronized boolean isGivenUp() {
		return this.givenUp;
	}

	/**
	 * Wait no longer.
	 * @return whether the action is never carried out; if not, it has begun
	 */
	synchronized boolean giveUp() {
		this.givenUp = !this.begun;
		return this.givenUp;
	}

	/**
	 * Takes the lock, and calls an attempt while it holds it.
	 */
	interface Locker {

		<T> T lockAndCall(LockAttempt<T> attempt) throws Exception;

	}

}
