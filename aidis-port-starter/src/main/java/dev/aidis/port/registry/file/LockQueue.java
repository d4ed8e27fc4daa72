package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * First come, first served among processes that wait for the lock. The kernel wakes the
 * one that has waited longest, but gives the lock to whoever asks while that one is still
 * waking up; among many processes some would then wait for a very long time.
 * <p>
 * So each takes a number and waits, before it asks for the lock, until the one with the
 * number before has gone. Places in the queue are locked bytes: whoever dies leaves his
 * place, and the next one, who comes too early then, just waits for the lock itself.
 */
final class LockQueue {

	/**
	 * The locked bytes stand far behind the content, since Windows lets nobody read a
	 * locked region and the content names the holder.
	 */
	private static final long LOCK = 1L << 30;

	private static final long COUNTER_LOCK = LOCK + 1;

	private static final long PLACES = LOCK + 2;

	private static final int MAX_PLACES = 1 << 20;

	private static final int COUNTER_LENGTH = 20;

	private static final long DEADLOCK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private LockQueue() {
	}

	/**
	 * Queue up, and take the lock. Both end when the channel is closed.
	 */
	static void lock(FileChannel channel) throws IOException {
		long before = Math.floorMod(takePlace(channel) - 1, MAX_PLACES);
		lock(channel, PLACES + before).release();
		lock(channel, LOCK);
	}

	private static long takePlace(FileChannel channel) throws IOException {
		FileLock counter = lock(channel, COUNTER_LOCK);
		try {
			long number = readCounter(channel);
			do {
				// Where somebody has set the counter back, places may be taken.
				number = Math.floorMod(number + 1, MAX_PLACES);
			}
			while (channel.tryLock(PLACES + number, 1, false) == null);
			writeCounter(channel, number);
			return number;
		}
		finally {
			counter.release();
		}
	}

	/**
	 * Without the number, as on a full disk, one may get a place that is not the last.
	 */
	private static long readCounter(FileChannel channel) {
		ByteBuffer content = ByteBuffer.allocate(COUNTER_LENGTH);
		try {
			channel.read(content, LockHolder.LENGTH);
			return Long.parseLong(new String(content.array(), 0, content.position(), StandardCharsets.UTF_8).strip());
		}
		catch (IOException | NumberFormatException ex) {
			return 0;
		}
	}

	private static void writeCounter(FileChannel channel, long number) {
		String digits = Long.toString(number);
		String text = " ".repeat(COUNTER_LENGTH - 1 - digits.length()) + digits + "\n";
		try {
			channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), LockHolder.LENGTH);
		}
		catch (IOException ex) {
			// The lock itself may still be had.
		}
	}

	/**
	 * Wait for a byte.
	 */
	private static FileLock lock(FileChannel channel, long position) throws IOException {
		while (true) {
			try {
				return channel.lock(position, 1, false);
			}
			catch (IOException ex) {
				if (!String.valueOf(ex.getMessage()).contains("deadlock")) {
					throw ex;
				}
				// The kernel takes processes that lock several registries crosswise for
				// deadlocked, since it does not look at their threads.
				LockSupport.parkNanos(DEADLOCK_PAUSE_NANOS);
			}
		}
	}

}
