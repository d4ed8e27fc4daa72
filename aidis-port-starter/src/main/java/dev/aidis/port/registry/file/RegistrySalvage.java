package dev.aidis.port.registry.file;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Saves the entries of a broken file that are whole, before and behind the places where
 * it is broken. What stands before the first of these is taken as it is; from there on
 * only what looks like a registration. The work is bounded, however the file was broken:
 * the registry's lock is held meanwhile. Whatever Jackson or the numbers of the JDK throw
 * at broken input, it is a place that cannot be read and nothing more.
 */
final class RegistrySalvage {

	private static final JsonMapper DOCUMENTS = RegistryFormat.mapper(RegistryLimits.MAX_NESTING, false);

	private static final JsonMapper ENTRIES = RegistryFormat.mapper(RegistryLimits.MAX_NESTING - 1, false);

	/**
	 * The characters to look at, in all attempts together. Going through a text once more
	 * than once is normal.
	 */
	private static final int BUDGET = 6 * RegistryFormat.MAX_SIZE;

	/**
	 * What an attempt that fails costs beside the characters it looks at.
	 */
	private static final int FAILURE = 4096;

	/**
	 * The longest name as it may be written, which is with an escape for each character.
	 */
	private static final int MAX_WRITTEN_NAME = 6 * RegistryLimits.MAX_NAME + 2;

	private final char[] text;

	/**
	 * Behind this there are only blanks, or the zeros a crash leaves.
	 */
	private final int contentEnd;

	private final Nesting nesting;

	private final Map<String, JsonNode> values = new LinkedHashMap<>();

	private final Set<String> instanceIds = new HashSet<>();

	private int budget = BUDGET;

	/**
	 * Whether a whole document has been read, so that the rest is what is left of another
	 * one.
	 */
	private boolean complete;

	private boolean truncated;

	private RegistrySalvage(byte[] bytes) {
		this.text = BrokenText.decode(bytes);
		this.contentEnd = endOfContent(this.text);
		this.nesting = new Nesting(this.text);
	}

	/**
	 * Save what can be saved.
	 * @param bytes the content of a file that cannot be read as a whole
	 */
	static RegistryDocument salvage(byte[] bytes) {
		RegistrySalvage salvage = new RegistrySalvage(bytes);
		salvage.search(salvage.readDocument());
		return new RegistryDocument(RegistryLimits.fitting(salvage.values));
	}

	/**
	 * Read the document as far as it is in order.
	 * @return the place from which on it is not
	 */
	private int readDocument() {
		try (JsonParser parser = DOCUMENTS.createParser(this.text, 0, this.text.length)) {
			return readDocument(parser);
		}
	}

	private int readDocument(JsonParser parser) {
		int place = 0;
		try {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				return place;
			}
			place = offset(parser);
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				int key = startOfKey(place);
				parser.nextToken();
				JsonNode value = parser.readValueAsTree();
				if (hidesSibling(key, key + 1, offset(parser))) {
					return key + 1;
				}
				keep(name, value, place, offset(parser));
				place = offset(parser);
			}
			this.complete = true;
			return offset(parser);
		}
		catch (RuntimeException ex) {
			this.truncated = offset(parser) >= this.contentEnd;
			return place;
		}
	}

	/**
	 * Look for entries from a place on.
	 */
	private void search(int start) {
		int place = start;
		while (place < this.text.length && this.budget > 0) {
			if (this.text[place] != '"') {
				place++;
				continue;
			}
			int value = findValue(place);
			int end = (value != -1 && this.nesting.isTopLevel(place, this.truncated)) ? readEntry(place, value) : -1;
			place = (end != -1) ? end : place + 1;
		}
	}

	/**
	 * Return where the object begins whose name begins at a place, or -1 if there is
	 * none.
	 */
	private int findValue(int key) {
		int colon = skipBlanks(endOfString(key));
		int value = skipBlanks(colon + 1);
		this.budget -= value - key;
		boolean found = colon < this.text.length && this.text[colon] == ':' && value < this.text.length
				&& this.text[value] == '{';
		return found ? value : -1;
	}

	private int endOfString(int start) {
		int limit = Math.min(this.text.length, start + MAX_WRITTEN_NAME);
		for (int i = start + 1; i < limit; i++) {
			if (this.text[i] == '"') {
				return i + 1;
			}
			if (this.text[i] == '\\') {
				i++;
			}
		}
		return limit;
	}

	private int startOfKey(int place) {
		int start = place;
		while (this.text[start] != '"') {
			start++;
		}
		return start;
	}

	private int skipBlanks(int place) {
		int next = place;
		while (next < this.text.length && " \t\r\n".indexOf(this.text[next]) != -1) {
			next++;
		}
		return next;
	}

	/**
	 * Read an entry, and keep it if it is one.
	 * @return where it ends, or -1 if what is there cannot be read
	 */
	private int readEntry(int key, int start) {
		try (JsonParser parser = ENTRIES.createParser(this.text, start, this.text.length - start)) {
			return readEntry(key, start, parser);
		}
	}

	private int readEntry(int key, int start, JsonParser parser) {
		try {
			parser.nextToken();
			JsonNode value = parser.readValueAsTree();
			int end = start + offset(parser);
			this.budget -= end - start;
			if (hidesSibling(key, start, end)) {
				return -1;
			}
			String name = readName(key);
			if (name != null && isRegistration(value)) {
				keep(name, value, key, end);
			}
			return end;
		}
		catch (RuntimeException ex) {
			this.budget -= FAILURE + offset(parser);
			this.truncated |= start + offset(parser) >= this.contentEnd;
			return -1;
		}
	}

	/**
	 * Tell whether a part of the text that reads as one entry has swallowed the next one.
	 */
	private boolean hidesSibling(int key, int start, int end) {
		for (int place = start; place < end && this.budget > 0; place++) {
			if (this.text[place] == '"' && this.nesting.isSibling(key, place)) {
				int value = findValue(place);
				JsonNode node = (value != -1) ? read(value) : null;
				if (node != null && isRegistration(node)) {
					return true;
				}
			}
		}
		return false;
	}

	private @Nullable String readName(int key) {
		JsonNode name = read(key);
		return (name != null && name.stringValue().length() <= RegistryLimits.MAX_NAME) ? name.stringValue() : null;
	}

	private @Nullable JsonNode read(int start) {
		try (JsonParser parser = ENTRIES.createParser(this.text, start, this.text.length - start)) {
			return read(parser);
		}
	}

	private @Nullable JsonNode read(JsonParser parser) {
		try {
			parser.nextToken();
			return parser.readValueAsTree();
		}
		catch (RuntimeException ex) {
			return null;
		}
		finally {
			this.budget -= offset(parser);
		}
	}

	private static boolean isRegistration(JsonNode value) {
		JsonNode port = value.path("port");
		return port.isIntegralNumber() && port.canConvertToInt() && port.intValue() > 0 && port.intValue() <= 65535
				&& (value.path("pid").isIntegralNumber() || value.path("serviceName").isString());
	}

	private void keep(String name, JsonNode value, int start, int end) {
		if (BrokenText.isUnreadable(this.text, start, end)) {
			return;
		}
		String instanceId = (value instanceof ObjectNode object) ? new RegistryEntry(name, name, object).instanceId()
				: null;
		boolean known = this.values.containsKey(name) || this.instanceIds.contains(instanceId);
		if (this.complete && known) {
			return;
		}
		this.values.put(name, value);
		if (instanceId != null) {
			this.instanceIds.add(instanceId);
		}
	}

	private static int endOfContent(char[] text) {
		int end = text.length;
		while (end > 0 && text[end - 1] <= ' ') {
			end--;
		}
		return end;
	}

	private static int offset(JsonParser parser) {
		return (int) parser.currentLocation().getCharOffset();
	}

}
