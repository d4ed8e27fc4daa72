package dev.aidis.port.sample.mcp.transport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.aidis.port.Printable;

/**
 * Reads JSON as others send it: UTF-8 and nothing else, one value and nothing behind it,
 * each name once, and no deeper than anything that is meant to be read.
 */
public final class StrictJson {

	private static final int MAX_DEPTH = 64;

	private static final JsonMapper mapper = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private StrictJson() {
	}

	/**
	 * Read a value.
	 * @param bytes the text
	 * @return the value
	 * @throws NotJsonException if it is none
	 */
	public static JsonNode read(byte[] bytes) throws NotJsonException {
		String text = decode(bytes);
		try {
			JsonNode value = mapper.readTree(text);
			if (value.isMissingNode()) {
				throw new NotJsonException("it is empty");
			}
			return value;
		}
		catch (StreamConstraintsException ex) {
			throw new NotJsonException(
					"it is nested deeper than " + MAX_DEPTH + ", or one of its names or numbers is too long");
		}
		catch (StreamReadException ex) {
			throw new NotJsonException(Printable.of(ex.getOriginalMessage(), 200) + at(ex.getLocation()));
		}
		catch (JacksonException ex) {
			throw new NotJsonException("it does not end where its first value ends");
		}
	}

	private static String at(@Nullable TokenStreamLocation location) {
		return (location != null) ? " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")" : "";
	}

	static String decode(byte[] bytes) throws NotJsonException {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new NotJsonException("it is not UTF-8");
		}
	}

	/**
	 * Thrown when a text is no JSON. The message says why not.
	 */
	@SuppressWarnings("serial")
	public static final class NotJsonException extends Exception {

		NotJsonException(String message) {
			super(message);
		}

	}

}
