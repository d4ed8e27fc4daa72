package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.aidis.port.Printable;

/**
 * The content of the lock file: who took the lock last, for those who wait.
 */
final class LockHolder {

	/**
	 * How many bytes of the file tell the holder.
	 */
	static final int LENGTH = 200;

	private static final byte[] SELF = describeSelf();

	static final String UNKNOWN = "an unknown process";

	private LockHolder() {
	}

	/**
	 * Write this process and its main class or jar, always as many bytes.
	 */
	static void write(FileChannel channel) throws IOException {
		channel.write(ByteBuffer.wrap(SELF), 0);
	}

	private static byte[] describeSelf() {
		String command = System.getProperty("sun.java.command", "").replaceFirst("\\s.*", "");
		byte[] text = (ProcessHandle.current().pid() + " " + command).getBytes(StandardCharsets.UTF_8);
		byte[] padded = Arrays.copyOf(text, LENGTH);
		Arrays.fill(padded, Math.min(text.length, LENGTH), LENGTH, (byte) ' ');
		padded[LENGTH - 1] = '\n';
		return padded;
	}

	/**
	 * Read who named itself last.
	 */
	static String read(FileChannel channel) {
		try {
			ByteBuffer content = ByteBuffer.allocate(LENGTH);
			channel.read(content, 0);
			String holder = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8).strip();
			return holder.isEmpty() ? UNKNOWN : "process " + Printable.of(holder, LENGTH);
		}
		catch (IOException ex) {
			return UNKNOWN;
		}
	}

}
