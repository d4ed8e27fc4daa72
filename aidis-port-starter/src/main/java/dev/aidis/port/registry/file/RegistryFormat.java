package dev.aidis.port.registry.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
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

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxDocumentLength(MAX_SIZE)
				.maxNestingDepth(32)
				.maxStringLength(8 * 1024)
				.maxNameLength(256)
				.maxTokenCount(600_000)
				.build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

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
	}

	/**
	 * Read the entries that stand whole before the place where a document is broken.
	 */
	static RegistryDocument salvage(byte[] bytes) {
		Map<String, JsonNode> values = new LinkedHashMap<>();
		try (JsonParser parser = MAPPER.createParser(decode(bytes))) {
			if (parser.nextToken() == JsonToken.START_OBJECT) {
				while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
					String key = parser.currentName();
					parser.nextToken();
					values.put(key, parser.readValueAsTree());
				}
			}
		}
		catch (JacksonException | BrokenRegistryException ex) {
			// What was read so far is what there is.
		}
		return new RegistryDocument(values);
	}

	static byte[] write(RegistryDocument document) {
		ObjectNode root = JsonNodeFactory.instance.objectNode();
		document.values().forEach(root::set);
		String text = WRITER.writeValueAsString(root) + "\n";
		return LONE_SURROGATE.matcher(text)
			.replaceAll((match) -> String.format("\\\\u%04x", (int) match.group().charAt(0)))
			.getBytes(StandardCharsets.UTF_8);
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

	private static final class Loaded {

		static {
			write(salvage(
					"{\"name\": {\"text\": \"\", \"number\": 1, \"list\": []}}".getBytes(StandardCharsets.UTF_8)));
		}

		static void ensure() {
		}

	}

}
