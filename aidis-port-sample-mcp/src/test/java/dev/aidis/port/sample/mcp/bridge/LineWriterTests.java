package dev.aidis.port.sample.mcp.bridge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LineWriter}.
 */
class LineWriterTests {

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final AtomicInteger broken = new AtomicInteger();

	@Test
	void writesALineForEachMessage() {
		LineWriter writer = new LineWriter(this.out, this.broken::incrementAndGet);
		writer.write("{\"a\":\"ä\"}".getBytes(StandardCharsets.UTF_8));
		writer.write("{}".getBytes(StandardCharsets.UTF_8));
		assertThat(this.out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"a\":\"ä\"}\n{}\n");
		assertThat(this.broken).hasValue(0);
	}

	@Test
	void keepsAMessageThatIsPrintedOverSeveralLinesInOne() {
		new LineWriter(this.out, this.broken::incrementAndGet)
			.write("{\r\n  \"a\": \"b\\n\"\n}\n".getBytes(StandardCharsets.UTF_8));
		assertThat(this.out.toString(StandardCharsets.UTF_8)).isEqualTo("{    \"a\": \"b\\n\" } \n");
	}

	@Test
	void leavesTheMessageOfOthersAlone() {
		byte[] message = "{\n}".getBytes(StandardCharsets.UTF_8);
		new LineWriter(this.out, this.broken::incrementAndGet).write(message);
		assertThat(message).asString(StandardCharsets.UTF_8).isEqualTo("{\n}");
	}

	@Test
	void tellsThatNobodyReads() {
		OutputStream closed = new OutputStream() {

			@Override
			public void write(int character) throws IOException {
				throw new IOException("Broken pipe");
			}

		};
		new LineWriter(closed, this.broken::incrementAndGet).write("{}".getBytes(StandardCharsets.UTF_8));
		assertThat(this.broken).hasValue(1);
	}

}
