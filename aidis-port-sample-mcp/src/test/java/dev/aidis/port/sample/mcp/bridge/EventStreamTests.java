package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link EventStream}.
 */
class EventStreamTests {

	private final List<String> messages = new ArrayList<>();

	private EventStream stream = stream(1000);

	private EventStream stream(int limit) {
		return new EventStream(limit, (message) -> this.messages.add(new String(message, StandardCharsets.UTF_8)));
	}

	@Test
	void readsMessages() throws IOException {
		read("data: a\n\nevent: message\ndata:b\n\nid: 1\ndata:  c\n\n");
		assertThat(this.messages).containsExactly("a", "b", " c");
	}

	@Test
	void joinsTheLinesOfAMessage() throws IOException {
		read("data: {\ndata: \"a\": 1\ndata\ndata: }\n\n");
		assertThat(this.messages).containsExactly("{\n\"a\": 1\n\n}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r", "\r\n" })
	void knowsAllLineBreaks(String lineBreak) throws IOException {
		read("data: a\n\ndata: b\ndata: c\n\n".replace("\n", lineBreak));
		assertThat(this.messages).containsExactly("a", "b\nc");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7 })
	void readsPiecesOfAnySize(int size) throws IOException {
		byte[] text = "\uFEFFid: 1\r\ndata: ä€𝄞\r\n\r\n: comment\r\ndata: b\r\n\r\n".getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < text.length; i += size) {
			this.stream.read(ByteBuffer.wrap(text, i, Math.min(size, text.length - i)));
		}
		assertThat(this.messages).containsExactly("ä€𝄞", "b");
	}

	@Test
	void ignoresWhatIsNoMessage() throws IOException {
		read(": ping\n\nevent: ping\ndata: x\n\nid: 5\n\nfoo: bar\n\ndata\n\n");
		assertThat(this.messages).isEmpty();
	}

	@Test
	void remembersTheLastIdOfAWholeEvent() throws IOException {
		read("data: a\n\n");
		assertThat(this.stream.lastEventId()).isNull();
		read("id: 1\ndata:\n\nid: 2\ndata: x\n");
		assertThat(this.stream.lastEventId()).isEqualTo("1");
		read("\ndata: y\n\n");
		assertThat(this.stream.lastEventId()).isEqualTo("2");
		read("id\ndata: z\n\n");
		assertThat(this.stream.lastEventId()).isNull();
	}

	@Test
	void knowsHowLongToWait() throws IOException {
		assertThat(this.stream.retry()).isNull();
		read("retry: soon\n\n");
		assertThat(this.stream.retry()).isNull();
		read("retry: 250\n\n");
		assertThat(this.stream.retry()).isEqualTo(Duration.ofMillis(250));
		read("retry: 999999999\n\n");
		assertThat(this.stream.retry()).isEqualTo(Duration.ofMinutes(1));
	}

	@Test
	void takesTheLastMessageThoughItsLineBreaksAreMissing() throws IOException {
		read("data: a\n\ndata: b");
		this.stream.end();
		assertThat(this.messages).containsExactly("a", "b");
	}

	@Test
	void refusesAnEventThatIsTooLong() throws IOException {
		this.stream = stream(20);
		read("data: 0123456789\n");
		assertThatIOException().isThrownBy(() -> read("data: 0123456789")).withMessageContaining("20 bytes");
	}

	private void read(String text) throws IOException {
		this.stream.read(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
	}

}
