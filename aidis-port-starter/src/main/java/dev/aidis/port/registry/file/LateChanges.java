package dev.aidis.port.registry.file;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A program that takes no lock and writes in place may have opened the file before it was
 * replaced, and then writes where nobody looks any more. What it changed there is changed
 * in the file, too. All of this happens while the lock is held.
 */
final class LateChanges {

	/**
	 * How long such a program may take to write a file, 374 ms being the longest we saw.
	 */
	private static final long WRITE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	/**
	 * Shorter than it takes such a program to read the file again, without its change.
	 */
	private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

	/**
	 * How long such a program may take from reading the file to writing it.
	 */
	private static final long UNSEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	/**
	 * Shorter than it takes such a program to write the file, read it and write it again.
	 */
	private static final long SINGLE_WRITE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

	private final RegistryStorage storage;

	private final RegistryCodec codec;

	private final Predicate<RegistryEntry> registered;

	private final LongSupplier clock;

	private final LongConsumer pause;

	/**
	 * Create a new instance.
	 * @param storage where the file is
	 * @param codec reads its content
	 * @param registered whether an entry is one that only its own service may remove, and
	 * has not
	 */
	LateChanges(RegistryStorage storage, RegistryCodec codec, Predicate<RegistryEntry> registered) {
		this(storage, codec, registered, System::nanoTime, LockSupport::parkNanos);
	}

	LateChanges(RegistryStorage storage, RegistryCodec codec, Predicate<RegistryEntry> registered, LongSupplier clock,
			LongConsumer pause) {
		this.storage = storage;
		this.codec = codec;
		this.registered = registered;
		this.clock = clock;
		this.pause = pause;
	}

	/**
	 * Change in the file what was changed in a replaced one.
	 * @param replaced the replaced file
	 * @param base what was in it when it was read
	 * @param rewriter changes the file
	 * @return what is in the file then, or {@code null} if there was nothing to change
	 */
	@Nullable RegistryDocument merge(OpenFile replaced, RegistryDocument base, Rewriter rewriter) throws IOException {
		RegistryDocument late = read(replaced);
		if (late == null || late.equals(base)) {
			return null;
		}
		LateChange change = new LateChange(base, late);
		long start = this.clock.getAsLong();
		while (this.clock.getAsLong() - start < WRITE_NANOS) {
			RegistryDocument merged = rewriter.rewrite((document) -> document.merge(base, late, this.registered));
			if (merged != null) {
				return keepUntilSeen(change, merged, rewriter);
			}
			this.pause.accept(PAUSE_NANOS);
		}
		return null;
	}

	/**
	 * Read what is in the replaced file now, and wait a moment for the rest of it where
	 * only a part is there.
	 * @return the document, or {@code null} where nothing came or it stays broken
	 */
	private @Nullable RegistryDocument read(OpenFile replaced) throws IOException {
		if (!replaced.isChanged()) {
			return null;
		}
		byte[] bytes = replaced.readAgain();
		long start = this.clock.getAsLong();
		while (true) {
			try {
				return this.codec.parse(bytes);
			}
			catch (BrokenRegistryException ex) {
				if (this.clock.getAsLong() - start > WRITE_NANOS) {
					return null;
				}
				this.pause.accept(PAUSE_NANOS);
				bytes = replaced.readAgain();
			}
		}
	}

	/**
	 * Whoever wrote into the replaced file may have read the file again before the change
	 * was in it, and then writes it without. So the change is made again as long as that
	 * happens.
	 */
	private RegistryDocument keepUntilSeen(LateChange change, RegistryDocument merged, Rewriter rewriter)
			throws IOException {
		RegistryDocument ours = merged;
		FileSignature signature = this.storage.signature();
		long start = this.clock.getAsLong();
		long unchanged = start;
		while (this.clock.getAsLong() - start < UNSEEN_NANOS) {
			this.pause.accept(PAUSE_NANOS);
			FileSignature now = this.storage.signature();
			if (now.equals(signature)) {
				unchanged = this.clock.getAsLong();
				continue;
			}
			RegistryDocument written = ours;
			boolean single = this.clock.getAsLong() - unchanged < SINGLE_WRITE_NANOS;
			RegistryDocument again = rewriter.rewrite((document) -> {
				if (change.isUnseenBy(document, written, single)) {
					document.merge(change.base(), change.late(), this.registered);
				}
			});
			if (again != null) {
				ours = again;
				signature = this.storage.signature();
				if (signature.equals(now)) {
					break;
				}
				start = this.clock.getAsLong();
				unchanged = start;
			}
		}
		return ours;
	}

	/**
	 * Changes the file.
	 */
	interface Rewriter {

		/**
		 * Change the file.
		 * @param change the change
		 * @return what is in the file then, or {@code null} if it is only half written
		 */
		@Nullable RegistryDocument rewrite(DocumentChange change) throws IOException;

	}

}
