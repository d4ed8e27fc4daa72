package dev.aidis.port.sample.mcp.bridge;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import dev.aidis.port.sample.mcp.bridge.Json.Range;

/**
 * A JSON-RPC message: its text, which is passed on as it came, and the few facts that
 * tell where it belongs. All of the text is looked at once, so that what is no JSON goes
 * nowhere.
 */
final class Message {

	private static final String PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion";

	/**
	 * The id of a request in the last bytes of it: where a number or string and one brace
	 * end a message, they are members of its outermost object.
	 */
	private static final Pattern ID_AT_END = Pattern
		.compile("[{,]\\s*\"id\"\\s*:\\s*(?:(-?[0-9]+)|\"([^\"\\\\]*)\")\\s*}\\s*$");

	private static final Pattern ID_AT_START = Pattern
		.compile("^\\s*\\{(?:\\s*\"(?:jsonrpc|method)\"\\s*:\\s*\"[^\"\\\\]*\"\\s*,)*"
				+ "\\s*\"id\"\\s*:\\s*(?:(-?[0-9]+)|\"([^\"\\\\]*)\")\\s*,");

	private final byte[] text;

	private final Facts facts;

	private Message(byte[] text, Facts facts) {
		this.text = text;
		this.facts = facts;
	}

	/**
	 * Read a message.
	 * @param text the text
	 * @throws InvalidMessageException if it is none
	 */
	static Message parse(byte[] text) throws InvalidMessageException {
		Facts facts = new Facts();
		try (JsonParser parser = Json.parser(text)) {
			JsonToken first = parser.nextToken();
			if (first == null) {
				throw new InvalidMessageException(JsonRpc.PARSE_ERROR, null, "Parse error: there is no message");
			}
			if (first == JsonToken.START_OBJECT) {
				facts.read(parser);
			}
			else {
				parser.skipChildren();
				facts.problem("a message is a JSON object");
			}
			if (parser.nextToken() != null) {
				throw new InvalidMessageException(JsonRpc.PARSE_ERROR, null,
						"Parse error: there is more than one message in the line");
			}
		}
		catch (CharacterCodingException ex) {
			throw new InvalidMessageException(JsonRpc.PARSE_ERROR, null, "Parse error: the message is not UTF-8");
		}
		catch (JacksonException ex) {
			throw new InvalidMessageException(JsonRpc.PARSE_ERROR, facts.requestId(),
					"Parse error: " + ex.getOriginalMessage());
		}
		facts.check();
		return new Message(text, facts);
	}

	/**
	 * Take a batch apart.
	 * @param text a JSON array
	 * @return the texts of its elements, which may be no messages
	 * @throws InvalidMessageException if it is no array, or an empty one
	 */
	static List<byte[]> split(byte[] text) throws InvalidMessageException {
		List<byte[]> elements = new ArrayList<>();
		try (JsonParser parser = Json.parser(text)) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw new InvalidMessageException(JsonRpc.INVALID_REQUEST, null, "Invalid Request: not a batch");
			}
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				int start = position(parser, true);
				parser.skipChildren();
				elements.add(new Range(start, end(parser)).of(text));
			}
			if (parser.nextToken() != null) {
				throw new InvalidMessageException(JsonRpc.PARSE_ERROR, null,
						"Parse error: there is more than one batch in the line");
			}
		}
		catch (CharacterCodingException ex) {
			throw new InvalidMessageException(JsonRpc.PARSE_ERROR, null, "Parse error: the batch is not UTF-8");
		}
		catch (JacksonException ex) {
			throw new InvalidMessageException(JsonRpc.PARSE_ERROR, null, "Parse error: " + ex.getOriginalMessage());
		}
		if (elements.isEmpty()) {
			throw new InvalidMessageException(JsonRpc.INVALID_REQUEST, null, "Invalid Request: the batch is empty");
		}
		return elements;
	}

	/**
	 * Find the id of a message that was too long to be kept.
	 * @param start the first bytes of it
	 * @param end the last bytes of it
	 * @return the id, or {@code null} if it stands in neither
	 */
	static @Nullable RequestId idOf(byte[] start, byte[] end) {
		Matcher last = ID_AT_END.matcher(new String(end, StandardCharsets.UTF_8));
		Matcher first = ID_AT_START.matcher(new String(start, StandardCharsets.UTF_8));
		Matcher found = last.find() ? last : first.find() ? first : null;
		if (found == null) {
			return null;
		}
		return (found.group(1) != null) ? new RequestId(false, found.group(1)) : RequestId.of(found.group(2));
	}

	private static int position(JsonParser parser, boolean ofToken) {
		return (int) (ofToken ? parser.currentTokenLocation() : parser.currentLocation()).getByteOffset();
	}

	private static int end(JsonParser parser) {
		parser.finishToken();
		return position(parser, false);
	}

	byte[] text() {
		return this.text;
	}

	boolean isRequest() {
		return this.facts.method != null && this.facts.id != null;
	}

	boolean isNotification() {
		return this.facts.method != null && this.facts.id == null;
	}

	/**
	 * Tell whether this is the answer to a request. It has no id if that could not be
	 * read by whoever answers.
	 */
	boolean isResponse() {
		return this.facts.method == null;
	}

	boolean isError() {
		return this.facts.error;
	}

	int errorCode() {
		return this.facts.errorCode;
	}

	@Nullable RequestId id() {
		return this.facts.id;
	}

	/**
	 * The method, empty for an answer.
	 */
	String method() {
		return (this.facts.method != null) ? this.facts.method : "";
	}

	boolean isMethod(String method) {
		return method.equals(this.facts.method);
	}

	/**
	 * The parameter {@code name}, of a tool or a prompt.
	 */
	@Nullable String name() {
		return this.facts.name;
	}

	/**
	 * The parameter {@code uri}, of a resource.
	 */
	@Nullable String uri() {
		return this.facts.uri;
	}

	/**
	 * The parameter {@code requestId}, of what is cancelled.
	 */
	@Nullable RequestId cancelledId() {
		return this.facts.cancelledId;
	}

	/**
	 * The protocol revision that the message itself tells, as all requests do since
	 * 2026-07-28 and none did before.
	 */
	@Nullable String protocolVersion() {
		return isMethod("initialize") ? null : this.facts.protocolVersion;
	}

	/**
	 * The same message with another id.
	 */
	byte[] withId(RequestId id) {
		return (this.facts.idRange != null) ? Json.replace(this.text, this.facts.idRange, id.json()) : this.text;
	}

	/**
	 * The same message, a cancellation, of another request.
	 */
	byte[] withCancelledId(RequestId id) {
		return (this.facts.cancelledRange != null) ? Json.replace(this.text, this.facts.cancelledRange, id.json())
				: this.text;
	}

	/**
	 * For people: the method, and what it is applied to.
	 */
	String describe() {
		String object = (name() != null) ? name() : uri();
		return method() + ((object != null) ? " '" + object + "'" : "");
	}

	@Override
	public String toString() {
		return describe() + ((id() != null) ? " " + id() : "");
	}

	/**
	 * What is read of a message.
	 */
	private static final class Facts {

		private @Nullable String problem;

		private boolean version;

		private boolean result;

		private boolean error;

		private int errorCode;

		private @Nullable String method;

		private @Nullable RequestId id;

		private boolean nullId;

		private @Nullable Range idRange;

		private @Nullable String name;

		private @Nullable String uri;

		private @Nullable RequestId cancelledId;

		private @Nullable Range cancelledRange;

		private @Nullable String protocolVersion;

		void read(JsonParser parser) {
			boolean hasId = false;
			boolean hasMethod = false;
			String member;
			while ((member = parser.nextName()) != null) {
				JsonToken value = parser.nextToken();
				switch (member) {
					case "jsonrpc" ->
						this.version = value == JsonToken.VALUE_STRING && parser.getString().equals("2.0");
					case "id" -> {
						if (hasId) {
							problem("there are two ids");
						}
						hasId = true;
						readId(parser, value);
					}
					case "method" -> {
						if (hasMethod || value != JsonToken.VALUE_STRING) {
							problem("there must be one method, which is a string");
						}
						hasMethod = true;
						this.method = (value == JsonToken.VALUE_STRING) ? parser.getString() : null;
					}
					case "params" -> readParameters(parser, value);
					case "result" -> this.result = true;
					case "error" -> readError(parser, value);
					default -> {
					}
				}
				parser.skipChildren();
			}
		}

		private void readId(JsonParser parser, JsonToken value) {
			int start = position(parser, true);
			this.id = id(parser, value);
			this.idRange = (this.id != null) ? new Range(start, end(parser)) : null;
			this.nullId = value == JsonToken.VALUE_NULL;
			if (this.id == null && !this.nullId) {
				problem("an id is a string or an integer");
			}
		}

		private static @Nullable RequestId id(JsonParser parser, JsonToken value) {
			return switch (value) {
				case VALUE_STRING -> RequestId.of(parser.getString());
				case VALUE_NUMBER_INT -> new RequestId(false, parser.getString());
				default -> null;
			};
		}

		private void readError(JsonParser parser, JsonToken value) {
			this.error = true;
			String member;
			while (value == JsonToken.START_OBJECT && (member = parser.nextName()) != null) {
				JsonToken token = parser.nextToken();
				if (member.equals("code") && token == JsonToken.VALUE_NUMBER_INT) {
					this.errorCode = parser.getNumberValue().intValue();
				}
				parser.skipChildren();
			}
		}

		private void readParameters(JsonParser parser, JsonToken value) {
			if (value != JsonToken.START_OBJECT) {
				if (value != JsonToken.START_ARRAY) {
					problem("params are an object");
				}
				return;
			}
			String member;
			while ((member = parser.nextName()) != null) {
				JsonToken token = parser.nextToken();
				boolean string = token == JsonToken.VALUE_STRING;
				switch (member) {
					case "name" -> this.name = string ? parser.getString() : null;
					case "uri" -> this.uri = string ? parser.getString() : null;
					case "requestId" -> {
						int start = position(parser, true);
						this.cancelledId = id(parser, token);
						this.cancelledRange = (this.cancelledId != null) ? new Range(start, end(parser)) : null;
					}
					case "_meta" -> readMeta(parser, token);
					default -> {
					}
				}
				parser.skipChildren();
			}
		}

		private void readMeta(JsonParser parser, JsonToken value) {
			String member;
			while (value == JsonToken.START_OBJECT && (member = parser.nextName()) != null) {
				JsonToken token = parser.nextToken();
				if (member.equals(PROTOCOL_VERSION) && token == JsonToken.VALUE_STRING) {
					this.protocolVersion = parser.getString();
				}
				parser.skipChildren();
			}
		}

		private void problem(String problem) {
			this.problem = problem;
		}

		void check() throws InvalidMessageException {
			if (this.problem == null && !this.version) {
				this.problem = "\"jsonrpc\" must be \"2.0\"";
			}
			if (this.problem == null && this.method != null && this.nullId) {
				this.problem = "the id of a request is not null";
			}
			if (this.problem == null && this.method == null && this.result == this.error) {
				this.problem = "there must be a method, a result or an error";
			}
			if (this.problem == null && this.method == null && this.result && this.id == null) {
				this.problem = "a result must have an id";
			}
			if (this.problem != null) {
				throw new InvalidMessageException(JsonRpc.INVALID_REQUEST, requestId(),
						"Invalid Request: " + this.problem);
			}
		}

		/**
		 * The id to answer an error under: an answer is not answered, so its id is not
		 * its sender's own.
		 */
		private @Nullable RequestId requestId() {
			return (this.method != null) ? this.id : null;
		}

	}

}
