package dev.aidis.port.registry.file;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The quick way to read {@code /proc/<pid>/stat}, see {@link LinuxProcessTable}, for a
 * process that most probably lives. The file tells of the process that had the id when it
 * was opened, and cannot be read any more when that one is gone, so one that is open may
 * be read again, which takes half the time: that of a process that is asked for often
 * stays open. It is no channel, which an interrupt would close. The text of the field is
 * kept, too, and handed out again where the same bytes stand there.
 */
final class ProcessStat {

	private static final String ENDED_STATES = "ZXx";

	/**
	 * More than the first 22 fields are: the command has 64 characters at most, each of
	 * the others 20.
	 */
	private static final int BUFFER_SIZE = 1024;

	private static final int STATE = 3;

	private static final int START_TICKS = 22;

	/**
	 * How long after a question the next one is one of many.
	 */
	private static final long OFTEN_NANOS = TimeUnit.SECONDS.toNanos(1);

	/**
	 * A buffer that nobody uses now. Who finds none makes one.
	 */
	private static final AtomicReference<byte @Nullable []> spare = new AtomicReference<>();

	private final File file;

	private final Semaphore places;

	private final LongSupplier clock;

	/**
	 * The file while it is open and nobody reads it. Who finds none opens one.
	 */
	private final AtomicReference<@Nullable RandomAccessFile> open = new AtomicReference<>();

	private volatile long asked;

	private volatile boolean closed;

	private String known = "";

	/**
	 * Create a new reader, which opens nothing yet.
	 * @param file the file
	 * @param places how many more files may stay open, of this process and others
	 * @param clock tells the time in nanoseconds
	 */
	ProcessStat(File file, Semaphore places, LongSupplier clock) {
		this.file = file;
		this.places = places;
		this.clock = clock;
		this.asked = clock.getAsLong() - OFTEN_NANOS;
	}

	/**
	 * Find out when the process started.
	 * @return the text of the field, or {@code null} if the process has ended or this is
	 * not the way to find out
	 */
	@Nullable String startTicks() {
		byte[] free = spare.getAndSet(null);
		byte[] bytes = (free != null) ? free : new byte[BUFFER_SIZE];
		try {
			RandomAccessFile kept = take();
			String running = (kept != null) ? readAgain(kept, bytes) : null;
			return (running != null) ? running : read(new RandomAccessFile(this.file, "r"), bytes);
		}
		catch (IOException ex) {
			return null;
		}
		finally {
			spare.set(bytes);
		}
	}

	private @Nullable String readAgain(RandomAccessFile file, byte[] bytes) {
		try {
			return read(file, bytes);
		}
		catch (IOException ex) {
			// Another process may have the id by now.
			return null;
		}
	}

	/**
	 * Read a file, and close or keep it.
	 */
	private @Nullable String read(RandomAccessFile file, byte[] bytes) throws IOException {
		boolean kept = false;
		try {
			file.seek(0);
			String running = startTicks(bytes, file.read(bytes));
			kept = running != null && isAskedForOften() && keep(file);
			return running;
		}
		finally {
			if (!kept) {
				file.close();
			}
		}
	}

	private boolean isAskedForOften() {
		long before = this.asked;
		long now = this.clock.getAsLong();
		this.asked = now;
		return now - before < OFTEN_NANOS;
	}

	private boolean keep(RandomAccessFile file) {
		if (!this.places.tryAcquire()) {
			return false;
		}
		if (!this.open.compareAndSet(null, file)) {
			this.places.release();
			return false;
		}
		if (this.closed) {
			closeFile();
		}
		return true;
	}

	private @Nullable RandomAccessFile take() {
		RandomAccessFile kept = this.open.getAndSet(null);
		if (kept != null) {
			this.places.release();
		}
		return kept;
	}

	/**
	 * Close the file if nobody has asked for a while.
	 */
	void closeIfIdle() {
		if (this.clock.getAsLong() - this.asked >= OFTEN_NANOS) {
			closeFile();
		}
	}

	/**
	 * Keep no file open any more. It may still be asked.
	 */
	void close() {
		this.closed = true;
		closeFile();
	}

	private void closeFile() {
		RandomAccessFile kept = take();
		if (kept == null) {
			return;
		}
		try {
			kept.close();
		}
		catch (IOException ex) {
			// Nothing was written.
		}
	}

	/**
	 * Find the field in what was read.
	 */
	private @Nullable String startTicks(byte[] bytes, int length) {
		// The second field is the command in parentheses; it may hold any character.
		int place = length - 1;
		while (place >= 0 && bytes[place] != ')') {
			place--;
		}
		int state = place + 2;
		if (place < 0 || state >= length || ENDED_STATES.indexOf(bytes[state]) != -1) {
			return null;
		}
		int from = state;
		for (int field = STATE; field < START_TICKS; field++) {
			from = indexOfSpace(bytes, from, length) + 1;
		}
		int end = indexOfSpace(bytes, from, length);
		return (from < end && end < length) ? text(bytes, from, end) : null;
	}

	private static int indexOfSpace(byte[] bytes, int from, int length) {
		int place = from;
		while (place < length && bytes[place] != ' ') {
			place++;
		}
		return place;
	}

	private String text(byte[] bytes, int from, int end) {
		String text = this.known;
		if (!isText(text, bytes, from, end)) {
			text = new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
			this.known = text;
		}
		return text;
	}

	private static boolean isText(String text, byte[] bytes, int from, int end) {
		if (text.length() != end - from) {
			return false;
		}
		for (int i = from; i < end; i++) {
			if (text.charAt(i - from) != bytes[i]) {
				return false;
			}
		}
		return true;
	}

}
