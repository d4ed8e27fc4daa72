package dev.aidis.port.registry.file;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * The quick way to read {@code /proc/<pid>/stat}, see {@link LinuxProcessTable}, for a
 * process that most probably lives. The file is opened anew each time, so what it tells
 * is true of whatever process has the id now. Only the text of the field is kept, and
 * handed out again where the same bytes stand there.
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
	 * A buffer that nobody uses now. Who finds none makes one.
	 */
	private static final AtomicReference<byte @Nullable []> spare = new AtomicReference<>();

	private final File file;

	private String known = "";

	ProcessStat(File file) {
		this.file = file;
	}

	/**
	 * Find out when the process started.
	 * @return the text of the field, or {@code null} if the process has ended or this is
	 * not the way to find out
	 */
	@Nullable String startTicks() {
		byte[] free = spare.getAndSet(null);
		byte[] bytes = (free != null) ? free : new byte[BUFFER_SIZE];
		try (InputStream input = new FileInputStream(this.file)) {
			return startTicks(bytes, input.read(bytes));
		}
		catch (IOException ex) {
			return null;
		}
		finally {
			spare.set(bytes);
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
