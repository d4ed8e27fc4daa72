package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * One writer at a time, among all processes and all class loaders of this one. The lock
 * is a kernel lock on a file of its own, so it is free the moment its holder dies, and it
 * is held only while one action runs.
 * <p>
 * Two traits of file locks shape this class. Closing any channel on a file drops every
 * lock the process has on it, so the channel is opened, locked and closed by one thread
 * under a monitor that all class loaders share. And an interrupt closes a channel, so
 * that thread is our own and nobody interrupts it; callers only wait for it, for a
 * bounded time. See JDK-4724038 and the class description of
 * {@link java.nio.channels.FileLock} for what file systems may do differently.
 */
final class RegistryLock {

	/**
	 * The locked byte stands far behind the content, since Windows lets nobody read a
	 * locked region and the content names the holder.
	 */
	private static final long LOCKED_BYTE = 1L << 30;

	private static final Duration THREAD_KEPT = Duration.ofSeconds(30);

	private static final int MAX_HOLDER_LENGTH = 200;

	private static final String UNKNOWN_HOLDER = "an unknown process";

	private final Path file;

	private final Duration timeout;

	private final ThreadPoolExecutor thread;

	private volatile @Nullable FileChannel channel;

	RegistryLock(Path registryFile, Duration timeout) {
		this.file = fileFor(registryFile);
		this.timeout = timeout;
		this.thread = new ThreadPoolExecutor(1, 1, THREAD_KEPT.toSeconds(), TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), RegistryLock::newThread);
		this.thread.allowCoreThreadTimeOut(true);
	}

	static Path fileFor(Path registryFile) {
		return registryFile.resolveSibling(registryFile.getFileName() + ".lock");
	}

	/**
	 * Run an action while holding the lock.
	 * @return what the action returns
	 * @throws IOException if the lock or the action fails
	 * @throws RegistryLockedException if others hold the lock for too long; the action
	 * then does not run later either
	 */
	<T> T hold(Callable<T> action) throws IOException {
		Attempt<T> attempt = new Attempt<>(action);
		this.thread.execute(attempt);
		try {
			return attempt.result.get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			if (attempt.giveUp()) {
				throw new RegistryLockedException(this.file, this.timeout, holder());
			}
			return outcome(attempt);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			if (attempt.giveUp()) {
				throw new IOException("Interrupted while waiting for the lock " + this.file, ex);
			}
			return outcome(attempt);
		}
		catch (ExecutionException ex) {
			return outcome(attempt);
		}
	}

	/**
	 * The action has begun, so its end is near and its outcome matters.
	 */
	private static <T> T outcome(Attempt<T> attempt) throws IOException {
		try {
			return attempt.result.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException runtimeException) {
				throw runtimeException;
			}
			throw (ex.getCause() instanceof IOException ioException) ? ioException : new IOException(ex.getCause());
		}
	}

	private <T> T lockAndCall(Attempt<T> attempt) throws Exception {
		synchronized (monitor()) {
			while (true) {
				Object identity = identity();
				try (FileChannel channel = FileChannel.open(this.file,
						Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
						RegistryStorage.ownerOnly("rw-------"))) {
					this.channel = channel;
					channel.lock(LOCKED_BYTE, 1, false);
					if (isStillTheFile(identity)) {
						attempt.begin();
						nameHolder(channel);
						return attempt.action.call();
					}
				}
				finally {
					this.channel = null;
				}
			}
		}
	}

	/**
	 * An interned string is the same object for all class loaders of the JVM. The real
	 * path is the same whichever links lead to the file.
	 */
	private Object monitor() throws IOException {
		Path folder = this.file.toAbsolutePath().resolveSibling("").toRealPath();
		return ("dev.aidis.port.registry.lock:" + folder.resolve(this.file.getFileName())).intern();
	}

	/**
	 * Somebody may have deleted the file while we waited for a lock on it; others then
	 * lock a new file of that name.
	 */
	private boolean isStillTheFile(@Nullable Object identity) throws IOException {
		return identity != null && identity.equals(identity());
	}

	private @Nullable Object identity() throws IOException {
		try {
			BasicFileAttributes attributes = Files.readAttributes(this.file, BasicFileAttributes.class);
			return Objects.requireNonNullElse(attributes.fileKey(), "no file keys on this file system");
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/**
	 * Write the process and its main class or jar into the file, for those who wait.
	 */
	private static void nameHolder(FileChannel channel) throws IOException {
		String command = System.getProperty("sun.java.command", "").replaceFirst("\\s.*", "");
		byte[] holder = (ProcessHandle.current().pid() + " " + command + "\n").getBytes(StandardCharsets.UTF_8);
		channel.write(ByteBuffer.wrap(holder), 0);
		channel.truncate(holder.length);
	}

	/**
	 * Read who named itself last, through the channel that waits, since closing another
	 * one would drop the lock. On a thread of its own, since an interrupt would close it.
	 */
	private String holder() {
		FileChannel waiting = this.channel;
		return (waiting == null) ? UNKNOWN_HOLDER
				: CompletableFuture.supplyAsync(() -> readHolder(waiting), (task) -> newThread(task).start()).join();
	}

	private static String readHolder(FileChannel channel) {
		try {
			ByteBuffer content = ByteBuffer.allocate(MAX_HOLDER_LENGTH);
			channel.read(content, 0);
			String holder = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8).strip();
			return holder.isEmpty() ? UNKNOWN_HOLDER : "process " + holder;
		}
		catch (IOException ex) {
			return UNKNOWN_HOLDER;
		}
	}

	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "aidis-port-registry");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * An action that waits for the lock until its caller gives up.
	 */
	private final class Attempt<T> implements Runnable {

		private final Callable<T> action;

		private final CompletableFuture<T> result = new CompletableFuture<>();

		private boolean begun;

		private boolean givenUp;

		Attempt(Callable<T> action) {
			this.action = action;
		}

		@Override
		public void run() {
			try {
				this.result.complete(lockAndCall(this));
			}
			catch (Throwable ex) {
				this.result.completeExceptionally(ex);
			}
		}

		synchronized void begin() {
			if (this.givenUp) {
				throw new CancellationException("Given up by its caller");
			}
			this.begun = true;
		}

		synchronized boolean giveUp() {
			this.givenUp = !this.begun;
			return this.givenUp;
		}

	}

}
