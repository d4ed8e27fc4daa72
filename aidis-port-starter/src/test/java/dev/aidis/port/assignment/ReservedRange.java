package dev.aidis.port.assignment;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A range of ports that this test has to itself: other tests that run at the same time
 * get another one, and the operating system gives none of them to anybody.
 */
public final class ReservedRange implements AutoCloseable {

	private static final int FIRST_BLOCK = 20224;

	private static final int BLOCK = 256;

	private static final int BLOCKS = 48;

	private final PortLease marker;

	private final PortRange range;

	private ReservedRange(PortLease marker, PortRange range) {
		this.marker = marker;
		this.range = range;
	}

	public static ReservedRange of(int size) {
		List<Integer> blocks = IntStream.range(0, BLOCKS).boxed().collect(Collectors.toList());
		Collections.shuffle(blocks);
		for (int block : blocks) {
			int first = FIRST_BLOCK + block * BLOCK;
			PortLease marker = PortLease.take(first);
			if (marker != null) {
				PortRange range = new PortRange(first + 1, first + size);
				if (range.inOrderOf("").stream().allMatch((port) -> PortProbe.isFree(port, null))) {
					return new ReservedRange(marker, range);
				}
				marker.close();
			}
		}
		throw new IllegalStateException("No " + size + " ports in a row are free");
	}

	public int first() {
		return this.range.first();
	}

	public int last() {
		return this.range.last();
	}

	PortRange range() {
		return this.range;
	}

	/**
	 * As a setting.
	 */
	@Override
	public String toString() {
		return this.range.toString();
	}

	@Override
	public void close() {
		this.marker.close();
	}

}
