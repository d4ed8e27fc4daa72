package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another without reading it.
 *
 * @param lastModified the time of the last change, in the file system's precision
 * @param size the size in bytes, -1 for a file that does not exist
 * @param key the file system's own identity of the file, where it has one
 */
record FileSignature(FileTime lastModified, long size, @Nullable Object key) {

	static final FileSignature MISSING = new FileSignature(FileTime.fromMillis(0), -1, null);

	/**
	 * Two changes within this time may leave the same signature: file systems round the
	 * time, and in-place writers keep the size.
	 */
	static final Duration SETTLED = Duration.ofSeconds(2);

	/**
	 * Look at a file. A link is not followed, and whatever is no regular file is not
	 * opened: a pipe could keep its reader waiting for ever.
	 * @throws FileSystemException if it is there and no regular file
	 */
	static FileSignature of(Path file) throws IOException {
		try {
			BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
					LinkOption.NOFOLLOW_LINKS);
			if (!attributes.isRegularFile()) {
				throw new FileSystemException(file.toString(), null, "it is no regular file but " + kind(attributes));
			}
			return new FileSignature(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
		}
		catch (NoSuchFileException ex) {
			return MISSING;
		}
	}

	private static String kind(BasicFileAttributes attributes) {
		if (attributes.isDirectory()) {
			return "a folder";
		}
		return attributes.isSymbolicLink() ? "a symbolic link" : "a pipe, a socket or a device";
	}

	/**
	 * Written out: what a record gets by itself is made at the first call, which is while
	 * an application starts.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof FileSignature that && this.size == that.size
				&& this.lastModified.equals(that.lastModified) && Objects.equals(this.key, that.key);
	}

	@Override
	public int hashCode() {
		return 31 * this.lastModified.hashCode() + Long.hashCode(this.size);
	}

	boolean isMissing() {
		return this.size < 0;
	}

	/**
	 * Tell whether an equal signature later on means equal content.
	 * @param now the present time
	 */
	boolean isSettled(Instant now) {
		return isMissing() || this.lastModified.toInstant().plus(SETTLED).isBefore(now);
	}

}
