package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.registry.file.RegistryStorage.Content;

/**
 * Rebuilds a registry from a file that is broken for good: what can still be read of it,
 * then what this process last knew. The other services put their own entries back.
 */
final class RegistryHealer {

	private static final Log logger = LogFactory.getLog(RegistryHealer.class);

	private final RegistryStorage storage;

	private final RegistryReader reader;

	RegistryHealer(RegistryStorage storage, RegistryReader reader) {
		this.storage = storage;
		this.reader = reader;
	}

	/**
	 * Keep a copy of the broken content aside, and say what should stand in its place.
	 * @param content the broken content
	 * @param problem why it is broken
	 * @throws IOException if the copy cannot be kept; nothing was changed then
	 */
	RegistryDocument rebuild(Content content, @Nullable String problem) throws IOException {
		Path copy = this.storage.keepAside(content.bytes());
		RegistryDocument rebuilt = RegistryFormat.salvage(content.bytes());
		RegistryDocument known = this.reader.lastGood();
		if (known != null) {
			known.copy().values().forEach(rebuilt.values()::putIfAbsent);
		}
		logger.warn("The port registry " + this.storage.file() + " is broken (" + problem + "). It is rebuilt with "
				+ rebuilt.values().size() + " entries that could be saved; services that run put theirs back. "
				+ "The broken file is kept as " + copy.getFileName() + ".");
		return rebuilt;
	}

}
