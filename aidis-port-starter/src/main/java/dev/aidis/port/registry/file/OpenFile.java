package dev.aidis.port.registry.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The file as it was opened, whatever takes its place later.
 */
final class OpenFile implements Closeable {

	private static final int BUFFER_SIZE = 64 * 1024;

	private final @Nullable FileChannel channel;

	private final Content content;

	/**
	 * Read an opened file, which is closed with this object, or at once if reading fails.
	 */
	OpenFile(FileChannel channel, FileSignature signature) throws IOException {
		this.channel = channel;
		try {
			this.content = new Content(readAll(channel, signature.size()), signature);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	private OpenFile() {
		this.channel = null;
		this.content = Content.MISSING;
	}

	static OpenFile missing() {
		return new OpenFile();
	}

	/**
	 * Return what was in the file when it was opened.
	 */
	Content content() {
		return this.content;
	}

	/**
	 * Read what is in the opened file now; what was in it, if it is closed.
	 */
	byte[] readAgain() throws IOException {
		FileChannel open = this.channel;
		return (open != null && open.isOpen()) ? readAll(open, open.size()) : this.content.bytes();
	}

	/**
	 * Tell whether something else is in the opened file now.
	 */
	boolean isChanged() throws IOException {
		FileChannel open = this.channel;
		if (open == null || !open.isOpen()) {
			return false;
		}
		byte[] before = this.content.bytes();
		ByteBuffer buffer = ByteBuffer.allocate(Math.min(BUFFER_SIZE, before.length + 1));
		int place = 0;
		while (place <= RegistryFormat.MAX_SIZE && open.read(buffer, place) != -1) {
			int end = place + buffer.position();
			if (end > before.length || !Arrays.equals(buffer.array(), 0, buffer.position(), before, place, end)) {
				return true;
			}
			place = end;
			buffer.clear();
		}
		return place != before.length;
	}

	boolean isOpen() {
		return this.channel != null && this.channel.isOpen();
	}

	/**
	 * Read from the start, and not more than it takes to see that it is too much.
	 * @param size how much there is, unless it becomes more or less meanwhile
	 */
	private static byte[] readAll(FileChannel channel, long size) throws IOException {
		byte[] bytes = new byte[(int) Math.min(size, RegistryFormat.MAX_SIZE) + 1];
		int end = 0;
		int count;
		do {
			if (end == bytes.length) {
				bytes = Arrays.copyOf(bytes, end + BUFFER_SIZE);
			}
			count = channel.read(ByteBuffer.wrap(bytes, end, Math.min(BUFFER_SIZE, bytes.length - end)), end);
			end += Math.max(count, 0);
		}
		while (count != -1 && end <= RegistryFormat.MAX_SIZE);
		return Arrays.copyOf(bytes, end);
	}

	@Override
	public void close() {
		try {
			if (this.channel != null) {
				this.channel.close();
			}
		}
		catch (IOException ex) {
			// What was to be read has been read.
		}
	}

}
