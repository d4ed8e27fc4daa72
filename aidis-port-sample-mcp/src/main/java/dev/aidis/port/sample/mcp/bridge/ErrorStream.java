package dev.aidis.port.sample.mcp.bridge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Standard error for a process whose parent may not read it. A thread of its own writes
 * the lines, so nobody else waits when the parent doesn't; what it cannot take is lost.
 */
final class ErrorStream extends OutputStream {

	private static final int MAX_LINES = 1000;

	private static final int MAX_LENGTH = 64 * 1024;

	private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(MAX_LINES);

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	private final OutputStream target;

	private volatile boolean writing;

	private int lost;

	/**
	 * Create a new stream.
	 * @param target what really is standard error
	 */
	ErrorStream(OutputStream target) {
		this.target = target;
		Thread thread = new Thread(this::writeLines, "aidis-mcp-bridge-log");
		thread.setDaemon(true);
		thread.start();
	}

	private void writeLines() {
		try {
			while (true) {
				byte[] next = this.lines.take();
				this.writing = true;
				this.target.write(next);
				this.target.flush();
				this.writing = false;
			}
		}
		catch (IOException | InterruptedException ex) {
			// Nobody reads it any more.
			this.writing = false;
		}
	}

	@Override
	public synchronized void write(int character) {
		this.line.write(character);
		if (character == '\n' || this.line.size() >= MAX_LENGTH) {
			endLine();
		}
	}

	@Override
	public synchronized void write(byte[] bytes, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			write(bytes[i]);
		}
	}

	private void endLine() {
		if (this.lost > 0 && this.lines.offer(Json.bytes("(" + this.lost + " lines are missing here)\n"))) {
			this.lost = 0;
		}
		byte[] complete = this.line.toByteArray();
		this.line.reset();
		if (!this.lines.offer(complete)) {
			this.lost++;
		}
	}

	/**
	 * Wait until everything is written, but not long.
	 */
	void finish(long millis) throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
		while ((!this.lines.isEmpty() || this.writing) && System.nanoTime() < end) {
			TimeUnit.MILLISECONDS.sleep(2);
		}
	}

}
