package dev.aidis.port.registry.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The one place that every I/O operation of a {@link FaultyFileSystem} passes: here it is
 * counted, and here it fails or halts.
 * <p>
 * One operation runs at a time, so that nothing is still under way once the process is
 * halted. The exception is what may wait for another process.
 */
final class Faults {

	private final List<String> operations = new ArrayList<>();

	private final Map<String, Hook> hooks = new ConcurrentHashMap<>();

	private final Set<Closeable> open = Collections.newSetFromMap(new IdentityHashMap<>());

	private int planned = Integer.MAX_VALUE;

	private boolean halting;

	private Set<Variant> variants = Set.of();

	private @Nullable String haltedAt;

	synchronized List<String> operations() {
		return List.copyOf(this.operations);
	}

	synchronized boolean isHalted() {
		return this.haltedAt != null;
	}

	/**
	 * Count from one again and plan nothing. Nothing brings a halted process back.
	 */
	synchronized void reset() {
		check();
		this.hooks.clear();
		this.operations.clear();
		plan(Integer.MAX_VALUE, false);
	}

	synchronized void plan(int number, boolean halting, Variant... variants) {
		this.planned = number;
		this.halting = halting;
		this.variants = Set.of(variants);
	}

	void before(String operation, Hook hook) {
		this.hooks.put(operation, hook);
	}

	/**
	 * Run an operation unless it is planned otherwise.
	 */
	<T> T run(String name, Path file, Call<T> call) throws IOException {
		return run(name, file, call, () -> null);
	}

	/**
	 * Run an operation unless it is planned otherwise.
	 * @param half does half of the operation, for {@link Variant#PARTLY}
	 */
	<T> T run(String name, Path file, Call<T> call, Call<?> half) throws IOException {
		runHook(name, file);
		synchronized (this) {
			pass(name, file, half);
			return call.call();
		}
	}

	/**
	 * Run an operation that may wait for another process. Halting ends the wait, since it
	 * closes what is waited with.
	 */
	<T> T runWaiting(String name, Path file, Call<T> call) throws IOException {
		runHook(name, file);
		pass(name, file, () -> null);
		try {
			return call.call();
		}
		finally {
			check();
		}
	}

	/**
	 * Run an operation that opens something. It stays known until it is closed.
	 */
	<T extends Closeable> T open(String name, Path file, Call<T> call) throws IOException {
		return run(name, file, () -> {
			T opened = call.call();
			this.open.add(opened);
			return opened;
		});
	}

	/**
	 * Close something. As in the kernel, it is closed even where closing it fails.
	 */
	synchronized void close(Path file, Closeable opened) throws IOException {
		try {
			run("close", file, () -> this.open.remove(opened));
		}
		finally {
			opened.close();
		}
	}

	/**
	 * Throw if the process is halted.
	 */
	synchronized void check() {
		if (this.haltedAt != null) {
			throw new Halted(this.haltedAt);
		}
	}

	private void runHook(String name, Path file) throws IOException {
		Hook hook = this.hooks.get(name + " " + file.getFileName());
		if (hook != null) {
			hook.run();
		}
	}

	private synchronized void pass(String name, Path file, Call<?> half) throws IOException {
		check();
		String operation = name + " " + file.getFileName();
		this.operations.add(operation);
		int number = this.operations.size();
		if (number < this.planned || (number > this.planned && !this.variants.contains(Variant.LASTING))) {
			return;
		}
		if (number == this.planned && this.variants.contains(Variant.PARTLY)) {
			half.call();
		}
		if (this.halting) {
			halt(number + ": " + operation);
		}
		throw new IOException("planted failure of operation " + number + ": " + operation);
	}

	/**
	 * Do what the kernel does with a process that is killed.
	 */
	private void halt(String operation) {
		this.haltedAt = operation;
		for (Closeable opened : this.open) {
			try {
				opened.close();
			}
			catch (IOException ex) {
				throw new IllegalStateException("A dead process would not have it open any more", ex);
			}
		}
		check();
	}

	/**
	 * How a planned operation goes wrong; without a variant, it has no effect and is the
	 * only one.
	 */
	enum Variant {

		/**
		 * What writes has written half of its bytes, as on a full disk.
		 */
		PARTLY,

		/**
		 * All later operations go wrong, too.
		 */
		LASTING

	}

	/**
	 * An operation.
	 *
	 * @param <T> what it returns
	 */
	interface Call<T> {

		T call() throws IOException;

	}

	/**
	 * Something that happens just before an operation, such as another process's work.
	 */
	interface Hook {

		/**
		 * Run, on the thread that is about to do the operation.
		 * @throws IOException if the operation is to fail with that
		 */
		void run() throws IOException;

	}

}
