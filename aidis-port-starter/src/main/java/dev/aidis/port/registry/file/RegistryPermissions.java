package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Refuses a registry that somebody else has planted or may rewrite: whoever writes it
 * tells this service where to send its requests. Folder and file must belong to this user
 * or to root, be no links, and be writable for nobody else. On systems without POSIX
 * permissions only links are refused.
 */
final class RegistryPermissions {

	private static final int OTHERS_WRITE = 0002;

	private static final int GROUP_WRITE = 0020;

	private final boolean shared;

	private final @Nullable Integer user;

	/**
	 * Create new permissions.
	 * @param shared whether another owner and a group that may write are accepted
	 */
	RegistryPermissions(boolean shared) {
		this(shared, currentUser());
	}

	RegistryPermissions(boolean shared, @Nullable Integer user) {
		this.shared = shared;
		this.user = user;
	}

	/**
	 * Check the folder.
	 * @throws FileSystemException if it must not be trusted
	 */
	void checkFolder(Path folder) throws IOException {
		if (Files.isSymbolicLink(folder)) {
			throw refuse(folder, "it is a symbolic link to " + folder.toRealPath()
					+ ", which others may lead elsewhere. Name that folder itself");
		}
		checkOwnerAndMode(folder, "Give the registry a folder of its own, which only you may write to");
	}

	/**
	 * Check a file in the folder, if it is there.
	 * @throws FileSystemException if it must not be trusted
	 */
	void checkFile(Path file) throws IOException {
		if (!FileSignature.of(file).isMissing()) {
			checkOwnerAndMode(file, "Remove it, or take the permission from others");
		}
	}

	/**
	 * Create a file that all who share the registry must be able to lock, if it is not
	 * there. Without sharing whoever opens it first creates it.
	 */
	void createForAll(Path file) throws IOException {
		if (this.shared && Files.notExists(file, LinkOption.NOFOLLOW_LINKS)
				&& file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
			try {
				Files.createFile(file);
				// Afterwards, since the process's mask would take it from the group.
				Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
			}
			catch (FileAlreadyExistsException ex) {
				// Another one was quicker.
			}
		}
	}

	private void checkOwnerAndMode(Path path, String wayOut) throws IOException {
		if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
			return;
		}
		Map<String, Object> attributes;
		try {
			attributes = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
		}
		catch (NoSuchFileException ex) {
			return;
		}
		int mode = number(attributes.get("mode"));
		if ((mode & OTHERS_WRITE) != 0) {
			throw refuse(path, "every user of this machine may write to it. " + wayOut);
		}
		if (this.shared) {
			return;
		}
		int owner = number(attributes.get("uid"));
		if (owner != 0 && this.user != null && owner != this.user) {
			throw refuse(path, "it belongs to another user (" + Files.getOwner(path, LinkOption.NOFOLLOW_LINKS) + "). "
					+ wayOut + ", or set aidis.port.registry.shared=true if you trust its owner");
		}
		if ((mode & GROUP_WRITE) != 0 && !isPrivateGroup(path)) {
			throw refuse(path, "its group may write to it. " + wayOut
					+ ", or set aidis.port.registry.shared=true if you trust the group");
		}
	}

	private static int number(@Nullable Object attribute) {
		return (Integer) Objects.requireNonNull(attribute);
	}

	/**
	 * Many systems give every user a group of the same name with nobody else in it, and
	 * let the group write by default.
	 */
	private static boolean isPrivateGroup(Path path) throws IOException {
		PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		return attributes.group().getName().equals(attributes.owner().getName());
	}

	private static FileSystemException refuse(Path path, String reason) {
		return new FileSystemException(path.toString(), null, reason);
	}

	/**
	 * The JDK does not tell; the owner of this process, or of the home folder where there
	 * is no {@code /proc}, does.
	 */
	private static @Nullable Integer currentUser() {
		return owner("/proc/self", System.getProperty("user.home", ""));
	}

	/**
	 * Return the owner of the first path that has one.
	 */
	static @Nullable Integer owner(String... paths) {
		for (String path : paths) {
			try {
				return (Integer) Files.getAttribute(Path.of(path), "unix:uid");
			}
			catch (IOException | RuntimeException ex) {
				// The next one may tell.
			}
		}
		return null;
	}

}
