package dev.aidis.port.registry.file;

import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.JsonNode;

/**
 * How much the file may hold. What is written keeps to the same limits as what is read,
 * or the next reader would find a broken file.
 */
final class RegistryLimits {

	static final int MAX_NESTING = 32;

	static final int MAX_NAME = 256;

	/**
	 * The digits of a number that is no integer. Jackson reads 1000 characters.
	 */
	static final int MAX_DIGITS = 900;

	private static final int MAX_TEXT = 8 * 1024;

	private static final int MAX_TOKENS = 600_000;

	/**
	 * The braces of the document itself.
	 */
	private static final int DOCUMENT_TOKENS = 2;

	private RegistryLimits() {
	}

	static StreamReadConstraints constraints(int maxNesting) {
		return StreamReadConstraints.builder()
			.maxDocumentLength(RegistryFormat.MAX_SIZE)
			.maxNestingDepth(maxNesting)
			.maxStringLength(MAX_TEXT)
			.maxNameLength(MAX_NAME)
			.maxTokenCount(MAX_TOKENS)
			.build();
	}

	/**
	 * Check a document that is about to be written.
	 * @param size its size in bytes
	 * @param tokens the tokens of its members
	 * @throws IllegalStateException if it could not be read
	 */
	static void check(int size, long tokens) {
		if (size > RegistryFormat.MAX_SIZE) {
			throw new IllegalStateException("the registry would be larger than " + RegistryFormat.MAX_SIZE + " bytes");
		}
		if (!isReadable(tokens)) {
			throw new IllegalStateException("the registry would hold more than " + MAX_TOKENS + " JSON tokens");
		}
	}

	/**
	 * Tell whether a document is not too long.
	 * @param tokens the tokens of its members
	 */
	static boolean isReadable(long tokens) {
		return tokens + DOCUMENT_TOKENS <= MAX_TOKENS;
	}

	/**
	 * Count the tokens of a member, and check each.
	 * @throws IllegalStateException if one could not be read
	 */
	static int tokens(String name, JsonNode value) {
		if (name.length() > MAX_NAME) {
			throw new IllegalStateException(
					"a name would be longer than " + MAX_NAME + " characters: " + name.substring(0, 40) + "…");
		}
		return 1 + tokens(value);
	}

	private static int tokens(JsonNode value) {
		if (value.isString() && value.stringValue().length() > MAX_TEXT) {
			throw new IllegalStateException("a text would be longer than " + MAX_TEXT + " characters: "
					+ value.stringValue().substring(0, 40) + "…");
		}
		if (!value.isContainer()) {
			return 1;
		}
		int tokens = 2;
		for (Map.Entry<String, JsonNode> member : value.properties()) {
			tokens += tokens(member.getKey(), member.getValue());
		}
		if (value.isArray()) {
			for (JsonNode element : value) {
				tokens += tokens(element);
			}
		}
		return tokens;
	}

	/**
	 * Return the entries that fit into a file together, with room for others.
	 */
	static Map<String, JsonNode> fitting(Map<String, JsonNode> entries) {
		Map<String, JsonNode> fitting = new LinkedHashMap<>();
		long[] left = { RegistryFormat.MAX_SIZE * 3L / 4, MAX_TOKENS * 3L / 4 };
		entries.forEach((name, value) -> {
			long size = RegistryFormat.render(name, value).length;
			long tokens = tokens(name, value);
			if (size <= left[0] && tokens <= left[1]) {
				left[0] -= size;
				left[1] -= tokens;
				fitting.put(name, value);
			}
		});
		return fitting;
	}

}
