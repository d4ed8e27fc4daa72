package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Reads messages that end with a line break each. A line that is too long is not kept,
 * only its start and its end, in which its id may stand; the next line is read as if
 * nothing had happened.
 */
final class LineReader {

	/**
	 * How much is kept of either end of a line that is too long.
	 */
	static final int KEPT = 4096;

	private static final int BUFFER_SIZE = 64 * 1024;

	private final InputStream in;

	private final int limit;

	private final byte[] buffer = new byte[BUFFER_SIZE];

	private int position;

	private int filled;

	/**
	 * Create a new reader.
	 * @param in what to read
	 * @param limit the most bytes a line may have
	 */
	LineReader(InputStream in, int limit) {
		this.in = in;
		this.limit = limit;
	}

	/**
	 * Read the next line, waiting for it. The last line needs no line break.
	 * @return the line, or {@code null} at the end
	 */
	@Nullable Line next() throws IOException {
		Collected line = new Collected(this.limit);
		boolean any = false;
		while (fill()) {
			any = true;
			int end = this.position;
			while (end < this.filled && this.buffer[end] != '\n') {
				end++;
			}
			line.add(this.buffer, this.position, end);
			boolean whole = end < this.filled;
			this.position = whole ? end + 1 : end;
			if (whole) {
				return line.toLine();
			}
		}
		return any ? line.toLine() : null;
	}

	private boolean fill() throws IOException {
		if (this.position == this.filled) {
			this.position = 0;
			this.filled = Math.max(0, this.in.read(this.buffer));
		}
		return this.filled > 0;
	}

	/**
	 * A line.
	 */
	static final class Line {

		private final byte[] text;

		private final byte @Nullable [] end;

		private Line(byte[] text, byte @Nullable [] end) {
			this.text = text;
			this.end = end;
		}

		/**
		 * All of it without the line break; the start of it if it is too long.
		 */
		byte[] text() {
			return this.text;
		}

		/**
		 * The end of a line that is too long, {@code null} for every other one.
		 */
		byte @Nullable [] end() {
			return this.end;
		}

	}

	private static final class Collected {

		private final int limit;

		private byte[] text = new byte[512];

		private int length;

		private byte @Nullable [] end;

		Collected(int limit) {
			this.limit = limit;
		}

		void add(byte[] source, int from, int to) {
			if (this.end != null) {
				keepEnd(source, from, to);
			}
			else if (this.length + (to - from) > this.limit) {
				this.end = Arrays.copyOfRange(this.text, Math.max(0, this.length - KEPT), this.length);
				this.text = Arrays.copyOf(this.text, Math.min(this.length, KEPT));
				this.length = this.text.length;
				keepEnd(source, from, to);
			}
			else {
				int needed = this.length + (to - from);
				if (needed > this.text.length) {
					this.text = Arrays.copyOf(this.text, Math.max(needed, Math.min(this.limit, this.text.length * 2)));
				}
				System.arraycopy(source, from, this.text, this.length, to - from);
				this.length = needed;
			}
		}

		private void keepEnd(byte[] source, int from, int to) {
			byte[] before = (this.end != null) ? this.end : new byte[0];
			byte[] joined = Arrays.copyOf(before, before.length + (to - from));
			System.arraycopy(source, from, joined, before.length, to - from);
			this.end = Arrays.copyOfRange(joined, Math.max(0, joined.length - KEPT), joined.length);
		}

		Line toLine() {
			return new Line(Arrays.copyOf(this.text, this.length), this.end);
		}

	}

}
