package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.aidis.port.registry.file.RegistryStorage.Content;

/**
 * Changes the file: under the lock, read, change, write beside it, look whether somebody
 * who takes no lock has changed it meanwhile, and rename. Whatever fails on the way, the
 * file is as it was.
 */
final class RegistryWriter {

	private static final Log logger = LogFactory.getLog(RegistryWriter.class);

	private static final int ATTEMPTS = 50;

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);

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
		boolean healing = false;
		try {
			document = content.parse();
		}
		catch (BrokenRegistryException ex) {
			document = this.healer.rebuild(content, ex.getMessage());
			healing = true;
		}
		RegistryDocument changed = document.copy();
		change.accept(changed);
		if (changed.equals(document) && !healing) {
			return true;
		}
		Path temporary = this.storage.prepare(RegistryFormat.write(changed));
		if (!this.storage.signature().equals(content.signature())) {
			this.storage.discard(temporary);
			return false;
		}
		this.storage.replace(temporary);
		return true;
	}

	/**
	 * Read the file. If it is broken, somebody may be about to write the rest of it; only
	 * one that has stayed the same for two seconds is broken for good.
	 */
	private Content readSettled() throws IOException {
		Content content = this.storage.read();
		long since = System.nanoTime();
		while (isBroken(content) && !content.isSettled() && System.nanoTime() - since < SETTLED_NANOS) {
			LockSupport.parkNanos(PAUSE_NANOS);
			Content next = this.storage.read();
			if (!next.signature().equals(content.signature())) {
				since = System.nanoTime();
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
			logger.debug("The registry file cannot be read: " + ex.getMessage());
			return true;
		}
	}

}
