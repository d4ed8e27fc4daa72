package dev.aidis.port.sample.mcp.bridge;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes messages, a line each. Line breaks within a message, which JSON has between its
 * tokens only, become spaces.
 */
final class LineWriter {

	private final OutputStream out;

	private final Runnable onBroken;

	/**
	 * Create a new writer.
	 * @param out what to write to
	 * @param onBroken told when nobody reads any more
	 */
	LineWriter(OutputStream out, Runnable onBroken) {
		this.out = new BufferedOutputStream(out);
		this.onBroken = onBroken;
	}

	/**
	 * Write a message, waiting until whoever reads has room for it.
	 */
	void write(byte[] message) {
		byte[] line = message.clone();
		for (int i = 0; i < line.length; i++) {
			if (line[i] == '\n' || line[i] == '\r') {
				line[i] = ' ';
			}
		}
		try {
			synchronized (this) {
				this.out.write(line);
				this.out.write('\n');
				this.out.flush();
			}
		}
		catch (IOException ex) {
			this.onBroken.run();
		}
	}

}
