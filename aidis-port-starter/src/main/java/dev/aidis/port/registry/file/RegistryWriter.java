package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.registry.file.RegistryStorage.Content;
import dev.aidis.port.registry.file.RegistryStorage.OpenFile;

/**
 * Changes the file: under the lock, read, change, write beside it, look whether somebody
 * who takes no lock has changed it meanwhile, rename, and look whether somebody has
 * written into the replaced file. Whatever fails on the way, the file is as it was.
 */
final class RegistryWriter {

	private static final int ATTEMPTS = 50;

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);

	/**
	 * How long a program may take to write a file, 374 ms being the longest we saw.
	 */
	private static final long LATE_CHANGE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	/**
	 * Others wait for the lock meanwhile.
	 */
	private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(4);

	private final RegistryStorage storage;

	private final RegistryLock lock;

	private final RegistryHealer healer;

	RegistryWriter(RegistryStorage storage, RegistryLock lock, RegistryHealer healer) {
		this.storage = storage;
		this.lock = lock;
		this.healer = healer;
	}

	/**
	 * Change the document. Nothing is written if the change leaves it as it is.
	 * @param change alters the document it is given; called again when the file was
	 * changed by somebody else
	 * @throws IOException if it cannot be done; the file is then as it was
	 */
	void update(Consumer<RegistryDocument> change) throws IOException {
		this.storage.createFolder();
		this.lock.hold(() -> {
			this.storage.sweep();
			for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
				if (tryUpdate(change)) {
					return true;
				}
			}
			throw new IOException("Another program keeps rewriting " + this.storage.file());
		});
	}

	private boolean tryUpdate(Consumer<RegistryDocument> change) throws IOException {
		try (OpenFile open = openSettled()) {
			Content content = open.content();
			RegistryDocument document;
			String problem = null;
			try {
				document = content.parse();
			}
			catch (BrokenRegistryException ex) {
				problem = String.valueOf(ex.getMessage());
				document = this.healer.rebuild(content);
			}
			RegistryDocument changed = document.copy();
			change.accept(changed);
			if (changed.equals(document) && problem == null) {
				return true;
			}
			if (!replace(content, changed, problem)) {
				return false;
			}
			mergeLateChange(open, document);
			return true;
		}
	}

	/**
	 * Put a changed document in the place of the content it was made from.
	 * @param problem why the content is broken, if it is
	 * @return whether the file still had that content
	 */
	private boolean replace(Content content, RegistryDocument changed, @Nullable String problem) throws IOException {
		Path temporary = this.storage.prepare(RegistryFormat.write(changed));
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
	private void mergeLateChange(OpenFile replaced, RegistryDocument base) throws IOException {
		RegistryDocument late = readLateChange(replaced);
		if (late != null && !late.equals(base)) {
			for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
				if (tryUpdate((document) -> document.merge(base, late))) {
					return;
				}
			}
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
				return RegistryFormat.parse(bytes);
			}
			catch (BrokenRegistryException ex) {
				if (System.nanoTime() - start > LATE_CHANGE_NANOS) {
					return null;
				}
				LockSupport.parkNanos(PAUSE_NANOS);
				bytes = replaced.readAgain();
			}
		}
	}

	/**
	 * Open the file. If it is broken, somebody may be about to write the rest of it; only
	 * one that has stayed the same for two seconds is broken for good.
	 * @throws IOException if it stays broken and never stays the same
	 */
	private OpenFile openSettled() throws IOException {
		long start = System.nanoTime();
		long unchangedSince = start;
		OpenFile open = this.storage.open();
		while (isBroken(open.content()) && !open.content().isSettled()
				&& System.nanoTime() - unchangedSince < SETTLED_NANOS) {
			open.close();
			if (System.nanoTime() - start > PATIENCE_NANOS) {
				throw new IOException("another program keeps writing what is no registry");
			}
			LockSupport.parkNanos(PAUSE_NANOS);
			FileSignature previous = open.content().signature();
			open = this.storage.open();
			if (!open.content().signature().equals(previous)) {
				unchangedSince = System.nanoTime();
			}
		}
		return open;
	}

	private static boolean isBroken(Content content) {
		try {
			content.parse();
			return false;
		}
		catch (BrokenRegistryException ex) {
			return true;
		}
	}

}
