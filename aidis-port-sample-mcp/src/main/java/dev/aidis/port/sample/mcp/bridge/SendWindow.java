package dev.aidis.port.sample.mcp.bridge;

/**
 * How many requests a server may have at a time. A server that has just started is slow
 * at first, and many requests may wait for it: given all of them at once it would answer
 * none for a long time. So it gets a few, those that have waited longest, and more with
 * every one it answers, and as time goes by, since some take long. Used by one thread
 * only.
 */
final class SendWindow {

	/**
	 * Servers work on some 200 requests at a time; more would but wait there.
	 */
	static final int MAX = 150;

	private static final int START = 4;

	private static final int STEP = 2;

	private int size = START;

	private int used;

	boolean isFull() {
		return this.used >= this.size;
	}

	boolean isWideOpen() {
		return this.size >= MAX;
	}

	void enter() {
		this.used++;
	}

	void leave() {
		this.used--;
		grow();
	}

	void grow() {
		this.size = Math.min(MAX, this.size + STEP);
	}

}
