package dev.aidis.port.assignment;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A range of ports.
 *
 * @param first the lowest port, 1 or greater
 * @param last the highest port, which belongs to it
 */
record PortRange(int first, int last) {

	/**
	 * Return all ports, in an order that depends on the key alone. It changes little when
	 * the range grows or shrinks: the ports that are in both keep their order.
	 */
	List<Integer> inOrderOf(String key) {
		long seed = (long) key.hashCode() << 16;
		return IntStream.rangeClosed(this.first, this.last)
			.boxed()
			.sorted(Comparator.comparingLong((port) -> mix(seed + port)))
			.toList();
	}

	/**
	 * The finalizer of MurmurHash3, by which each bit of the value counts in every bit of
	 * the result.
	 */
	private static long mix(long value) {
		long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
		mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
		return mixed ^ (mixed >>> 33);
	}

	boolean contains(int port) {
		return port >= this.first && port <= this.last;
	}

	boolean overlaps(PortRange other) {
		return this.first <= other.last && other.first <= this.last;
	}

	@Override
	public String toString() {
		return this.first + "-" + this.last;
	}

}
