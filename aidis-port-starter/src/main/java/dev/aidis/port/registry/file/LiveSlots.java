package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

import org.jspecify.annotations.Nullable;

/**
 * A file of which every live instance keeps one byte locked. The kernel frees the byte
 * when the process dies, so that others see it where the process's id means nothing to
 * them: in another pid namespace, as containers are, or where processes are hidden. Bytes
 * are locked only while the registry's lock is held.
 * <p>
 * Closing any channel on a file drops all locks that the process has on it, also those of
 * other class loaders. So there is one object, with one channel, for a file and class
 * loader, and the channel is closed only when nobody in this JVM holds a byte.
 */
final class LiveSlots {

	/**
	 * A byte that is free tells nothing while this file is younger: its predecessor may
	 * have been deleted, and the instances may not have seen it yet.
	 */
	private static final Duration YOUNG = Duration.ofSeconds(10);

	private static final long ALL = 1L << 30;

	private static final Map<Path, LiveSlots> INSTANCES = new ConcurrentHashMap<>();

	private final Path file;

	private final String monitor;

	private final Map<Integer, FileLock> held = new HashMap<>();

	private @Nullable FileChannel channel;

	private boolean writable;

	private @Nullable Object identity;

	private LiveSlots(Path file) {
		this.file = file;
		this.monitor = RegistryLock.monitor(file);
	}

	/**
	 * Return the slots that belong to a registry file, whose folder must exist.
	 */
	static LiveSlots of(Path registryFile) throws IOException {
		Path file = RegistryLock.realPath(fileFor(registryFile));
		LiveSlots known = INSTANCES.get(file);
		return (known != null) ? known : INSTANCES.computeIfAbsent(file, LiveSlots::new);
	}

	static Path fileFor(Path registryFile) {
		return RegistryStorage.beside(registryFile, ".live");
	}

	/**
	 * Lock a byte. Call it while holding the registry's lock.
	 * @param taken whether a byte is another instance's, be it locked or not
	 * @return the number of the byte, from 1
	 * @throws IOException if the file system has no locks
	 */
	int take(IntPredicate taken) throws IOException {
		synchronized (this.monitor) {
			FileChannel open = openCurrent(true);
			if (open == null) {
				throw new NoSuchFileException(this.file.toString());
			}
			for (int slot = 1; slot < ALL; slot++) {
				if (!this.held.containsKey(slot) && !taken.test(slot)) {
					FileLock lock = tryLock(open, slot, 1, false);
					if (lock != null) {
						this.held.put(slot, lock);
						return slot;
					}
				}
			}
			throw new IOException("no byte of " + this.file + " is free");
		}
	}

	/**
	 * Tell whether a byte is still locked by this process, in the file that others look
	 * at.
	 */
	boolean holds(int slot) throws IOException {
		synchronized (this.monitor) {
			FileLock lock = this.held.get(slot);
			return lock != null && lock.isValid() && isCurrent();
		}
	}

	/**
	 * Free a byte.
	 */
	void release(int slot) throws IOException {
		synchronized (this.monitor) {
			FileLock lock = this.held.remove(slot);
			if (lock != null && lock.isValid()) {
				lock.release();
			}
			if (this.held.isEmpty()) {
				closeUnlessUsed();
			}
		}
	}

	/**
	 * Find out whether somebody holds a byte of a registry's slots.
	 */
	static State state(Path registryFile, int slot) {
		try {
			return of(registryFile).state(slot);
		}
		catch (IOException ex) {
			return State.UNKNOWN;
		}
	}

	private State state(int slot) {
		synchronized (this.monitor) {
			try {
				FileChannel open = openCurrent(false);
				if (open == null) {
					return State.UNKNOWN;
				}
				if (this.held.containsKey(slot) || !isFree(open, slot)) {
					return State.HELD;
				}
				return isYoung() ? State.UNKNOWN : State.FREE;
			}
			catch (IOException ex) {
				return State.UNKNOWN;
			}
		}
	}

	/**
	 * Open the file, or open it anew if another file has taken its place; bytes of the
	 * old one are of no use any more.
	 */
	private @Nullable FileChannel openCurrent(boolean create) throws IOException {
		if (this.channel != null && isCurrent() && (this.writable || !create)) {
			return this.channel;
		}
		if (this.channel != null) {
			this.channel.close();
			this.channel = null;
			this.held.clear();
		}
		// The identity first: if the file is replaced between, it is opened anew.
		if (create && key() == null) {
			openToLock().close();
		}
		this.identity = key();
		if (this.identity != null) {
			this.channel = create ? openToLock() : openToLook();
		}
		return this.channel;
	}

	private FileChannel openToLock() throws IOException {
		FileChannel open = FileChannel.open(this.file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), RegistryStorage.ownerOnly());
		this.writable = true;
		return open;
	}

	/**
	 * Who may only read the file, as where a container has the folder read-only, can
	 * still see which bytes are locked.
	 */
	private FileChannel openToLook() throws IOException {
		try {
			FileChannel open = FileChannel.open(this.file, StandardOpenOption.READ, StandardOpenOption.WRITE,
					LinkOption.NOFOLLOW_LINKS);
			this.writable = true;
			return open;
		}
		catch (FileSystemException ex) {
			FileChannel open = FileChannel.open(this.file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
			this.writable = false;
			return open;
		}
	}

	private boolean isCurrent() throws IOException {
		return Objects.equals(this.identity, key());
	}

	private @Nullable Object key() throws IOException {
		FileSignature signature = FileSignature.of(this.file);
		if (signature.isMissing()) {
			return null;
		}
		return (signature.key() != null) ? signature.key() : "no file keys on this file system";
	}

	private static boolean isFree(FileChannel open, int slot) throws IOException {
		// Shared, so that those who only look don't take each other for owners.
		FileLock lock = tryLock(open, slot, 1, true);
		if (lock != null) {
			lock.release();
		}
		return lock != null;
	}

	/**
	 * Lock some bytes if nobody has any of them, neither another process nor another
	 * class loader of this one.
	 */
	private static @Nullable FileLock tryLock(FileChannel open, long from, long size, boolean shared)
			throws IOException {
		try {
			return open.tryLock(from, size, shared);
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	private boolean isYoung() throws IOException {
		try {
			Instant created = Files.readAttributes(this.file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
				.lastModifiedTime()
				.toInstant();
			return created.plus(YOUNG).isAfter(Instant.now());
		}
		catch (NoSuchFileException ex) {
			return true;
		}
	}

	private void closeUnlessUsed() throws IOException {
		FileChannel open = this.channel;
		if (open != null && isUnusedByThisJvm(open)) {
			open.close();
			this.channel = null;
		}
	}

	private static boolean isUnusedByThisJvm(FileChannel open) throws IOException {
		try {
			FileLock lock = open.tryLock(0, ALL, true);
			if (lock != null) {
				lock.release();
			}
			return true;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	/**
	 * What can be said of a byte.
	 */
	enum State {

		HELD, FREE, UNKNOWN

	}

}
