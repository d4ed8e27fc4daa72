package dev.aidis.port.registry.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Reads and writes the file again and again. What stands there as it stood the last time
 * is neither parsed nor rendered again: with many services that is nearly everything.
 * Whatever cannot be read in this way, {@link RegistryFormat} judges.
 */
final class RegistryCodec {

	private static final byte[] START = { '{', '\n' };

	private static final byte[] INDENT = { ' ', ' ' };

	private static final byte[] SEPARATOR = { ',', '\n' };

	private static final byte[] END = { '\n', '}', '\n' };

	private static final byte[] EMPTY = { '{', '}', '\n' };

	/**
	 * What stood in the file, by key and in order. Several threads use this object; what
	 * one knows may take the place of what another knows, since it is true anyway.
	 */
	private volatile Map<String, Member> known = Map.of();

	/**
	 * Read a whole document.
	 * @param bytes the content of the file
	 * @return the document, whose entries may belong to others of this codec, too
	 * @throws BrokenRegistryException if the bytes are anything but one JSON object in
	 * UTF-8
	 */
	RegistryDocument parse(byte[] bytes) throws BrokenRegistryException {
		Map<String, Member> members = new Reading(bytes, this.known).read();
		if (members == null) {
			return RegistryFormat.parse(bytes);
		}
		this.known = members;
		Map<String, JsonNode> values = new LinkedHashMap<>(members.size() * 2);
		List<RegistryEntry> entries = new ArrayList<>(members.size());
		for (Member member : members.values()) {
			values.put(member.key(), member.value());
			RegistryEntry entry = member.entry();
			if (entry != null) {
				entries.add(entry);
			}
		}
		return new RegistryDocument(values, entries);
	}

	/**
	 * Write a document.
	 * @throws IllegalStateException if nobody could read what would be written
	 */
	byte[] write(RegistryDocument document) {
		Map<String, Member> before = this.known;
		Map<String, Member> members = new LinkedHashMap<>(document.values().size() * 2);
		long tokens = 0;
		for (Map.Entry<String, JsonNode> entry : document.values().entrySet()) {
			Member member = before.get(entry.getKey());
			if (member == null || !member.isOf(entry.getValue()) || !member.isRenderedAsUsual()) {
				member = Member.render(entry.getKey(), entry.getValue());
			}
			members.put(entry.getKey(), member);
			tokens += member.tokens();
		}
		byte[] bytes = join(members);
		RegistryLimits.check(bytes.length, tokens);
		this.known = members;
		return bytes;
	}

	private static byte[] join(Map<String, Member> members) {
		if (members.isEmpty()) {
			return EMPTY;
		}
		int length = 4;
		for (Member member : members.values()) {
			length += member.text().length + 4;
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
		bytes.writeBytes(START);
		boolean first = true;
		for (Member member : members.values()) {
			if (!first) {
				bytes.writeBytes(SEPARATOR);
			}
			first = false;
			bytes.writeBytes(INDENT);
			bytes.writeBytes(member.text());
		}
		bytes.writeBytes(END);
		return bytes.toByteArray();
	}

	/**
	 * A member of the document with its text.
	 */
	private static final class Member {

		private final String key;

		private final JsonNode value;

		private final byte[] text;

		private final int tokens;

		private final @Nullable RegistryEntry entry;

		/**
		 * Whether the text is indented as we write it, once somebody has asked.
		 */
		private @Nullable Boolean renderedAsUsual;

		/**
		 * Create a new member.
		 * @param key the key
		 * @param value the value
		 * @param text the key, the colon and the value as they stand in the file
		 */
		Member(String key, JsonNode value, byte[] text) {
			this.key = key;
			this.value = value;
			this.text = text;
			this.tokens = RegistryLimits.tokens(key, value);
			this.entry = RegistryDocument.entry(key, value);
		}

		String key() {
			return this.key;
		}

		JsonNode value() {
			return this.value;
		}

		byte[] text() {
			return this.text;
		}

		/**
		 * Return how many JSON tokens the text holds.
		 */
		int tokens() {
			return this.tokens;
		}

		/**
		 * Return the value as an entry, if it is one.
		 */
		@Nullable RegistryEntry entry() {
			return this.entry;
		}

		/**
		 * Tell whether the value is the very one this member was made with: nobody alters
		 * values, and to compare them would take longer than to render them.
		 */
		@SuppressWarnings("ReferenceEquality")
		boolean isOf(JsonNode value) {
			return this.value == value;
		}

		static Member render(String key, JsonNode value) {
			byte[] document = RegistryFormat.render(key, value);
			byte[] text = Arrays.copyOfRange(document, START.length + INDENT.length, document.length - END.length);
			return new Member(key, value, text);
		}

		/**
		 * Tell whether the text can be recognized by itself, whatever follows it.
		 */
		boolean isRecognizable() {
			return this.entry != null;
		}

		boolean standsAt(byte[] bytes, int place) {
			int end = place + this.text.length;
			return end <= bytes.length && Arrays.equals(bytes, place, end, this.text, 0, this.text.length);
		}

		/**
		 * Tell whether the text is indented as we write it. Another program's own way is
		 * not kept.
		 */
		boolean isRenderedAsUsual() {
			Boolean usual = this.renderedAsUsual;
			if (usual == null) {
				usual = looksAsUsual();
				this.renderedAsUsual = usual;
			}
			return usual;
		}

		private boolean looksAsUsual() {
			byte[] start = ("\"" + this.key + "\": {\n    \"").getBytes(StandardCharsets.UTF_8);
			int length = this.text.length;
			return length > start.length + 4 && Arrays.equals(this.text, 0, start.length, start, 0, start.length)
					&& this.text[length - 4] == '\n' && this.text[length - 3] == ' ' && this.text[length - 2] == ' ';
		}

	}

	/**
	 * Reads one document with the help of what is known.
	 */
	private static final class Reading {

		private final byte[] bytes;

		private final Map<String, Member> known;

		private int place;

		private @Nullable JsonParser parser;

		/**
		 * The place in the bytes where the parser's input begins.
		 */
		private int parserStart;

		/**
		 * Whether the parser stands where the last member ended.
		 */
		private boolean parsing;

		Reading(byte[] bytes, Map<String, Member> known) {
			this.bytes = bytes;
			this.known = known;
		}

		/**
		 * Read the members of the document.
		 * @return the members, or {@code null} if something is wrong with the document
		 */
		@Nullable Map<String, Member> read() {
			if (this.bytes.length > RegistryFormat.MAX_SIZE) {
				return null;
			}
			try {
				return readMembers();
			}
			catch (JacksonException | NumberFormatException | ArithmeticException | CharacterCodingException ex) {
				return null;
			}
			finally {
				closeParser();
			}
		}

		private @Nullable Map<String, Member> readMembers() throws CharacterCodingException {
			Map<String, Member> members = new LinkedHashMap<>(this.known.size() * 2);
			if (next() != '{') {
				return null;
			}
			this.place++;
			long tokens = 0;
			byte separator = (next() == '}') ? (byte) '}' : (byte) ',';
			while (separator == ',') {
				Member member = (next() == '"') ? readMember() : null;
				if (member == null || members.put(member.key(), member) != null) {
					return null;
				}
				tokens += member.tokens();
				separator = next();
				this.place += (separator == ',') ? 1 : 0;
			}
			this.place++;
			next();
			boolean whole = separator == '}' && this.place == this.bytes.length && RegistryLimits.isReadable(tokens);
			return whole ? members : null;
		}

		private @Nullable Member readMember() throws CharacterCodingException {
			Member member = findKnown();
			if (member == null) {
				member = parseMember();
			}
			return member;
		}

		/**
		 * Skip white space.
		 * @return the next byte, or 0 at the end
		 */
		private byte next() {
			while (this.place < this.bytes.length) {
				byte next = this.bytes[this.place];
				if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
					return next;
				}
				this.place++;
			}
			return 0;
		}

		private @Nullable Member findKnown() {
			int end = this.place + 1;
			while (end < this.bytes.length && this.bytes[end] != '"') {
				end++;
			}
			Member member = this.known
				.get(new String(this.bytes, this.place + 1, end - this.place - 1, StandardCharsets.UTF_8));
			if (member == null || !member.isRecognizable() || !member.standsAt(this.bytes, this.place)) {
				return null;
			}
			this.place += member.text().length;
			this.parsing = false;
			return member;
		}

		private @Nullable Member parseMember() throws CharacterCodingException {
			JsonParser input = parserAtPlace();
			if (input.nextToken() != JsonToken.PROPERTY_NAME) {
				return null;
			}
			String key = input.currentName();
			input.nextToken();
			JsonNode value = RegistryFormat.readValue(input);
			int end = this.parserStart + (int) input.currentLocation().getByteOffset();
			byte[] text = Arrays.copyOfRange(this.bytes, this.place, end);
			// Jackson is less strict.
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
			this.place = end;
			this.parsing = true;
			return new Member(key, value, text);
		}

		/**
		 * Return a parser for which the next member is one of an object.
		 */
		private JsonParser parserAtPlace() {
			JsonParser open = this.parser;
			if (open == null || !this.parsing) {
				closeParser();
				open = RegistryFormat.parser(new SequenceInputStream(new ByteArrayInputStream(START, 0, 1),
						new ByteArrayInputStream(this.bytes, this.place, this.bytes.length - this.place)));
				this.parserStart = this.place - 1;
				this.parser = open;
				open.nextToken();
			}
			return open;
		}

		private void closeParser() {
			if (this.parser != null) {
				this.parser.close();
				this.parser = null;
			}
		}

	}

}
