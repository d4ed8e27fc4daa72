package dev.aidis.port.sample.mcp.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import dev.aidis.port.sample.mcp.McpHttp;

/**
 * Makes messages that are wrong in all ways, and a few that only seem to be. The same
 * seed makes the same messages.
 */
final class MalformedMessages {

	private static final List<String> METHODS = List.of("initialize", "ping", "tools/list", "tools/call",
			"resources/list", "resources/read", "resources/subscribe", "resources/unsubscribe",
			"resources/templates/list", "prompts/get", "completion/complete", "logging/setLevel", "dance", "", "\u0000",
			"notifications/cancelled", "notifications/initialized", "notifications/progress");

	private static final List<String> VALUES = List.of("null", "true", "false", "0", "-1", "1.5", "1e999999999",
			"123456789012345678901234567890", "\"\"", "\"orders\"", "\"\\ud800\"", "\"\\u0000\"", "\"\u202e\u2028\"",
			"[]", "{}", "[[]]", "{\"a\":{}}", "{\"__proto__\":1}", "{\"uri\":\"aidis://registry/%zz\"}",
			"{\"name\":\"find_service\",\"arguments\":{\"name\":\"a\"}}",
			"{\"name\":\"explain_port\",\"arguments\":{\"port\":1e99}}",
			"{\"name\":\"wait_for_service\",\"arguments\":{\"name\":\"a\",\"timeoutSeconds\":0}}");

	private final Random random;

	private final List<Supplier<byte[]>> kinds = List.of(this::truncated, this::damaged, this::noise, this::wrongId,
			this::wrongParams, this::wrongTypes, this::nested, this::notUtf8, this::noObject, this::twice, this::wide,
			this::response, this::many, this::manyNames);

	MalformedMessages(long seed) {
		this.random = new Random(seed);
	}

	byte[] next() {
		return (this.random.nextInt(200) == 0) ? long5MB() : pick(this.kinds).get();
	}

	private <T> T pick(List<T> from) {
		return from.get(this.random.nextInt(from.size()));
	}

	private String valid() {
		return McpHttp.request(this.random.nextInt(1000), pick(METHODS), pick(VALUES));
	}

	private byte[] truncated() {
		byte[] message = bytes(valid());
		return Arrays.copyOf(message, this.random.nextInt(message.length));
	}

	private byte[] damaged() {
		byte[] message = bytes(valid());
		for (int i = 0; i <= this.random.nextInt(4); i++) {
			message[this.random.nextInt(message.length)] = (byte) this.random.nextInt(256);
		}
		return message;
	}

	private byte[] noise() {
		byte[] noise = new byte[this.random.nextInt(5000)];
		this.random.nextBytes(noise);
		return noise;
	}

	private byte[] wrongId() {
		return bytes(McpHttp.request(pick(VALUES), pick(METHODS), "{}"));
	}

	private byte[] wrongParams() {
		return bytes(valid());
	}

	private byte[] wrongTypes() {
		return bytes("{\"jsonrpc\":" + pick(VALUES) + ",\"method\":" + pick(VALUES) + ",\"id\":" + pick(VALUES)
				+ ",\"params\":" + pick(VALUES) + "}");
	}

	private byte[] nested() {
		int depth = 1 + this.random.nextInt(50_000);
		boolean closed = this.random.nextBoolean();
		String open = this.random.nextBoolean() ? "[" : "{\"a\":";
		String close = open.equals("[") ? "]" : "}";
		return bytes(McpHttp.request(1, pick(METHODS),
				"{\"a\":" + open.repeat(depth) + "1" + (closed ? close.repeat(depth) : "") + "}"));
	}

	private byte[] notUtf8() {
		byte[][] sequences = { { (byte) 0xff }, { (byte) 0xc0, (byte) 0xaf }, { (byte) 0xed, (byte) 0xa0, (byte) 0x80 },
				{ (byte) 0x80 }, { (byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80 }, { (byte) 0xe2 } };
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		message.writeBytes(bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\""));
		message.writeBytes(pick(List.of(sequences)));
		message.writeBytes(bytes("\"}}"));
		return message.toByteArray();
	}

	private byte[] noObject() {
		return bytes(pick(List.of("", " ", "null", "5", "\"ping\"", "[]", "[" + valid() + "," + valid() + "]",
				valid() + valid(), valid() + "\n" + valid(), "NaN", "'ping'", "{,}", "// ping")));
	}

	private byte[] twice() {
		return bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\",\"method\":\"tools/list\"}");
	}

	private byte[] wide() {
		return valid().getBytes(pick(List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE)));
	}

	private byte[] response() {
		return bytes("{\"jsonrpc\":\"2.0\",\"id\":" + pick(VALUES) + ",\"" + pick(List.of("result", "error", "neither"))
				+ "\":" + pick(VALUES) + "}");
	}

	private byte[] many() {
		return bytes(McpHttp.request(1, pick(METHODS), "{\"a\":[" + "0,".repeat(this.random.nextInt(100_000)) + "0]}"));
	}

	private byte[] manyNames() {
		StringBuilder params = new StringBuilder("{");
		for (int i = this.random.nextInt(2000); i > 0; i--) {
			params.append("\"n").append(i).append("\":").append(i).append(',');
		}
		return bytes(McpHttp.request(1, pick(METHODS), params.append("\"name\":\"list_services\"}").toString()));
	}

	private byte[] long5MB() {
		return bytes(McpHttp.request(1, "ping", "{\"a\":\"" + "x".repeat(5 * 1024 * 1024) + "\"}"));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
