package dev.aidis.port.sample.mcp.bridge;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link Message}.
 */
class MessageTests {

	@Test
	void readsARequest() throws Exception {
		Message message = parse("""
				{"jsonrpc":"2.0","method":"tools/call","params":{"name":"pay","arguments":{"name":"other","id":9},
				"_meta":{"progressToken":5}},"id":"a\\u0062"}""");
		assertThat(message.isRequest()).isTrue();
		assertThat(message.isNotification()).isFalse();
		assertThat(message.isResponse()).isFalse();
		assertThat(message.id()).isEqualTo(RequestId.of("ab"));
		assertThat(message.method()).isEqualTo("tools/call");
		assertThat(message.name()).isEqualTo("pay");
		assertThat(message.protocolVersion()).isNull();
		assertThat(message.describe()).isEqualTo("tools/call 'pay'");
	}

	@Test
	void readsTheRevisionThatARequestTells() throws Exception {
		Message message = parse("""
				{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///x",
				"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}""");
		assertThat(message.protocolVersion()).isEqualTo("2026-07-28");
		assertThat(message.uri()).isEqualTo("file:///x");
	}

	@Test
	void readsANotification() throws Exception {
		Message message = parse(
				"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}");
		assertThat(message.isNotification()).isTrue();
		assertThat(message.cancelledId()).isEqualTo(new RequestId(false, "7"));
		assertThat(text(message.withCancelledId(RequestId.of("x"))))
			.isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"x\"}}");
	}

	@Test
	void readsAnswers() throws Exception {
		Message result = parse("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
		assertThat(result.isResponse()).isTrue();
		assertThat(result.isError()).isFalse();
		Message error = parse("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"message\":\"x\",\"code\":-32020}}");
		assertThat(error.isResponse()).isTrue();
		assertThat(error.isError()).isTrue();
		assertThat(error.errorCode()).isEqualTo(-32020);
		assertThat(error.id()).isNull();
		assertThat(parse("{\"jsonrpc\":\"2.0\",\"error\":{}}").id()).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"jsonrpc":"2.0","id":12,"method":"x"}         | {"jsonrpc":"2.0","id":"new","method":"x"}
			{ "id" : "a\\"b" , "jsonrpc":"2.0","method":"x"} | { "id" : "new" , "jsonrpc":"2.0","method":"x"}
			{"jsonrpc":"2.0","method":"x","id":-5}         | {"jsonrpc":"2.0","method":"x","id":"new"}
			{"jsonrpc":"2.0","method":"ä","id":""}         | {"jsonrpc":"2.0","method":"ä","id":"new"}
			{"jsonrpc":"2.0","method":"x","id":7 }         | {"jsonrpc":"2.0","method":"x","id":"new" }
			""")
	void replacesNothingButTheId(String text, String expected) throws Exception {
		assertThat(text(parse(text).withId(RequestId.of("new")))).isEqualTo(expected);
	}

	@Test
	void tellsNumbersFromStrings() throws Exception {
		assertThat(parse("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}").id())
			.isNotEqualTo(parse("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"x\"}").id());
		assertThat(parse("{\"jsonrpc\":\"2.0\",\"id\":123456789012345678901234567890,\"method\":\"x\"}").id())
			.hasToString("123456789012345678901234567890");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "{\"a\"}", "nonsense", "{}{}", "{} x", "[1", "{\"a\":1,}", "{\"a\":'b'}",
			"{'a':1}", "{\"a\":01}", "{\"a\":NaN}", "\u0000{}", "{\"a\":\"\t\"}", "// x\n{}" })
	void refusesWhatIsNoJson(String text) {
		assertRefused(text, JsonRpc.PARSE_ERROR, null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "\"x\"", "null", "true", "{}", "{\"jsonrpc\":\"2.0\"}",
			"{\"jsonrpc\":\"1.0\",\"method\":\"x\"}", "{\"method\":\"x\"}", "{\"jsonrpc\":\"2.0\",\"method\":5}",
			"{\"jsonrpc\":\"2.0\",\"id\":1}", "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"x\"}",
			"{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"x\"}", "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"x\"}",
			"{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"x\"}", "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"x\"}",
			"{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"id\":null}",
			"{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":1,\"error\":{}}", "{\"jsonrpc\":\"2.0\",\"result\":1}",
			"{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":3}" })
	void refusesWhatIsNoMessage(String text) {
		assertRefused(text, JsonRpc.INVALID_REQUEST, null);
	}

	@Test
	void refusesUnderTheIdOfTheRequestWhereThatCanBeRead() {
		assertRefused("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"x\",\"params\":\"y\"}", JsonRpc.INVALID_REQUEST,
				new RequestId(false, "4"));
		assertRefused("{\"jsonrpc\":\"1.0\",\"id\":4,\"method\":\"x\"}", JsonRpc.INVALID_REQUEST,
				new RequestId(false, "4"));
		assertRefused("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"x\",", JsonRpc.PARSE_ERROR,
				new RequestId(false, "4"));
	}

	@Test
	void refusesTwoIds() {
		assertRefused("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"x\",\"id\":5}", JsonRpc.INVALID_REQUEST,
				new RequestId(false, "5"));
	}

	@Test
	void refusesOtherEncodings() {
		String text = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}";
		for (byte[] bytes : List.of(text.getBytes(StandardCharsets.UTF_16LE), text.getBytes(StandardCharsets.UTF_16),
				"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1))) {
			assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> Message.parse(bytes))
				.withMessageContaining("UTF-8");
		}
	}

	@Test
	void refusesWhatIsNestedTooDeeply() {
		String text = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"a\":" + "[".repeat(100_000)
				+ "]".repeat(100_000) + "}}";
		assertRefused(text, JsonRpc.PARSE_ERROR, new RequestId(false, "1"));
	}

	@Test
	void readsLongMessages() throws Exception {
		String text = "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"a\":\"" + "ä".repeat(2_000_000)
				+ "\"},\"id\":1}";
		assertThat(text(parse(text).withId(RequestId.of("b")))).endsWith("\"},\"id\":\"b\"}");
	}

	@Test
	void takesABatchApart() throws Exception {
		List<byte[]> elements = Message.split(bytes(" [ {\"a\":[1]} , 2,\"ä\",[3], {} ] "));
		assertThat(elements.stream().map(MessageTests::text)).containsExactly("{\"a\":[1]}", "2", "\"ä\"", "[3]", "{}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "[1", "[1]2", "[1,]" })
	void refusesWhatIsNoBatch(String text) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> Message.split(bytes(text)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none", textBlock = """
			{"method":"x"                          | ,"jsonrpc":"2.0","id":7}        | 7
			{"method":"x"                          | }, "id" : "a" }                 | "a"
			{"jsonrpc":"2.0","id":3,"method":"x",  | "id":7}}                        | 3
			{"jsonrpc":"2.0","method":"m","id":"s",| xyz                             | "s"
			{"method":"x","params":{"id":5,        | "text":"\\"id\\":7}"}           | none
			{"params":{"x":                        | \\"id\\":7}                     | none
			""")
	void findsTheIdOfAMessageThatIsTooLong(String start, String end, String id) {
		RequestId found = Message.idOf(bytes(start), bytes(end));
		assertThat((found != null) ? found.json() : null).isEqualTo(id);
	}

	@Test
	void survivesAnything() {
		Random random = new Random(4711);
		byte[] valid = bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\","
				+ "\"_meta\":{\"progressToken\":1}}}");
		for (int i = 0; i < 20_000; i++) {
			byte[] text = valid.clone();
			for (int changes = random.nextInt(4); changes >= 0; changes--) {
				text[random.nextInt(text.length)] = (byte) random.nextInt(256);
			}
			try {
				assertThat(Message.parse(text).text()).isEqualTo(text);
			}
			catch (InvalidMessageException ex) {
				assertThat(text(ex.toError())).startsWith("{\"jsonrpc\":\"2.0\",\"id\":").doesNotContain("\n");
			}
		}
	}

	private static void assertRefused(String text, int code, RequestId id) {
		InvalidMessageException refused = catchThrowableOfType(InvalidMessageException.class, () -> parse(text));
		assertThat(refused).as(text).isNotNull();
		assertThat(Json.tree(refused.toError()).path("error").path("code").asInt()).isEqualTo(code);
		assertThat(Json.tree(refused.toError()).path("id").toString()).isEqualTo((id != null) ? id.json() : "null");
	}

	private static Message parse(String text) throws InvalidMessageException {
		return Message.parse(bytes(text));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
