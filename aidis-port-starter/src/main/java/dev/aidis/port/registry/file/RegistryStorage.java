package dev.aidis.port.registry.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The I/O of the registry file, without any rule about its content.
 */
class RegistryStorage {

	private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

	private static final String PRIVATE = "rw-------";

	private static final String READABLE = "rw-r--r--";

	/**
	 * Windows replaces no file that somebody is reading. A reader is done in a moment.
	 */
	private static final int REPLACE_ATTEMPTS = 50;

	private static final long REPLACE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private static final AtomicLong TEMPORARY_FILES = new AtomicLong();

	/**
	 * How often this JVM has replaced a registry file, whichever: several objects may be
	 * used for one.
	 */
	private static final AtomicLong REPLACED = new AtomicLong();

	private final Path file;

	private final RegistryPermissions permissions;

	private final boolean sync;

	RegistryStorage(Path file) {
		this(file, new RegistryPermissions(false), false);
	}

	/**
	 * Create new storage.
	 * @param file the file
	 * @param permissions what is trusted
	 * @param sync whether to wait until the disk has what was written
	 */
	RegistryStorage(Path file, RegistryPermissions permissions, boolean sync) {
		this.file = file;
		this.permissions = permissions;
		this.sync = sync;
	}

	Path file() {
		return this.file;
	}

	Path folder() {
		Path parent = this.file.toAbsolutePath().getParent();
		return (parent != null) ? parent : this.file.toAbsolutePath();
	}

	/**
	 * Return the path of a file that belongs to the registry, such as its lock.
	 */
	static Path beside(Path file, String suffix) {
		return file.resolveSibling(file.getFileName() + suffix);
	}

	FileSignature signature() throws IOException {
		return FileSignature.of(this.file);
	}

	/**
	 * Read the file as a whole.
	 * @return the content with the signature it had before it was read
	 */
	Content read() throws IOException {
		FileSignature signature = trustedSignature();
		if (signature.isMissing()) {
			return Content.MISSING;
		}
		// Unlike a channel, a stream is not closed by an interrupt of its reader.
		try (InputStream input = Files.newInputStream(this.file, LinkOption.NOFOLLOW_LINKS)) {
			return new Content(input.readNBytes(RegistryFormat.MAX_SIZE + 1), signature);
		}
		catch (NoSuchFileException ex) {
			return Content.MISSING;
		}
	}

	/**
	 * Open and read the file. As long as it stays open, one can see what is written into
	 * it even after another file has taken its place. For a thread that nobody
	 * interrupts.
	 */
	OpenFile open() throws IOException {
		FileSignature signature = trustedSignature();
		if (signature.isMissing()) {
			return OpenFile.missing();
		}
		try {
			return new OpenFile(FileChannel.open(this.file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)),
					signature);
		}
		catch (NoSuchFileException ex) {
			return OpenFile.missing();
		}
	}

	private FileSignature trustedSignature() throws IOException {
		FileSignature signature = signature();
		if (!signature.isMissing()) {
			this.permissions.checkFolder(folder());
			this.permissions.checkFile(this.file);
		}
		return signature;
	}

	/**
	 * Create the folder of the file. A new one brings a {@code .gitignore}, so that it
	 * does not turn up in the commits of the checkout it may be in.
	 */
	void createFolder() throws IOException {
		Path folder = folder();
		if (!Files.isDirectory(folder)) {
			Path parent = folder.getParent();
			if (parent != null) {
				Files.createDirectories(parent);
			}
			try {
				Files.createDirectory(folder, permissions("rwx------"));
				Files.writeString(folder.resolve(".gitignore"), "*\n");
			}
			catch (FileAlreadyExistsException ex) {
				if (!Files.isDirectory(folder)) {
					throw ex;
				}
			}
		}
		this.permissions.checkFolder(folder);
		this.permissions.createForAll(RegistryLock.fileFor(this.file));
		this.permissions.createForAll(LiveSlots.fileFor(this.file));
	}

	/**
	 * Write new content beside the file, with the permissions the file has.
	 * @return the temporary file, to be given to {@link #replace} or {@link #discard}
	 */
	Path prepare(byte[] content) throws IOException {
		String mode = READABLE;
		if (POSIX && Files.exists(this.file, LinkOption.NOFOLLOW_LINKS)) {
			mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(this.file, LinkOption.NOFOLLOW_LINKS));
		}
		return prepare(content, mode);
	}

	/**
	 * Write content beside the file.
	 * @param mode the permissions, such as {@code rw-r--r--}
	 */
	Path prepare(byte[] content, String mode) throws IOException {
		Path temporary = folder()
			.resolve(temporaryPrefix() + ProcessHandle.current().pid() + "-" + TEMPORARY_FILES.incrementAndGet());
		try (FileChannel channel = FileChannel.open(temporary,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())) {
			ByteBuffer buffer = ByteBuffer.wrap(content);
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
			if (POSIX && !mode.equals(PRIVATE)) {
				Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(mode));
			}
			if (this.sync) {
				channel.force(true);
			}
			return temporary;
		}
		catch (IOException | RuntimeException ex) {
			discard(temporary);
			throw ex;
		}
	}

	/**
	 * Tell whether a file can be replaced while it is open. Windows refuses that.
	 */
	boolean replacesOpenFiles() {
		return POSIX;
	}

	/**
	 * Put a temporary file in the place of the file, in one step.
	 */
	void replace(Path temporary) throws IOException {
		for (int attempt = 1;; attempt++) {
			try {
				Files.move(temporary, this.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
				REPLACED.incrementAndGet();
				return;
			}
			catch (AccessDeniedException ex) {
				if (POSIX || attempt == REPLACE_ATTEMPTS) {
					throw ex;
				}
				LockSupport.parkNanos(REPLACE_PAUSE_NANOS);
			}
		}
	}

	/**
	 * Return how often this JVM has replaced a registry file.
	 */
	static long replaced() {
		return REPLACED.get();
	}

	void discard(Path temporary) {
		try {
			Files.deleteIfExists(temporary);
		}
		catch (IOException ex) {
			// The sweep of a later writer takes it.
		}
	}

	/**
	 * Delete temporary files that processes left behind which died while writing. Call it
	 * only while holding the lock: then no temporary file is in use.
	 */
	void sweep() throws IOException {
		try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder(),
				(path) -> path.getFileName().toString().startsWith(temporaryPrefix()))) {
			leftovers.forEach(this::discard);
		}
	}

	private String temporaryPrefix() {
		return "." + this.file.getFileName() + ".tmp-";
	}

	static FileAttribute<?>[] ownerOnly() {
		return permissions(PRIVATE);
	}

	private static FileAttribute<?>[] permissions(String permissions) {
		return POSIX
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
				: new FileAttribute<?>[0];
	}

}
