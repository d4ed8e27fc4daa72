package dev.aidis.port.chaos;

import java.util.Arrays;

/**
 * How long things took.
 */
final class Waits {

	private long[] micros = new long[1024];

	private int size;

	synchronized void add(long micros) {
		if (this.size == this.micros.length) {
			this.micros = Arrays.copyOf(this.micros, this.size * 2);
		}
		this.micros[this.size++] = micros;
	}

	synchronized int size() {
		return this.size;
	}

	String median() {
		return quantile(0.5);
	}

	String longest() {
		return quantile(1);
	}

	/**
	 * Return the time that a share of all stayed within.
	 */
	synchronized String quantile(double share) {
		if (this.size == 0) {
			return "-";
		}
		long[] sorted = Arrays.copyOf(this.micros, this.size);
		Arrays.sort(sorted);
		long found = sorted[(int) Math.max(0, Math.ceil(share * this.size) - 1)];
		return (found < 10_000) ? found + " µs" : found / 1000 + " ms";
	}

	@Override
	public String toString() {
		return "median " + median() + ", 99 % " + quantile(0.99) + ", longest " + longest();
	}

}
