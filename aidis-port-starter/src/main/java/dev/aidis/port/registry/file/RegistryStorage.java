package dev.aidis.port.registry.file;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The I/O of the registry file, without any rule about its content.
 */
class RegistryStorage {

	private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

	private static final int BUFFER_SIZE = 16 * 1024;

	private static final int CORRUPT_COPIES = 3;

	private static final int CORRUPT_COPY_SIZE = 1024 * 1024;

	private static final AtomicLong TEMPORARY_FILES = new AtomicLong();

	private final Path file;

	RegistryStorage(Path file) {
		this.file = file;
	}

	Path file() {
		return this.file;
	}

	/**
	 * Read the file as a whole.
	 * @return the content with the signature it had before it was read
	 */
	Content read() throws IOException {
		FileSignature signature = existing();
		if (signature.equals(FileSignature.MISSING)) {
			return Content.MISSING;
		}
		// Unlike a channel, a stream is not closed by an interrupt of its reader.
		try (InputStream input = Files.newInputStream(this.file)) {
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
		FileSignature signature = existing();
		if (signature.equals(FileSignature.MISSING)) {
			return new OpenFile(null, Content.MISSING);
		}
		try {
			FileChannel channel = FileChannel.open(this.file, StandardOpenOption.READ);
			try {
				return new OpenFile(channel, new Content(readAll(channel), signature));
			}
			catch (IOException | RuntimeException ex) {
				channel.close();
				throw ex;
			}
		}
		catch (NoSuchFileException ex) {
			return new OpenFile(null, Content.MISSING);
		}
	}

	/**
	 * Read from the start, and not more than it takes to see that it is too much.
	 */
	private static byte[] readAll(FileChannel channel) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
		while (bytes.size() <= RegistryFormat.MAX_SIZE && channel.read(buffer, bytes.size()) != -1) {
			bytes.write(buffer.array(), 0, buffer.position());
			buffer.clear();
		}
		return bytes.toByteArray();
	}

	private FileSignature existing() throws IOException {
		FileSignature signature = FileSignature.of(this.file);
		if (!signature.equals(FileSignature.MISSING) && Files.isDirectory(this.file)) {
			throw new FileSystemException(this.file.toString(), null, "it is a folder");
		}
		return signature;
	}

	FileSignature signature() throws IOException {
		return FileSignature.of(this.file);
	}

	/**
	 * Create the folder of the file. A new one brings a {@code .gitignore}, so that it
	 * does not turn up in the commits of the checkout it may be in.
	 */
	void createFolder() throws IOException {
		Path folder = folder();
		if (Files.isDirectory(folder)) {
			return;
		}
		Path parent = folder.getParent();
		if (parent != null) {
			Files.createDirectories(parent);
		}
		try {
			Files.createDirectory(folder, ownerOnly("rwx------"));
			Files.writeString(folder.resolve(".gitignore"), "*\n");
		}
		catch (FileAlreadyExistsException ex) {
			if (!Files.isDirectory(folder)) {
				throw ex;
			}
		}
	}

	/**
	 * Write new content beside the file.
	 * @return the temporary file, to be given to {@link #replace} or {@link #discard}
	 */
	Path prepare(byte[] content) throws IOException {
		Path temporary = folder()
			.resolve(temporaryPrefix() + ProcessHandle.current().pid() + "-" + TEMPORARY_FILES.incrementAndGet());
		try (FileChannel channel = FileChannel.open(temporary,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly("rw-------"))) {
			ByteBuffer buffer = ByteBuffer.wrap(content);
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
			keepPermissions(temporary);
			return temporary;
		}
		catch (IOException | RuntimeException ex) {
			discard(temporary);
			throw ex;
		}
	}

	private void keepPermissions(Path temporary) throws IOException {
		if (POSIX) {
			Set<PosixFilePermission> permissions = Files.exists(this.file) ? Files.getPosixFilePermissions(this.file)
					: PosixFilePermissions.fromString("rw-r--r--");
			Files.setPosixFilePermissions(temporary, permissions);
		}
	}

	/**
	 * Put a temporary file in the place of the file, in one step.
	 */
	void replace(Path temporary) throws IOException {
		Files.move(temporary, this.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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

	/**
	 * Keep a copy of broken content for a person to look at: {@code .corrupt-1} is the
	 * newest. Content of which that is a copy already is not kept twice.
	 * @return the copy
	 */
	Path keepAside(byte[] content) throws IOException {
		byte[] kept = Arrays.copyOf(content, Math.min(content.length, CORRUPT_COPY_SIZE));
		if (Files.exists(corruptCopy(1)) && Arrays.equals(Files.readAllBytes(corruptCopy(1)), kept)) {
			return corruptCopy(1);
		}
		for (int number = CORRUPT_COPIES - 1; number > 0; number--) {
			Path copy = corruptCopy(number);
			if (Files.exists(copy)) {
				Files.move(copy, corruptCopy(number + 1), StandardCopyOption.REPLACE_EXISTING);
			}
		}
		Path copy = corruptCopy(1);
		Path temporary = prepare(kept);
		if (POSIX) {
			Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
		}
		Files.move(temporary, copy, StandardCopyOption.REPLACE_EXISTING);
		return copy;
	}

	private Path corruptCopy(int number) {
		return this.file.resolveSibling(this.file.getFileName() + ".corrupt-" + number);
	}

	private String temporaryPrefix() {
		return "." + this.file.getFileName() + ".tmp-";
	}

	Path folder() {
		Path parent = this.file.toAbsolutePath().getParent();
		return (parent != null) ? parent : this.file.toAbsolutePath();
	}

	static FileAttribute<?>[] ownerOnly(String permissions) {
		return POSIX
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
				: new FileAttribute<?>[0];
	}

	/**
	 * The file as it was opened, whatever takes its place later.
	 */
	static final class OpenFile implements Closeable {

		private final @Nullable FileChannel channel;

		private final Content content;

		OpenFile(@Nullable FileChannel channel, Content content) {
			this.channel = channel;
			this.content = content;
		}

		/**
		 * Return what was in the file when it was opened.
		 */
		Content content() {
			return this.content;
		}

		/**
		 * Read what is in the opened file now.
		 */
		byte[] readAgain() throws IOException {
			return (this.channel != null) ? readAll(this.channel) : this.content.bytes();
		}

		@Override
		public void close() throws IOException {
			if (this.channel != null) {
				this.channel.close();
			}
		}

	}

	/**
	 * What was in the file.
	 */
	static final class Content {

		static final Content MISSING = new Content(new byte[0], FileSignature.MISSING);

		private final byte[] bytes;

		private final FileSignature signature;

		private @Nullable RegistryDocument document;

		Content(byte[] bytes, FileSignature signature) {
			this.bytes = bytes;
			this.signature = signature;
		}

		/**
		 * Return the bytes, none when there was no file.
		 */
		byte[] bytes() {
			return this.bytes;
		}

		/**
		 * Return the signature the file had before it was read.
		 */
		FileSignature signature() {
			return this.signature;
		}

		/**
		 * Return the document; the bytes are parsed once. Nobody may change it but on a
		 * copy.
		 */
		RegistryDocument parse() throws BrokenRegistryException {
			if (this.signature.equals(FileSignature.MISSING)) {
				return new RegistryDocument();
			}
			if (this.document == null) {
				this.document = RegistryFormat.parse(this.bytes);
			}
			return this.document;
		}

		boolean isSettled() {
			return this.signature.isSettled(Instant.now());
		}

	}

}
