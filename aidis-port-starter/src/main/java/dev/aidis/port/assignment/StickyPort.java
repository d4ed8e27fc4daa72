package dev.aidis.port.assignment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * The memory of the port that a service had. There is a file for each of its instances
 * that ran at once, and each instance keeps its own locked, so that replicas remember
 * each a port of their own and the lock is free again when the process dies, however it
 * does.
 * <p>
 * Closing any channel on a file drops the locks that the process has on it, so a file is
 * not opened while this JVM holds it. A system property says so, since it is what all
 * class loaders of the JVM have in common.
 */
final class StickyPort implements Closeable {

	private static final String HELD = "dev.aidis.port.sticky-file:";

	private static final int MAX_INSTANCES = 1000;

	private static final int MAX_LENGTH = 4096;

	/**
	 * Far behind the content, since Windows lets nobody read a locked region.
	 */
	private static final long LOCKED_BYTE = 1L << 30;

	private final Path file;

	private final FileChannel channel;

	private final String owner;

	private StickyPort(Path file, FileChannel channel, String owner) {
		this.file = file;
		this.channel = channel;
		this.owner = owner;
	}

	/**
	 * Open the memory of the first instance that does not run now.
	 * @param folder where all memories are; it is created if it is missing
	 * @param serviceName the name of the service
	 * @param registry the registry the service belongs to
	 * @throws IOException if the folder or the file cannot be used
	 */
	static StickyPort claim(Path folder, String serviceName, String registry) throws IOException {
		createFolder(folder);
		Path realFolder = folder.toRealPath();
		String name = serviceName + "-" + hash(registry);
		String owner = "Port of service '" + serviceName + "' of the registry " + Printable.of(registry, MAX_LENGTH);
		for (int instance = 1; instance <= MAX_INSTANCES; instance++) {
			Path file = realFolder.resolve((instance == 1) ? name : name + "#" + instance);
			StickyPort claimed = tryToClaim(file, owner);
			if (claimed != null) {
				return claimed;
			}
		}
		throw new FileSystemException(realFolder.resolve(name).toString(), null, "too many instances run");
	}

	private static @Nullable StickyPort tryToClaim(Path file, String owner) throws IOException {
		if (System.getProperties().putIfAbsent(HELD + file, "") != null) {
			return null;
		}
		StickyPort claimed = null;
		try {
			claimed = open(file, owner);
			return claimed;
		}
		finally {
			if (claimed == null) {
				System.clearProperty(HELD + file);
			}
		}
	}

	private static @Nullable StickyPort open(Path file, String owner) throws IOException {
		FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), ownerOnly(file, "rw-------"));
		FileLock lock = null;
		try {
			lock = channel.tryLock(LOCKED_BYTE, 1, false);
		}
		finally {
			if (lock == null) {
				channel.close();
			}
		}
		return (lock != null) ? new StickyPort(file, channel, owner) : null;
	}

	private static void createFolder(Path folder) throws IOException {
		Path parent = folder.toAbsolutePath().getParent();
		if (parent != null) {
			Files.createDirectories(parent);
		}
		Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
	}

	private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix")
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
				: new FileAttribute<?>[0];
	}

	private static String hash(String registry) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(registry.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the port the instance had.
	 * @return the port, 0 if none is known
	 * @throws IOException if the file cannot be read, or what is in it is no port
	 */
	int port() throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(MAX_LENGTH);
		int read;
		do {
			read = this.channel.read(buffer, buffer.position());
		}
		while (read > 0 && buffer.hasRemaining());
		String content = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
		if (content.isEmpty()) {
			return 0;
		}
		String line = content.lines().findFirst().orElse("");
		Integer port = PortValue.parse(line).port();
		if (port == null || port == 0) {
			throw new FileSystemException(this.file.toString(), null,
					"'" + Printable.of(line) + "' in its first line is no port");
		}
		return port;
	}

	/**
	 * Remember a port. In one write, so that a process killed meanwhile leaves the old
	 * one or the new one.
	 */
	void remember(int port) throws IOException {
		ByteBuffer content = StandardCharsets.UTF_8.encode("%-5d%n%s%n".formatted(port, this.owner));
		int length = content.remaining();
		this.channel.write(content, 0);
		this.channel.truncate(length);
	}

	@Override
	public void close() {
		if (this.channel.isOpen()) {
			try {
				this.channel.close();
			}
			catch (IOException ex) {
				// The lock is gone with the process at the latest.
			}
			System.clearProperty(HELD + this.file);
		}
	}

}
