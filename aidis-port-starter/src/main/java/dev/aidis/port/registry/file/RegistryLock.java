package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.registry.Daemons;

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

	private static final Log logger = LogFactory.getLog(RegistryLock.class);

	private static final Set<OpenOption> OPTIONS = Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
			StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

	private static final Map<String, ReentrantLock> TURNS = new ConcurrentHashMap<>();

	private static final long READ_MILLIS = 200;

	private final Path file;

	private final Duration timeout;

	private final boolean required;

	private final ThreadPoolExecutor thread;

	private volatile @Nullable FileChannel channel;

	private boolean warned;

	RegistryLock(Path registryFile, Duration timeout) {
		this(registryFile, timeout, true);
	}

	/**
	 * Create a new lock.
	 * @param registryFile the file that the lock guards
	 * @param timeout how long to wait for others
	 * @param required whether a file system without locks is refused; if not, only this
	 * JVM's writers exclude each other there
	 */
	RegistryLock(Path registryFile, Duration timeout, boolean required) {
		this.file = fileFor(registryFile);
		this.timeout = timeout;
		this.required = required;
		this.thread = Daemons.executor("aidis-port-registry");
	}

	static Path fileFor(Path registryFile) {
		return RegistryStorage.beside(registryFile, ".lock");
	}

	/**
	 * Run an action while holding the lock.
	 * @return what the action returns
	 * @throws IOException if the lock or the action fails
	 * @throws RegistryLockedException if others hold the lock for too long; the action
	 * then does not run later either
	 */
	<T> T hold(Callable<T> action) throws IOException {
		LockAttempt<T> attempt = new LockAttempt<>(action, this::lockAndCall);
		this.thread.execute(attempt);
		try {
			return attempt.result().get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			if (giveUp(attempt)) {
				throw new RegistryLockedException(this.file, this.timeout, holder());
			}
			return outcome(attempt);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			if (giveUp(attempt)) {
				throw new IOException("Interrupted while waiting for the lock " + this.file, ex);
			}
			return outcome(attempt);
		}
		catch (ExecutionException ex) {
			return outcome(attempt);
		}
	}

	/**
	 * Behind a process that hangs, attempts would pile up.
	 */
	private boolean giveUp(LockAttempt<?> attempt) {
		boolean givenUp = attempt.giveUp();
		if (givenUp) {
			this.thread.remove(attempt);
		}
		return givenUp;
	}

	/**
	 * The action has begun, so its end is near and its outcome matters.
	 */
	private static <T> T outcome(LockAttempt<T> attempt) throws IOException {
		try {
			return attempt.result().join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException runtimeException) {
				throw runtimeException;
			}
			throw (ex.getCause() instanceof IOException ioException) ? ioException : new IOException(ex.getCause());
		}
	}

	private <T> T lockAndCall(LockAttempt<T> attempt) throws Exception {
		String monitor = monitor(realPath(this.file));
		// First in, first out among the writers of a class loader; a monitor is not.
		ReentrantLock turn = TURNS.computeIfAbsent(monitor, (name) -> new ReentrantLock(true));
		turn.lock();
		try {
			synchronized (monitor) {
				return lockFileAndCall(attempt);
			}
		}
		finally {
			turn.unlock();
		}
	}

	private <T> T lockFileAndCall(LockAttempt<T> attempt) throws Exception {
		while (true) {
			Object identity = identity();
			try (FileChannel channel = FileChannel.open(this.file, OPTIONS, RegistryStorage.ownerOnly())) {
				this.channel = channel;
				lock(channel);
				if (isStillTheFile(identity)) {
					LockHolder.write(channel);
					return attempt.call();
				}
			}
			finally {
				this.channel = null;
			}
		}
	}

	private void lock(FileChannel channel) throws IOException {
		try {
			LockQueue.lock(channel);
		}
		catch (IOException ex) {
			if (this.required) {
				throw new IOException("its file system (" + Files.getFileStore(this.file).type()
						+ ") has no locks that work: " + ex.getMessage()
						+ ". Keep it on a local one, or set aidis.port.registry.require-lock=false if you accept that "
						+ "services which write at the same moment may have to write twice", ex);
			}
			if (!this.warned) {
				this.warned = true;
				logger.warn("Writing the port registry without the lock " + this.file + ", which its file system ("
						+ Files.getFileStore(this.file).type() + ") does not support: " + ex.getMessage());
			}
		}
	}

	/**
	 * Return an object that all class loaders of the JVM have in common for a file, as
	 * interned strings are.
	 */
	static String monitor(Path realPath) {
		return ("dev.aidis.port.registry.lock:" + realPath).intern();
	}

	/**
	 * Return the path that is the same whichever links lead to a file's folder.
	 */
	static Path realPath(Path file) throws IOException {
		return file.toAbsolutePath().resolveSibling("").toRealPath().resolve(file.getFileName());
	}

	/**
	 * Somebody may have deleted the file while we waited for a lock on it; others then
	 * lock a new file of that name.
	 */
	private boolean isStillTheFile(@Nullable Object identity) throws IOException {
		return identity != null && identity.equals(identity());
	}

	private @Nullable Object identity() throws IOException {
		FileSignature signature = FileSignature.of(this.file);
		return signature.isMissing() ? null
				: Objects.requireNonNullElse(signature.key(), "no file keys on this file system");
	}

	/**
	 * Read who named itself last, through the channel that waits, since closing another
	 * one would drop the lock. On a thread of its own, since an interrupt would close it.
	 */
	private String holder() {
		FileChannel waiting = this.channel;
		if (waiting == null) {
			return "another thread of this process";
		}
		CompletableFuture<String> holder = CompletableFuture.supplyAsync(() -> LockHolder.read(waiting),
				(task) -> Daemons.thread(task, "aidis-port-lock-holder").start());
		try {
			// Where the system lets nobody read a file while another thread waits for its
			// lock, this would take as long.
			return holder.get(READ_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			return LockHolder.UNKNOWN;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return LockHolder.UNKNOWN;
		}
	}

}
