package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistryObserver;

/**
 * Says what should stand in the place of a file that is broken for good, or gone: what
 * can still be read of it, then what this process last knew. The services that run put
 * their own entries back by themselves.
 */
final class RegistryHealer {

	private static final Log logger = LogFactory.getLog(RegistryHealer.class);

	private final Path file;

	private final CorruptCopies copies;

	private final Supplier<@Nullable RegistryDocument> lastGood;

	private final Predicate<RegistryEntry> registered;

	private final PortRegistryObserver observer;

	/**
	 * Create a new healer.
	 * @param storage where the file is
	 * @param lastGood what this process read when the file was last in order
	 * @param registered whether the instance of an entry is certainly still there
	 * @param observer is told when a broken file was replaced
	 */
	RegistryHealer(RegistryStorage storage, Supplier<@Nullable RegistryDocument> lastGood,
			Predicate<RegistryEntry> registered, PortRegistryObserver observer) {
		this.file = storage.file();
		this.copies = new CorruptCopies(storage);
		this.lastGood = lastGood;
		this.registered = registered;
		this.observer = observer;
	}

	/**
	 * Return what should take the place of broken content.
	 */
	RegistryDocument rebuild(Content broken) {
		RegistryDocument rebuilt = RegistryFormat.salvage(broken.bytes());
		addKnown(rebuilt, this.registered);
		return rebuilt;
	}

	/**
	 * Return what should be in a file that is not there. It is either new, or somebody
	 * has deleted it: then nobody puts back the entries of programs that register once.
	 */
	RegistryDocument recreate() {
		RegistryDocument recreated = new RegistryDocument();
		addKnown(recreated, this.registered.and((entry) -> entry.instanceId() == null));
		return recreated;
	}

	private void addKnown(RegistryDocument document, Predicate<RegistryEntry> condition) {
		RegistryDocument known = this.lastGood.get();
		if (known != null) {
			known.entries()
				.stream()
				.filter((entry) -> !document.values().containsKey(entry.key()))
				.filter(condition)
				.forEach((entry) -> document.put(entry.key(), entry.json()));
		}
	}

	/**
	 * Keep a copy of broken content that is about to be replaced.
	 * @throws IOException if the copy cannot be kept; the content must then stay
	 */
	void keepAside(Content content, String problem) throws IOException {
		Path copy = this.copies.keep(content.bytes());
		logger.warn("The port registry " + this.file + " is broken (" + problem
				+ "). It is rebuilt from what could be saved, and services that run put their entries back. "
				+ "The broken file is kept as " + copy.getFileName() + ".");
	}

	/**
	 * A broken file was replaced.
	 */
	void healed() {
		this.observer.recovered();
	}

}
