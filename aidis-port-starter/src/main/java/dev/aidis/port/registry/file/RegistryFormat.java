package dev.aidis.port.registry.file;

import java.io.InputStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.ValueNode;

/**
 * The file's bytes to a {@link RegistryDocument} and back. Reading is strict: a file that
 * is half written must never be taken for one with fewer services. Writing gives the
 * bytes that {@code JSON.stringify(registry, null, 2)} gives, and a newline. The mapper
 * is our own, so an application's Jackson settings never change the format.
 */
final class RegistryFormat {

	/**
	 * The largest file that is read, in bytes.
	 */
	static final int MAX_SIZE = 8 * 1024 * 1024;

	private static final JsonNodeFactory NODES = new StableNumbers();

	private static final JsonMapper MAPPER = mapper(RegistryLimits.MAX_NESTING, true);

	private static final ObjectWriter WRITER = MAPPER.writer()
		.with(new DefaultPrettyPrinter(Separators.createDefaultInstance()
			.withObjectNameValueSpacing(Separators.Spacing.AFTER)
			.withObjectEmptySeparator("")
			.withArrayEmptySeparator("")).withObjectIndenter(new DefaultIndenter("  ", "\n"))
			.withArrayIndenter(new DefaultIndenter("  ", "\n")));

	/**
	 * Half a character, which JavaScript's strings may hold and UTF-8 cannot.
	 */
	private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

	private RegistryFormat() {
	}

	/**
	 * Read a whole document.
	 * @throws BrokenRegistryException if the bytes are anything but one JSON object in
	 * UTF-8
	 */
	static RegistryDocument parse(byte[] bytes) throws BrokenRegistryException {
		String text = decode(bytes);
		try {
			JsonNode root = MAPPER.readTree(text);
			if (!(root instanceof ObjectNode object)) {
				throw new BrokenRegistryException(
						text.isBlank() ? "it is empty" : "it should hold a JSON object and holds: "
								+ root.getNodeType().name().toLowerCase(Locale.ROOT),
						null);
			}
			Map<String, JsonNode> values = new LinkedHashMap<>();
			object.forEachEntry(values::put);
			return new RegistryDocument(values);
		}
		catch (JacksonException ex) {
			TokenStreamLocation place = ex.getLocation();
			throw new BrokenRegistryException("it is no valid JSON"
					+ ((place != null) ? " at line " + place.getLineNr() + ", column " + place.getColumnNr() : ""), ex);
		}
		catch (NumberFormatException | ArithmeticException ex) {
			throw new BrokenRegistryException("it holds a number that is out of range", ex);
		}
	}

	/**
	 * Save what is whole in a broken document.
	 */
	static RegistryDocument salvage(byte[] bytes) {
		return RegistrySalvage.salvage(bytes);
	}

	/**
	 * Return a parser that reads as strictly, as long as its input is UTF-8.
	 */
	static JsonParser parser(InputStream input) {
		return MAPPER.createParser(input);
	}

	/**
	 * Read the value that such a parser stands at.
	 */
	static JsonNode readValue(JsonParser parser) {
		return JsonTree.read(parser, NODES);
	}

	/**
	 * Write a document.
	 * @throws IllegalStateException if nobody could read what would be written
	 */
	static byte[] write(RegistryDocument document) {
		return new RegistryCodec().write(document);
	}

	/**
	 * Write a document of one member.
	 */
	static byte[] render(String key, JsonNode value) {
		StringWriter text = new StringWriter();
		try (JsonGenerator generator = WRITER.createGenerator(text)) {
			JsonTree.write(NODES.objectNode().set(key, value), generator);
		}
		text.append('\n');
		return escapeLoneSurrogates(text.toString()).getBytes(StandardCharsets.UTF_8);
	}

	private static String escapeLoneSurrogates(String text) {
		if (!hasSurrogate(text)) {
			return text;
		}
		return LONE_SURROGATE.matcher(text)
			.replaceAll((match) -> String.format("\\\\u%04x", (int) match.group().charAt(0)));
	}

	private static boolean hasSurrogate(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return a mapper that reads strictly.
	 * @param maxNesting how deep what it reads may be nested
	 * @param uniqueNames whether it refuses an object with two members of one name, or
	 * takes the last
	 */
	static JsonMapper mapper(int maxNesting, boolean uniqueNames) {
		return JsonMapper
			.builder(JsonFactory.builder()
				.streamReadConstraints(RegistryLimits.constraints(maxNesting))
				.configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, uniqueNames)
				.disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
				.build())
			.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
			.nodeFactory(NODES)
			.build();
	}

	/**
	 * Load what reading and writing need. The first time it takes longer than one should
	 * hold a lock that others wait for.
	 */
	static void load() {
		Loaded.ensure();
	}

	private static String decode(byte[] bytes) throws BrokenRegistryException {
		if (bytes.length > MAX_SIZE) {
			throw new BrokenRegistryException("it is larger than " + MAX_SIZE + " bytes", null);
		}
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			if (text.startsWith("\uFEFF")) {
				throw new BrokenRegistryException("it starts with a byte order mark", null);
			}
			return text;
		}
		catch (CharacterCodingException ex) {
			throw new BrokenRegistryException("it is not encoded in UTF-8", ex);
		}
	}

	/**
	 * Reads numbers so that they are the same when they were written, in Java's way, and
	 * read again: what is written without a point is an integer, and what may come out
	 * too long to be read is refused.
	 */
	@SuppressWarnings("serial")
	private static final class StableNumbers extends JsonNodeFactory {

		@Override
		public ValueNode numberNode(BigDecimal value) {
			if (value.precision() > RegistryLimits.MAX_DIGITS) {
				throw new NumberFormatException("A number has more than " + RegistryLimits.MAX_DIGITS + " digits");
			}
			return (value.scale() == 0) ? integerNode(value.toBigIntegerExact()) : super.numberNode(value);
		}

		private ValueNode integerNode(BigInteger value) {
			if (value.bitLength() < Integer.SIZE) {
				return numberNode(value.intValue());
			}
			return (value.bitLength() < Long.SIZE) ? numberNode(value.longValue()) : numberNode(value);
		}

	}

	private static final class Loaded {

		static {
			try {
				RegistryCodec codec = new RegistryCodec();
				codec.write(codec.parse("{\"name\": {\"text\": \"\", \"number\": 1, \"list\": [], \"object\": {}}}"
					.getBytes(StandardCharsets.UTF_8)));
			}
			catch (BrokenRegistryException ex) {
				throw new IllegalStateException(ex);
			}
		}

		static void ensure() {
		}

	}

}
