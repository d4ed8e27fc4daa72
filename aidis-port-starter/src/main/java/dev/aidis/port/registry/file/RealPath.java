package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The path that a file has whichever links lead to it, also while it is not there.
 */
final class RealPath {

	/**
	 * As many as Linux follows.
	 */
	private static final int MAX_LINKS = 40;

	private RealPath() {
	}

	/**
	 * Follow all links.
	 * @param file a file that need not be there, nor its folders
	 * @return the real path, as far as there is one
	 */
	static Path of(Path file) {
		return follow(file.toAbsolutePath().normalize(), MAX_LINKS);
	}

	private static Path follow(Path path, int linksLeft) {
		try {
			return path.toRealPath();
		}
		catch (IOException ex) {
			Path parent = path.getParent();
			Path name = path.getFileName();
			return (parent != null && name != null) ? followLink(follow(parent, linksLeft).resolve(name), linksLeft)
					: path;
		}
	}

	private static Path followLink(Path path, int linksLeft) {
		if (linksLeft > 0 && Files.isSymbolicLink(path)) {
			try {
				return follow(path.resolveSibling(Files.readSymbolicLink(path)).normalize(), linksLeft - 1);
			}
			catch (IOException ex) {
				// Who cannot read the link cannot follow it.
			}
		}
		return path;
	}

}
