package dev.aidis.port.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * What one start took.
 *
 * @param wall milliseconds from the start of the process until the application was ready
 * @param cpu milliseconds of processor time of all threads until then
 * @param heap kilobytes on the heap at rest, after a garbage collection
 * @param threads the number of threads at rest
 */
record Start(long wall, long cpu, long heap, long threads) {

	private static final String MARK = "Measured start:";

	String line() {
		return MARK + " " + this.wall + " " + this.cpu + " " + this.heap + " " + this.threads;
	}

	/**
	 * Read a line that the application printed.
	 * @return the start, or {@code null} if the line is another one
	 */
	static @Nullable Start of(String line) {
		if (!line.startsWith(MARK)) {
			return null;
		}
		String[] numbers = line.substring(MARK.length()).strip().split(" ");
		return new Start(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]),
				Long.parseLong(numbers[3]));
	}

}
