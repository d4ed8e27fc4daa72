package dev.aidis.port.sample.mcp.bridge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LineReader}.
 */
class LineReaderTests {

	@Test
	void readsLinesWithAndWithoutAReturn() throws IOException {
		assertThat(lines("a\nbc\r\n\nd", 10)).containsExactly("a", "bc\r", "", "d");
	}

	@Test
	void readsNothingFromNothing() throws IOException {
		assertThat(lines("", 10)).isEmpty();
	}

	@Test
	void readsALineThatIsAsLongAsAllowed() throws IOException {
		assertThat(lines("0123456789\nx\n", 10)).containsExactly("0123456789", "x");
	}

	@Test
	void goesOnAfterALineThatIsTooLong() throws IOException {
		LineReader reader = reader("01234567890\nx\n", 10);
		LineReader.Line tooLong = reader.next();
		assertThat(tooLong).isNotNull();
		assertThat(tooLong.end()).asString(StandardCharsets.UTF_8).isEqualTo("01234567890");
		assertThat(text(reader.next())).isEqualTo("x");
		assertThat(reader.next()).isNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 4096, 65536 })
	void keepsBothEndsOfALineThatIsTooLong(int piece) throws IOException {
		String text = "{\"start\":1," + "x".repeat(300_000) + ",\"end\":2}";
		LineReader reader = new LineReader(new InPieces(text + "\nnext\n", piece), 100_000);
		LineReader.Line line = reader.next();
		assertThat(line).isNotNull();
		assertThat(text(line)).startsWith("{\"start\":1,").hasSize(LineReader.KEPT);
		assertThat(line.end()).asString(StandardCharsets.UTF_8).endsWith(",\"end\":2}").hasSize(LineReader.KEPT);
		assertThat(text(reader.next())).isEqualTo("next");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 5, 1000 })
	void readsLinesWhereverThePiecesEnd(int piece) throws IOException {
		LineReader reader = new LineReader(new InPieces("äöü\n€\n\n𝄞𝄞\n", piece), 100);
		List<String> lines = new ArrayList<>();
		for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
			lines.add(text(line));
		}
		assertThat(lines).containsExactly("äöü", "€", "", "𝄞𝄞");
	}

	private static List<String> lines(String text, int limit) throws IOException {
		LineReader reader = reader(text, limit);
		List<String> lines = new ArrayList<>();
		for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
			assertThat(line.end()).isNull();
			lines.add(text(line));
		}
		return lines;
	}

	private static LineReader reader(String text, int limit) {
		return new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), limit);
	}

	private static String text(LineReader.Line line) {
		return new String(line.text(), StandardCharsets.UTF_8);
	}

	private static final class InPieces extends InputStream {

		private final byte[] text;

		private final int piece;

		private int position;

		InPieces(String text, int piece) {
			this.text = text.getBytes(StandardCharsets.UTF_8);
			this.piece = piece;
		}

		@Override
		public int read() {
			return (this.position < this.text.length) ? this.text[this.position++] & 0xFF : -1;
		}

		@Override
		public int read(byte[] buffer, int offset, int length) {
			int count = Math.min(Math.min(length, this.piece), this.text.length - this.position);
			System.arraycopy(this.text, this.position, buffer, offset, count);
			this.position += count;
			return (count > 0) ? count : -1;
		}

	}

}
