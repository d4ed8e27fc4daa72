package dev.aidis.port.sample.mcp.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON that the bridge reads and writes itself. What it passes on it leaves as it is.
 */
final class Json {

	/**
	 * Deeper messages than this are no messages but attacks. It is what Jackson allows,
	 * too.
	 */
	static final int MAX_DEPTH = 500;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(
				StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxStringLength(Integer.MAX_VALUE).build())
		.build();

	private Json() {
	}

	/**
	 * Read some UTF-8. Jackson takes UTF-16 and UTF-32, too, which MCP does not.
	 * @throws CharacterCodingException if it is not UTF-8, or has a character that JSON
	 * never has
	 */
	static JsonParser parser(byte[] text) throws CharacterCodingException {
		requireUtf8(text);
		return FACTORY.createParser(ObjectReadContext.empty(), text);
	}

	private static void requireUtf8(byte[] text) throws CharacterCodingException {
		boolean ascii = true;
		for (byte character : text) {
			if (character == 0) {
				throw new CharacterCodingException();
			}
			ascii &= character > 0;
		}
		if (!ascii) {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
		}
	}

	/**
	 * Read a message that is known to be well-formed.
	 * @throws JacksonException if it is not, after all
	 */
	static JsonNode tree(byte[] text) {
		return Mapper.INSTANCE.readTree(text);
	}

	static String quote(String text) {
		StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
		JsonStringEncoder.getInstance().quoteAsString(text, quoted);
		return quoted.append('"').toString();
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Put something else in the place of a part of a text.
	 */
	static byte[] replace(byte[] text, Range range, String replacement) {
		byte[] inserted = bytes(replacement);
		byte[] result = new byte[text.length - (range.end - range.start) + inserted.length];
		System.arraycopy(text, 0, result, 0, range.start);
		System.arraycopy(inserted, 0, result, range.start, inserted.length);
		System.arraycopy(text, range.end, result, range.start + inserted.length, text.length - range.end);
		return result;
	}

	/**
	 * A part of a text.
	 *
	 * @param start the position of its first byte
	 * @param end the position after its last byte
	 */
	record Range(int start, int end) {

		byte[] of(byte[] text) {
			return Arrays.copyOfRange(text, this.start, this.end);
		}

	}

	/**
	 * Loaded by those few messages that are read as a whole.
	 */
	private static final class Mapper {

		private static final JsonMapper INSTANCE = JsonMapper.builder(FACTORY).build();

	}

}
