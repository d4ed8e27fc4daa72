package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * Copies of broken content, for a person to look at: {@code .corrupt-1} is the newest of
 * three. Only the owner may read them.
 */
final class CorruptCopies {

	private static final int COUNT = 3;

	private static final int MAX_SIZE = 1024 * 1024;

	private final RegistryStorage storage;

	CorruptCopies(RegistryStorage storage) {
		this.storage = storage;
	}

	/**
	 * Keep a copy, cut to a mebibyte. Content of which the newest copy is one already is
	 * not kept twice.
	 * @return the copy
	 * @throws IOException if it cannot be kept
	 */
	Path keep(byte[] content) throws IOException {
		byte[] kept = Arrays.copyOf(content, Math.min(content.length, MAX_SIZE));
		Path newest = path(1);
		if (Files.isRegularFile(newest, LinkOption.NOFOLLOW_LINKS) && Arrays.equals(Files.readAllBytes(newest), kept)) {
			return newest;
		}
		Path temporary = this.storage.prepare(kept, "rw-------");
		try {
			for (int number = COUNT - 1; number > 0; number--) {
				Path copy = path(number);
				if (Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
					Files.move(copy, path(number + 1), StandardCopyOption.REPLACE_EXISTING);
				}
			}
			Files.move(temporary, newest, StandardCopyOption.REPLACE_EXISTING);
			return newest;
		}
		catch (IOException | RuntimeException ex) {
			this.storage.discard(temporary);
			throw ex;
		}
	}

	private Path path(int number) {
		Path file = this.storage.file();
		return file.resolveSibling(file.getFileName() + ".corrupt-" + number);
	}

}
