package dev.aidis.port.sample.command.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Decides when the registry is worth a look: soon after its file has changed or it told
 * of a change, and now and then. What looks take is a small part of the time, however
 * large the registry is. For one thread.
 */
final class LookPace {

	private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

	/**
	 * The longest rest from glances. A service that stops takes longer to end after it
	 * has removed its entry, and is taken for one that died if it is not missed before.
	 */
	private static final long GLANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/**
	 * How many times as long as a look took there is none, unless the file changes.
	 */
	private static final int REST = 20;

	private final @Nullable Path file;

	private final LongSupplier clock;

	private @Nullable FileTime modified;

	private long start;

	private long nextLook;

	private long nextGlance;

	private boolean told;

	/**
	 * Create a new pace.
	 * @param location where the registry is; if that is no path of a file, only what it
	 * tells says that it has changed
	 * @param clock tells the time in nanoseconds, as {@link System#nanoTime()}
	 */
	LookPace(String location, LongSupplier clock) {
		this.file = file(location);
		this.clock = clock;
		this.nextLook = clock.getAsLong();
		this.nextGlance = this.nextLook;
	}

	private static @Nullable Path file(String location) {
		try {
			Path path = Path.of(location);
			return path.isAbsolute() ? path : null;
		}
		catch (InvalidPathException ex) {
			return null;
		}
	}

	/**
	 * Tell whether a look is due, which costs one system call at most. If so, it begins
	 * now.
	 */
	boolean isDue() {
		this.start = this.clock.getAsLong();
		return this.start - this.nextLook >= 0 || (this.start - this.nextGlance >= 0 && isModified());
	}

	private boolean isModified() {
		if (this.file == null) {
			return this.told;
		}
		FileTime before = this.modified;
		try {
			this.modified = Files.getLastModifiedTime(this.file);
		}
		catch (IOException ex) {
			this.modified = null;
		}
		return !Objects.equals(before, this.modified);
	}

	/**
	 * Note that the registry told of a change.
	 */
	void changed() {
		this.told = true;
	}

	/**
	 * Note that the look which was due is done.
	 */
	void done() {
		long end = this.clock.getAsLong();
		long rest = (end - this.start) * REST;
		this.nextGlance = end + Math.min(rest, GLANCE_NANOS);
		this.nextLook = end + Math.max(rest, LOOK_NANOS);
		this.told = false;
	}

}
