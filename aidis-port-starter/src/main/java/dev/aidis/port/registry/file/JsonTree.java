package dev.aidis.port.registry.file;

import java.math.BigInteger;
import java.util.Map;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes trees as Jackson's mapper does, but without its serializers and
 * deserializers. Those bring a hundred classes for types that no registry holds, and each
 * application would load them at its start.
 */
final class JsonTree {

	private JsonTree() {
	}

	/**
	 * Read the value that a parser stands at. How deep it may be nested is the parser's
	 * business.
	 * @param parser the parser, at the first token of the value and afterwards at the
	 * last
	 * @param nodes makes the nodes
	 */
	static JsonNode read(JsonParser parser, JsonNodeFactory nodes) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.START_OBJECT) {
			ObjectNode object = nodes.objectNode();
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				parser.nextToken();
				object.set(name, read(parser, nodes));
			}
			return object;
		}
		if (token == JsonToken.START_ARRAY) {
			ArrayNode array = nodes.arrayNode();
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				array.add(read(parser, nodes));
			}
			return array;
		}
		if (token == JsonToken.VALUE_STRING) {
			return nodes.stringNode(parser.getString());
		}
		if (token == JsonToken.VALUE_NUMBER_INT) {
			return integer(parser, nodes);
		}
		if (token == JsonToken.VALUE_NUMBER_FLOAT) {
			return nodes.numberNode(parser.getDecimalValue());
		}
		if (token == JsonToken.VALUE_NULL) {
			return nodes.nullNode();
		}
		return nodes.booleanNode(parser.getBooleanValue());
	}

	private static JsonNode integer(JsonParser parser, JsonNodeFactory nodes) {
		JsonParser.NumberType type = parser.getNumberType();
		if (type == JsonParser.NumberType.INT) {
			return nodes.numberNode(parser.getIntValue());
		}
		BigInteger value = parser.getBigIntegerValue();
		return (type == JsonParser.NumberType.LONG) ? nodes.numberNode(value.longValueExact())
				: nodes.numberNode(value);
	}

	/**
	 * Write a value.
	 * @param value the value
	 * @param generator where to write it
	 */
	static void write(JsonNode value, JsonGenerator generator) {
		if (value.isObject()) {
			generator.writeStartObject(value, value.size());
			for (Map.Entry<String, JsonNode> member : value.properties()) {
				generator.writeName(member.getKey());
				write(member.getValue(), generator);
			}
			generator.writeEndObject();
		}
		else if (value.isArray()) {
			generator.writeStartArray(value, value.size());
			for (JsonNode element : value) {
				write(element, generator);
			}
			generator.writeEndArray();
		}
		else if (value.isString()) {
			generator.writeString(value.stringValue());
		}
		else if (value.isInt()) {
			generator.writeNumber(value.intValue());
		}
		else if (value.isLong()) {
			generator.writeNumber(value.longValue());
		}
		else if (value.isBoolean()) {
			generator.writeBoolean(value.booleanValue());
		}
		else if (value.isNull()) {
			generator.writeNull();
		}
		else {
			// All others are rare.
			generator.writeTree(value);
		}
	}

}
