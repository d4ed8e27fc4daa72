package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Changes the file: under the lock, read, change, write beside it, look whether somebody
 * who takes no lock has changed it meanwhile, rename, and look whether somebody has
 * written into the replaced file. Whatever fails on the way, the file is as it was.
 */
final class RegistryWriter {

	private static final Log logger = LogFactory.getLog(RegistryWriter.class);

	private static final int ATTEMPTS = 50;

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	/**
	 * How long a program may take to write a file, 374 ms being the longest we saw.
	 */
	private static final long LATE_CHANGE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	/**
	 * Shorter than it takes such a program to read the file again, without its change.
	 */
	private static final long LATE_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

	/**
	 * How long to wait for a broken file to be either whole or left alone.
	 */
	private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final RegistryStorage storage;

	private final RegistryCodec codec;

	private final RegistryLock lock;

	private final RegistryHealer healer;

	private final Predicate<RegistryEntry> registered;

	/**
	 * Create a new writer.
	 * @param storage where the file is
	 * @param codec reads and writes its content
	 * @param lock excludes other writers
	 * @param healer says what takes the place of a broken file
	 * @param registered whether an entry is one that only its own service may remove, and
	 * has not
	 */
	RegistryWriter(RegistryStorage storage, RegistryCodec codec, RegistryLock lock, RegistryHealer healer,
			Predicate<RegistryEntry> registered) {
		this.storage = storage;
		this.codec = codec;
		this.lock = lock;
		this.healer = healer;
		this.registered = registered;
	}

	/**
	 * Change the document. Nothing is written if the change leaves it as it is.
	 * @param change alters the document it is given; called again when the file was
	 * changed by somebody else
	 * @throws IOException if it cannot be done; the file is then as it was
	 */
	void update(DocumentChange change) throws IOException {
		this.storage.createFolder();
		BrokenContent broken = new BrokenContent();
		long start = System.nanoTime();
		while (!this.lock.hold(() -> tryUpdate(change, broken))) {
			if (System.nanoTime() - start > PATIENCE_NANOS) {
				throw new IOException("another program keeps writing what is no registry");
			}
			// Without the lock, since the rest of the file may be a while in coming.
			while (broken.isStill(this.storage.signature()) && !broken.isSettled()) {
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		}
	}

	/**
	 * Change the document while holding the lock.
	 * @return whether that was possible; if not, the file is only half written
	 */
	private boolean tryUpdate(DocumentChange change, BrokenContent broken) throws IOException {
		this.storage.sweep();
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			try (OpenFile open = this.storage.open()) {
				Outcome outcome = tryUpdate(open, change, broken);
				if (outcome != Outcome.OVERTAKEN) {
					return outcome == Outcome.DONE;
				}
			}
		}
		throw new IOException("another program keeps rewriting it");
	}

	private Outcome tryUpdate(OpenFile open, DocumentChange change, BrokenContent broken) throws IOException {
		Content content = open.content();
		RegistryDocument document;
		String problem = null;
		try {
			document = content.isMissing() ? this.healer.recreate() : content.parse(this.codec);
		}
		catch (BrokenRegistryException ex) {
			if (!broken.isSettled(content)) {
				return Outcome.HALF_WRITTEN;
			}
			problem = String.valueOf(ex.getMessage());
			document = this.healer.rebuild(content);
		}
		RegistryDocument changed = document.copy();
		change.apply(changed);
		if (changed.equals(document) && problem == null) {
			return Outcome.DONE;
		}
		if (!this.storage.replacesOpenFiles()) {
			open.close();
		}
		if (!replace(content, changed, problem)) {
			return Outcome.OVERTAKEN;
		}
		mergeLateChange(open, document, broken);
		return Outcome.DONE;
	}

	/**
	 * Put a changed document in the place of the content it was made from.
	 * @param problem why the content is broken, if it is
	 * @return whether the file still had that content
	 */
	private boolean replace(Content content, RegistryDocument changed, @Nullable String problem) throws IOException {
		Path temporary = this.storage.prepare(this.codec.write(changed));
		try {
			if (!this.storage.signature().equals(content.signature())) {
				this.storage.discard(temporary);
				return false;
			}
			if (problem != null) {
				this.healer.keepAside(content, problem);
			}
			this.storage.replace(temporary);
			return true;
		}
		catch (IOException | RuntimeException ex) {
			this.storage.discard(temporary);
			throw ex;
		}
	}

	/**
	 * A program that takes no lock and writes in place may have opened the file before it
	 * was replaced, and then writes where nobody looks any more. What it changed there is
	 * changed in the file, too.
	 */
	private void mergeLateChange(OpenFile replaced, RegistryDocument base, BrokenContent broken) {
		try {
			tryMerge(replaced, base, broken);
		}
		catch (IOException ex) {
			// Our own change is in the file already.
			logger.debug("Could not look for late changes of " + this.storage.file(), ex);
		}
	}

	private void tryMerge(OpenFile replaced, RegistryDocument base, BrokenContent broken) throws IOException {
		RegistryDocument late = readLateChange(replaced);
		if (late == null || late.equals(base)) {
			return;
		}
		long start = System.nanoTime();
		while (!tryUpdate((document) -> document.merge(base, late, this.registered), broken)
				&& System.nanoTime() - start < LATE_CHANGE_NANOS) {
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	/**
	 * Read what is in the replaced file now, and wait a moment for the rest of it where
	 * only a part is there.
	 * @return the document, or {@code null} where nothing came or it stays broken
	 */
	private @Nullable RegistryDocument readLateChange(OpenFile replaced) throws IOException {
		byte[] bytes = replaced.readAgain();
		if (Arrays.equals(bytes, replaced.content().bytes())) {
			return null;
		}
		long start = System.nanoTime();
		while (true) {
			try {
				return this.codec.parse(bytes);
			}
			catch (BrokenRegistryException ex) {
				if (System.nanoTime() - start > LATE_CHANGE_NANOS) {
					return null;
				}
				LockSupport.parkNanos(LATE_PAUSE_NANOS);
				bytes = replaced.readAgain();
			}
		}
	}

	private enum Outcome {

		DONE,

		/**
		 * The file was changed meanwhile by a program that takes no lock.
		 */
		OVERTAKEN,

		HALF_WRITTEN

	}

	/**
	 * How long a broken file has stayed the same, as one caller sees it. Measured with
	 * the clock that nobody sets.
	 */
	private static final class BrokenContent {

		private @Nullable FileSignature signature;

		private long since;

		boolean isSettled(Content content) {
			if (!isStill(content.signature())) {
				this.signature = content.signature();
				this.since = System.nanoTime();
			}
			return content.isSettled() || isSettled();
		}

		boolean isSettled() {
			return System.nanoTime() - this.since >= FileSignature.SETTLED.toNanos();
		}

		boolean isStill(FileSignature now) {
			return now.equals(this.signature);
		}

	}

}
