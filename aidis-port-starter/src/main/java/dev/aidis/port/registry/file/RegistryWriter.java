package dev.aidis.port.registry.file;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import dev.aidis.port.PortRegistryObserver;

/**
 * Changes the file, one writer at a time among all who take the lock. Whatever fails on
 * the way, the file is as it was.
 */
final class RegistryWriter {

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	/**
	 * How long to wait for a broken file to be either whole or left alone.
	 */
	private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final RegistryStorage storage;

	private final RegistryCodec codec;

	private final RegistryLock lock;

	private final RegistryHealer healer;

	private final LateChanges lateChanges;

	private final PortRegistryObserver observer;

	/**
	 * Create a new writer.
	 * @param storage where the file is
	 * @param codec reads and writes its content
	 * @param lock excludes other writers
	 * @param healer says what takes the place of a broken file
	 * @param registered whether an entry is one that only its own service may remove, and
	 * has not
	 * @param observer is told how long it takes
	 */
	RegistryWriter(RegistryStorage storage, RegistryCodec codec, RegistryLock lock, RegistryHealer healer,
			Predicate<RegistryEntry> registered, PortRegistryObserver observer) {
		this.storage = storage;
		this.codec = codec;
		this.lock = lock;
		this.healer = healer;
		this.lateChanges = new LateChanges(storage, codec, registered);
		this.observer = observer;
	}

	/**
	 * Change the document. Nothing is written if the change leaves it as it is.
	 * @param change alters the document it is given; called again when the file was
	 * changed by somebody else
	 * @throws IOException if it cannot be done; the file is then as it was
	 */
	void update(DocumentChange change) throws IOException {
		this.storage.createFolder();
		try (RegistryUpdate update = new RegistryUpdate(this.storage, this.codec, this.healer, this.lateChanges)) {
			long start = System.nanoTime();
			while (!hold(() -> apply(update, change))) {
				if (System.nanoTime() - start > PATIENCE_NANOS) {
					throw new IOException("another program keeps writing what is no registry");
				}
				// Without the lock, since the rest of the file may be a while in coming.
				while (update.isHalfWritten()) {
					LockSupport.parkNanos(PAUSE_NANOS);
				}
			}
			// Who was about to open the file when it was replaced has written it by now.
			if (update.hasLateChange()) {
				hold(update::mergeLateChange);
			}
		}
	}

	private boolean apply(RegistryUpdate update, DocumentChange change) throws IOException {
		long start = System.nanoTime();
		boolean applied = update.apply(change);
		if (update.hasReplaced()) {
			this.observer.written(System.nanoTime() - start);
		}
		return applied;
	}

	private <T> T hold(Callable<T> action) throws IOException {
		long start = System.nanoTime();
		try {
			return this.lock.hold(() -> {
				this.observer.locked(System.nanoTime() - start);
				return action.call();
			});
		}
		catch (RegistryLockedException ex) {
			this.observer.lockTimedOut(System.nanoTime() - start);
			throw ex;
		}
	}

}
