package dev.aidis.port.registry.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One change of the file, from attempt to attempt: read, change, write beside it, look
 * whether somebody who takes no lock has changed it meanwhile, rename, and look whether
 * somebody has written into the replaced file.
 */
final class RegistryUpdate implements Closeable {

	private static final Log logger = LogFactory.getLog(RegistryUpdate.class);

	private static final int ATTEMPTS = 50;

	private final RegistryStorage storage;

	private final RegistryCodec codec;

	private final RegistryHealer healer;

	private final LateChanges lateChanges;

	/**
	 * The file as it was when it was half written, and when that was first seen, by the
	 * clock that nobody sets.
	 */
	private @Nullable FileSignature broken;

	private long brokenSince;

	/**
	 * The file that was replaced last, and what was in it.
	 */
	private @Nullable OpenFile replaced;

	private RegistryDocument base = new RegistryDocument();

	RegistryUpdate(RegistryStorage storage, RegistryCodec codec, RegistryHealer healer, LateChanges lateChanges) {
		this.storage = storage;
		this.codec = codec;
		this.healer = healer;
		this.lateChanges = lateChanges;
	}

	/**
	 * Change the document. Call it while holding the lock.
	 * @return whether that was possible; if not, the file is only half written
	 */
	boolean apply(DocumentChange change) throws IOException {
		this.storage.sweep();
		return rewrite(change) != null;
	}

	/**
	 * Tell whether the file is still as it was when it was half written, and may yet
	 * become whole.
	 */
	boolean isHalfWritten() throws IOException {
		return this.storage.signature().equals(this.broken) && !isSettled();
	}

	private boolean isSettled() {
		return System.nanoTime() - this.brokenSince >= FileSignature.SETTLED.toNanos();
	}

	/**
	 * Tell whether a file was replaced.
	 */
	boolean hasReplaced() {
		return this.replaced != null;
	}

	/**
	 * Tell whether somebody has written into the file that was replaced.
	 */
	boolean hasLateChange() {
		try {
			return this.replaced != null && this.replaced.isChanged();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Change what was changed in the replaced file. Call it while holding the lock.
	 * @return what is in the file then, or {@code null} if there was nothing to change
	 */
	@Nullable RegistryDocument mergeLateChange() {
		try {
			return (this.replaced != null) ? this.lateChanges.merge(this.replaced, this.base, this::rewrite) : null;
		}
		catch (IOException ex) {
			// Our own change is in the file already.
			logger.debug("Could not look for late changes of " + this.storage.file(), ex);
			return null;
		}
	}

	/**
	 * Change the document.
	 * @return what is in the file then, or {@code null} if it is only half written
	 */
	private @Nullable RegistryDocument rewrite(DocumentChange change) throws IOException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			OpenFile open = this.storage.open();
			try {
				Source source = source(open.content());
				if (source == null) {
					return null;
				}
				RegistryDocument changed = source.document.copy();
				change.apply(changed);
				if (changed.equals(source.document) && source.problem == null) {
					return changed;
				}
				if (!this.storage.replacesOpenFiles()) {
					open.close();
				}
				if (replace(open.content(), changed, source.problem)) {
					keep(open, source.document);
					RegistryDocument merged = mergeLateChange();
					return (merged != null) ? merged : changed;
				}
			}
			finally {
				if (open != this.replaced) {
					open.close();
				}
			}
		}
		throw new IOException("another program keeps rewriting it");
	}

	private @Nullable Source source(Content content) throws IOException {
		try {
			return new Source(content.isMissing() ? this.healer.recreate() : content.parse(this.codec), null);
		}
		catch (BrokenRegistryException ex) {
			if (!content.signature().equals(this.broken)) {
				this.broken = content.signature();
				this.brokenSince = System.nanoTime();
			}
			boolean settled = content.isSettled() || isSettled();
			return settled ? new Source(this.healer.rebuild(content), String.valueOf(ex.getMessage())) : null;
		}
	}

	/**
	 * Put a changed document in the place of the content it was made from.
	 * @param problem why the content is broken, if it is
	 * @return whether the file still had that content
	 */
	private boolean replace(Content content, RegistryDocument changed, @Nullable String problem) throws IOException {
		Path temporary = this.storage.prepare(this.codec.write(changed));
		try {
			if (!this.storage.signature().equals(content.signature())) {
				this.storage.discard(temporary);
				return false;
			}
			if (problem != null) {
				this.healer.keepAside(content, problem);
			}
			this.storage.replace(temporary);
			if (problem != null) {
				this.healer.healed();
			}
			return true;
		}
		catch (IOException | RuntimeException ex) {
			this.storage.discard(temporary);
			throw ex;
		}
	}

	private void keep(OpenFile file, RegistryDocument document) {
		close();
		this.replaced = file;
		this.base = document;
	}

	@Override
	public void close() {
		if (this.replaced != null) {
			this.replaced.close();
		}
	}

	/**
	 * What a change starts from.
	 *
	 * @param document the document
	 * @param problem why it is not simply what stands in the file, if it is not
	 */
	private record Source(RegistryDocument document, @Nullable String problem) {

	}

}
