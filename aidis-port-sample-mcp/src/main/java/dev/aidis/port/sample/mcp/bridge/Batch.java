package dev.aidis.port.sample.mcp.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The answers to a batch, which go back together.
 */
final class Batch {

	private final Consumer<byte[]> whole;

	private final List<byte[]> answers = new ArrayList<>();

	private int missing;

	/**
	 * Create a new batch.
	 * @param whole takes the answers as soon as all are there
	 * @param size how many there will be; not more are taken
	 */
	Batch(Consumer<byte[]> whole, int size) {
		this.whole = whole;
		this.missing = size;
	}

	/**
	 * Add an answer.
	 * @param answer the answer, or {@code null} if there will be none after all
	 */
	void add(byte @Nullable [] answer) {
		byte[] complete = null;
		synchronized (this) {
			this.missing--;
			if (answer != null) {
				this.answers.add(answer);
			}
			if (this.missing == 0 && !this.answers.isEmpty()) {
				complete = JsonRpc.batch(this.answers);
			}
		}
		if (complete != null) {
			this.whole.accept(complete);
		}
	}

}
