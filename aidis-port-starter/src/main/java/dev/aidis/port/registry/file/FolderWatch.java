package dev.aidis.port.registry.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a file may have changed. The operating system's notifications make it
 * quick; where there are none (on Linux a user may have 128 watches only, and network
 * file systems don't notify of others' changes) it just waits, so whoever uses it must
 * look by himself.
 */
final class FolderWatch implements Closeable {

	private static final Log logger = LogFactory.getLog(FolderWatch.class);

	private final Path file;

	private boolean usable;

	private @Nullable WatchService service;

	/**
	 * Create a new watch.
	 * @param file the file to watch
	 * @param enabled whether to use notifications
	 */
	FolderWatch(Path file, boolean enabled) {
		this.file = file;
		this.usable = enabled;
	}

	Path file() {
		return this.file;
	}

	/**
	 * Wait for a notification.
	 * @param timeout how long to wait at most
	 * @throws InterruptedException if the thread is interrupted
	 */
	void await(Duration timeout) throws InterruptedException {
		long start = System.nanoTime();
		long remaining = timeout.toNanos();
		while (remaining > 0) {
			WatchService watching = open();
			if (watching == null) {
				TimeUnit.NANOSECONDS.sleep(remaining);
				return;
			}
			WatchKey key = watching.poll(remaining, TimeUnit.NANOSECONDS);
			if (key != null && concernsFile(key)) {
				return;
			}
			remaining = timeout.toNanos() - (System.nanoTime() - start);
		}
	}

	/**
	 * Tell whether an event is about the file. If the folder itself is gone, so is the
	 * file.
	 */
	private boolean concernsFile(WatchKey key) {
		String name = this.file.getFileName().toString();
		boolean concerned = key.pollEvents()
			.stream()
			.anyMatch((event) -> event.kind() == StandardWatchEventKinds.OVERFLOW
					|| name.equals(String.valueOf(event.context())));
		if (!key.reset()) {
			close();
			return true;
		}
		return concerned;
	}

	private @Nullable WatchService open() {
		if (this.service == null && this.usable) {
			Path folder = this.file.toAbsolutePath().getParent();
			if (folder == null || !Files.isDirectory(folder)) {
				return null;
			}
			try {
				this.service = folder.getFileSystem().newWatchService();
				folder.register(this.service, StandardWatchEventKinds.ENTRY_CREATE,
						StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE);
			}
			catch (NoSuchFileException ex) {
				// Deleted meanwhile, so watched once it is there again.
				close();
			}
			catch (IOException | UnsupportedOperationException ex) {
				close();
				this.usable = false;
				logger.debug("No notifications of changes of " + this.file + ", looking at it from time to time", ex);
			}
		}
		return this.service;
	}

	@Override
	public void close() {
		WatchService open = this.service;
		this.service = null;
		if (open != null) {
			try {
				open.close();
			}
			catch (IOException ex) {
				// Its descriptors go with the process.
			}
		}
	}

}
