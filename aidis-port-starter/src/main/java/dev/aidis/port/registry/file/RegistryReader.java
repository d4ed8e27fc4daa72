package dev.aidis.port.registry.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Reads the file without a lock. What was read is kept until the file changes. While the
 * file is broken, what was last good is served.
 */
final class RegistryReader {

	private static final int ATTEMPTS = 5;

	private static final long PAUSE_NANOS = 10_000_000;

	private final RegistryStorage storage;

	private final RegistryCodec codec;

	private volatile @Nullable Snapshot snapshot;

	private volatile @Nullable RegistryDocument lastGood;

	private volatile @Nullable FileSignature seen;

	private volatile long seenSince;

	RegistryReader(RegistryStorage storage, RegistryCodec codec) {
		this.storage = storage;
		this.codec = codec;
	}

	/**
	 * Return what the file holds now.
	 * @throws IOException if the file cannot be read at all
	 */
	Snapshot read() throws IOException {
		Snapshot cached = this.snapshot;
		if (cached != null && cached.settled() && cached.signature().equals(this.storage.signature())) {
			return cached;
		}
		Content content = this.storage.read();
		for (int attempt = 1;; attempt++) {
			try {
				return remember(content, content.parse(this.codec), null);
			}
			catch (BrokenRegistryException ex) {
				if (attempt == ATTEMPTS || content.isSettled()) {
					return remember(content, substitute(content), ex.getMessage());
				}
				LockSupport.parkNanos(PAUSE_NANOS);
				content = this.storage.read();
			}
		}
	}

	private Snapshot remember(Content content, RegistryDocument document, @Nullable String problem) {
		if (problem == null && !content.isMissing()) {
			this.lastGood = document;
		}
		Snapshot fresh = new Snapshot(document, content.signature(), content.isSettled() || isOld(content), problem);
		this.snapshot = fresh;
		return fresh;
	}

	/**
	 * Tell whether the file has been the same for a while by the clock that nobody sets.
	 */
	private boolean isOld(Content content) {
		if (!content.signature().equals(this.seen)) {
			this.seen = content.signature();
			this.seenSince = System.nanoTime();
		}
		return System.nanoTime() - this.seenSince > FileSignature.SETTLED.toNanos();
	}

	/**
	 * Remember what this process is about to write.
	 */
	void learn(RegistryDocument written) {
		this.lastGood = written;
	}

	private RegistryDocument substitute(Content content) {
		RegistryDocument good = this.lastGood;
		return (good != null) ? good : RegistryFormat.salvage(content.bytes());
	}

	/**
	 * Return what the file held when it was last there and in order, as this process saw
	 * it.
	 */
	@Nullable RegistryDocument lastGood() {
		return this.lastGood;
	}

	/**
	 * What the file held at one moment.
	 *
	 * @param document the document
	 * @param signature the file's signature
	 * @param settled whether an equal signature means equal content
	 * @param problem why the file is broken, in which case the document is what was known
	 * before
	 * @param byName the entries by name of their service
	 */
	record Snapshot(RegistryDocument document, FileSignature signature, boolean settled, @Nullable String problem,
			Map<String, List<RegistryEntry>> byName) {

		Snapshot(RegistryDocument document, FileSignature signature, boolean settled, @Nullable String problem) {
			this(document, signature, settled, problem, new LinkedHashMap<>());
			for (RegistryEntry entry : document.entries()) {
				this.byName.computeIfAbsent(entry.serviceName(), (name) -> new ArrayList<>()).add(entry);
			}
		}

		@Nullable RegistryEntry find(String instanceId) {
			return this.document.find(instanceId);
		}

		List<RegistryEntry> entries(String serviceName) {
			return this.byName.getOrDefault(serviceName, List.of());
		}

	}

}
