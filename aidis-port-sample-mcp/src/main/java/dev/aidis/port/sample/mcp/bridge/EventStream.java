package dev.aidis.port.sample.mcp.bridge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events as they come, and gives the data of those that are messages.
 * Fed piece by piece, wherever the pieces begin and end.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">The
 * standard</a>
 */
final class EventStream {

	private static final Duration MAX_RETRY = Duration.ofMinutes(1);

	private final int limit;

	private final Consumer<byte[]> messages;

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	private final ByteArrayOutputStream data = new ByteArrayOutputStream();

	private boolean hasData;

	private String type = "";

	private boolean first = true;

	private boolean afterReturn;

	private String id = "";

	private volatile @Nullable String lastEventId;

	private volatile @Nullable Duration retry;

	/**
	 * Create a new stream.
	 * @param limit the most bytes an event may have
	 * @param messages takes the data of each message
	 */
	EventStream(int limit, Consumer<byte[]> messages) {
		this.limit = limit;
		this.messages = messages;
	}

	/**
	 * The id of the last whole event, if the server gives ids.
	 */
	@Nullable String lastEventId() {
		return this.lastEventId;
	}

	/**
	 * How long the server wants to be left alone before it is asked for more.
	 */
	@Nullable Duration retry() {
		return this.retry;
	}

	/**
	 * Read some more.
	 * @throws IOException if an event is too long
	 */
	void read(ByteBuffer buffer) throws IOException {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.get(bytes);
		int start = 0;
		for (int i = 0; i < bytes.length; i++) {
			boolean secondOfTwo = this.afterReturn && bytes[i] == '\n';
			this.afterReturn = bytes[i] == '\r';
			if (secondOfTwo) {
				start = i + 1;
			}
			else if (bytes[i] == '\r' || bytes[i] == '\n') {
				add(bytes, start, i);
				endOfLine();
				start = i + 1;
			}
		}
		add(bytes, start, bytes.length);
	}

	private void add(byte[] bytes, int start, int end) throws IOException {
		if (this.line.size() + this.data.size() + (end - start) > this.limit) {
			throw new IOException("an event has more than " + this.limit + " bytes");
		}
		this.line.write(bytes, start, end - start);
	}

	/**
	 * The stream has ended as streams do. An event that lacks but its last line break
	 * counts: whether it is whole, its JSON tells.
	 */
	void end() {
		if (this.line.size() > 0) {
			endOfLine();
		}
		dispatch();
	}

	private void endOfLine() {
		byte[] bytes = this.line.toByteArray();
		this.line.reset();
		int start = (this.first && bytes.length >= 3 && (bytes[0] & 0xFF) == 0xEF && (bytes[1] & 0xFF) == 0xBB
				&& (bytes[2] & 0xFF) == 0xBF) ? 3 : 0;
		this.first = false;
		if (start == bytes.length) {
			dispatch();
			return;
		}
		int colon = start;
		while (colon < bytes.length && bytes[colon] != ':') {
			colon++;
		}
		int value = Math.min(colon + 1, bytes.length);
		if (value < bytes.length && bytes[value] == ' ') {
			value++;
		}
		field(new String(bytes, start, colon - start, StandardCharsets.UTF_8), bytes, value);
	}

	private void field(String name, byte[] line, int start) {
		switch (name) {
			case "data" -> {
				if (this.hasData) {
					this.data.write('\n');
				}
				this.hasData = true;
				this.data.write(line, start, line.length - start);
			}
			case "event" -> this.type = text(line, start);
			case "id" -> this.id = (text(line, start).indexOf('\0') < 0) ? text(line, start) : this.id;
			case "retry" -> setRetry(text(line, start));
			default -> {
				// A comment, or what the standard says to ignore.
			}
		}
	}

	private static String text(byte[] line, int start) {
		return new String(line, start, line.length - start, StandardCharsets.UTF_8);
	}

	private void setRetry(String millis) {
		if (millis.matches("[0-9]{1,9}")) {
			Duration asked = Duration.ofMillis(Long.parseLong(millis));
			this.retry = (asked.compareTo(MAX_RETRY) < 0) ? asked : MAX_RETRY;
		}
	}

	private void dispatch() {
		byte[] message = this.data.toByteArray();
		boolean isMessage = this.type.isEmpty() || this.type.equals("message");
		this.data.reset();
		this.hasData = false;
		this.type = "";
		this.lastEventId = this.id.isEmpty() ? null : this.id;
		if (message.length > 0 && isMessage) {
			this.messages.accept(message);
		}
	}

}
