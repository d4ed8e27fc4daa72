package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

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
	 * Say what should stand in the place of broken content.
	 */
	RegistryDocument rebuild(Content content) {
		RegistryDocument rebuilt = RegistryFormat.salvage(content.bytes());
		RegistryDocument known = this.reader.lastGood();
		if (known != null) {
			known.copy().values().forEach(rebuilt.values()::putIfAbsent);
		}
		return rebuilt;
	}

	/**
	 * Keep a copy of broken content that is about to be replaced.
	 * @throws IOException if the copy cannot be kept; the content must then stay
	 */
	void keepAside(Content content, String problem) throws IOException {
		Path copy = this.storage.keepAside(content.bytes());
		logger.warn("The port registry " + this.storage.file() + " is broken (" + problem
				+ "). It is rebuilt from what could be saved, and services that run put their entries back. "
				+ "The broken file is kept as " + copy.getFileName() + ".");
	}

}
