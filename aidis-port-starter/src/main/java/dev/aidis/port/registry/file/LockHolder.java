package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

import dev.aidis.port.Printable;

/**
 * The content of the lock file: who took the lock last, for those who wait.
 */
final class LockHolder {

	private static final int MAX_LENGTH = 200;

	private static final String UNKNOWN = "an unknown process";

	private LockHolder() {
	}

	/**
	 * Write this process and its main class or jar.
	 */
	static void write(FileChannel channel) throws IOException {
		String command = System.getProperty("sun.java.command", "").replaceFirst("\\s.*", "");
		byte[] holder = (ProcessHandle.current().pid() + " " + command + "\n").getBytes(StandardCharsets.UTF_8);
		channel.write(ByteBuffer.wrap(holder), 0);
		channel.truncate(holder.length);
	}

	/**
	 * Read who named itself last.
	 */
	static String read(FileChannel channel) {
		try {
			ByteBuffer content = ByteBuffer.allocate(MAX_LENGTH);
			channel.read(content, 0);
			String holder = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8).strip();
			return holder.isEmpty() ? UNKNOWN : "process " + Printable.of(holder, MAX_LENGTH);
		}
		catch (IOException ex) {
			return UNKNOWN;
		}
	}

}
