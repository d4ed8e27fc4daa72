package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import dev.aidis.port.registry.file.RegistryStorage.Content;

/**
 * Changes the file: under the lock, read, change, write beside it, look whether somebody
 * who takes no lock has changed it meanwhile, and rename. Whatever fails on the way, the
 * file is as it was.
 */
final class RegistryWriter {

	private static final int ATTEMPTS = 50;

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);

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
		Content content = readSettled();
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
		Path temporary = this.storage.prepare(RegistryFormat.write(changed));
		if (!this.storage.signature().equals(content.signature())) {
			this.storage.discard(temporary);
			return false;
		}
		try {
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
	 * Read the file. If it is broken, somebody may be about to write the rest of it; only
	 * one that has stayed the same for two seconds is broken for good.
	 * @throws IOException if it stays broken and never stays the same
	 */
	private Content readSettled() throws IOException {
		long start = System.nanoTime();
		long unchangedSince = start;
		Content content = this.storage.read();
		while (isBroken(content) && !content.isSettled() && System.nanoTime() - unchangedSince < SETTLED_NANOS) {
			if (System.nanoTime() - start > PATIENCE_NANOS) {
				throw new IOException("another program keeps writing what is no registry");
			}
			LockSupport.parkNanos(PAUSE_NANOS);
			Content next = this.storage.read();
			if (!next.signature().equals(content.signature())) {
				unchangedSince = System.nanoTime();
			}
			content = next;
		}
		return content;
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
