package dev.aidis.port.sample.mcp.transport;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.sample.mcp.McpHttp;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MessageFilter} and {@link ClientMessage}, and of what the MCP SDK
 * answers behind them.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class MessageFilterTests {

	@LocalServerPort
	private int port;

	@Autowired
	private McpSessions sessions;

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"jsonrpc":"2.0"                                                    | -32700 | The message is no JSON
					``                                                                  | -32700 | it is empty
					{"jsonrpc":"2.0","id":1,"method":"ping"} {}                         | -32700 | The message is no JSON
					{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}                     | -32700 | Duplicate
					[{"jsonrpc":"2.0","id":1,"method":"ping"}]                          | -32600 | Batches
					5                                                                   | -32600 | A message is a JSON object
					{"id":1,"method":"ping"}                                            | -32600 | "jsonrpc": "2.0"
					{"jsonrpc":"1.0","id":1,"method":"ping"}                            | -32600 | "jsonrpc": "2.0"
					{"jsonrpc":"2.0","id":null,"method":"ping"}                         | -32600 | An id is a string or an integer
					{"jsonrpc":"2.0","id":{},"method":"ping"}                           | -32600 | An id is a string or an integer
					{"jsonrpc":"2.0","id":1.5,"method":"ping"}                          | -32600 | An id is a string or an integer
					{"jsonrpc":"2.0","id":1,"method":7}                                 | -32600 | A method is a string
					{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}    | -32600 | "params" is an object
					{"jsonrpc":"2.0","id":1}                                            | -32600 | either a result or an error
					{"jsonrpc":"2.0","id":1,"result":null}                              | -32600 | either a result or an error
					{"jsonrpc":"2.0","id":1,"result":{},"error":{}}                     | -32600 | either a result or an error
					{"jsonrpc":"2.0","id":1,"error":"no"}                               | -32600 | An error has an integer
					""")
	void refusesWhatIsNoMessage(String body, int code, String sentence) {
		HttpResponse<String> response = McpHttp.at(this.port).initialize().post(body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertError(McpHttp.message(response), code, sentence);
		assertThat(McpHttp.message(response).has("id")).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			tools/call       | []                               | "params" is an object
			tools/call       | {}                               | tools/call needs "name", a string
			tools/call       | {"name":5}                       | tools/call needs "name", a string
			tools/call       | {"name":"a","arguments":[]}      | "arguments" is an object
			tools/call       | {"name":"a","_meta":5}           | "_meta" is an object
			tools/call       | {"name":"dance"}                 | There is no tool named 'dance'
			resources/read   | {"uri":{}}                       | resources/read needs "uri", a string
			logging/setLevel | {"level":"loud"}                 | "level" is one of debug
			initialize       | {"protocolVersion":1}            | initialize needs "protocolVersion", a string
			initialize       | {"protocolVersion":"1","capabilities":{},"clientInfo":{}} | "clientInfo" has a name
			""")
	void answersWrongParametersUnderTheIdOfTheRequest(String method, String params, String sentence) {
		HttpResponse<String> response = McpHttp.at(this.port)
			.initialize()
			.post(McpHttp.request("\"seven\"", method, params));
		assertThat(response.statusCode()).isEqualTo(200);
		assertError(McpHttp.message(response), -32602, sentence);
		assertThat(McpHttp.message(response).get("id").stringValue()).isEqualTo("seven");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			ping       | null
			tools/list | {"_meta":null}
			tools/call | {"name":"list_services","arguments":null}
			""")
	void takesNullForWhatIsLeftOut(String method, String params) {
		HttpResponse<String> response = McpHttp.at(this.port).initialize().post(McpHttp.request(1, method, params));
		assertThat(McpHttp.message(response).has("result")).as(response.body()).isTrue();
		assertThat(McpHttp.message(response).at("/result/isError").asBoolean(false)).isFalse();
	}

	@Test
	void refusesWhatIsNotUtf8() {
		byte[] body = McpHttp.request("\"\u00ff\"", "ping", "{}").getBytes(StandardCharsets.ISO_8859_1);
		assertError(McpHttp.message(McpHttp.at(this.port).initialize().post(body)), -32700, "not UTF-8");
		byte[] wide = McpHttp.request(1, "ping", "{}").getBytes(StandardCharsets.UTF_16);
		assertError(McpHttp.message(McpHttp.at(this.port).initialize().post(wide)), -32700, "not UTF-8");
	}

	@Test
	void refusesWhatIsNestedTooDeeply() {
		String deep = "[".repeat(100_000) + "]".repeat(100_000);
		HttpResponse<String> response = McpHttp.at(this.port)
			.initialize()
			.post(McpHttp.request(1, "ping", "{\"a\":" + deep + "}"));
		assertError(McpHttp.message(response), -32700, "nested deeper than 64");
	}

	/**
	 * The stream of this answer would otherwise stay open.
	 */
	@Test
	void endsTheAnswerToAnUnknownMethod() {
		HttpResponse<String> response = McpHttp.at(this.port).initialize().post(McpHttp.request(1, "dance", "{}"));
		assertThat(response.statusCode()).isEqualTo(200);
		assertError(McpHttp.message(response), -32601, "This server has no method 'dance'.");
	}

	@Test
	void saysWhichServicesThereAreWhenAResourceIsUnknown() {
		HttpResponse<String> response = McpHttp.at(this.port)
			.initialize()
			.post(McpHttp.request(1, "resources/read", "{\"uri\":\"aidis://registry/ordres\"}"));
		assertError(McpHttp.message(response), -32002, "registered: aidis-mcp");
		response = McpHttp.at(this.port)
			.initialize()
			.post(McpHttp.request(1, "resources/read", "{\"uri\":\"other://registry\"}"));
		assertError(McpHttp.message(response), -32002,
				"There is no resource 'other://registry'. resources/list tells which there are");
	}

	@ParameterizedTest
	@ValueSource(strings = { "notifications/unheard-of", "notifications/roots/list_changed",
			"notifications/initialized", "notifications/cancelled" })
	void acceptsNotificationsThatItHasNoUseFor(String method) {
		HttpResponse<String> response = McpHttp.at(this.port)
			.initialize()
			.post(McpHttp.notification(method, "{\"requestId\":\"never sent\"}"));
		assertThat(response.statusCode()).isEqualTo(202);
		assertThat(response.body()).isEmpty();
	}

	@Test
	void acceptsAnswersToQuestionsThatItDidNotAsk() {
		HttpResponse<String> response = McpHttp.at(this.port)
			.initialize()
			.post("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}");
		assertThat(response.statusCode()).isEqualTo(202);
	}

	@Test
	void needsASessionItKnows() {
		McpHttp client = McpHttp.at(this.port);
		HttpResponse<String> response = client.post(McpHttp.request(1, "ping", "{}"));
		assertThat(response.statusCode()).isEqualTo(400);
		assertError(McpHttp.message(response), -32000, "Send initialize first");
		response = client.inSession("gone").post(McpHttp.request(1, "ping", "{}"));
		assertThat(response.statusCode()).isEqualTo(404);
		assertError(McpHttp.message(response), -32001, "There is no session 'gone'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PUT", "PATCH", "OPTIONS" })
	void saysWhichMethodsThereAre(String method) {
		HttpResponse<String> response = McpHttp
			.send(McpHttp.at(this.port).builder().method(method, BodyPublishers.ofString("{}")).build());
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow").orElse("").split(",\\s*")).containsExactlyInAnyOrder("GET",
				"POST", "DELETE");
		assertError(McpHttp.message(response), -32000, "MCP does not use " + method);
	}

	@Test
	void endsASessionOnRequest() {
		McpHttp client = McpHttp.at(this.port).initialize();
		assertThat(this.sessions.contains(client.session())).isTrue();
		assertThat(McpHttp.send(client.builder().DELETE().build()).statusCode()).isEqualTo(200);
		assertThat(this.sessions.contains(client.session())).isFalse();
		assertThat(client.post(McpHttp.request(1, "ping", "{}")).statusCode()).isEqualTo(404);
	}

	/**
	 * Clients of the next revision go back to this one if they are told so without an
	 * error code of theirs.
	 */
	@Test
	void refusesARevisionOfTheProtocolThatItDoesNotKnow() {
		HttpResponse<String> response = McpHttp.at(this.port)
			.send(BodyPublishers.ofString(McpHttp.request(1, "server/discover", "{}")),
					(request) -> request.header("MCP-Protocol-Version", "2026-07-28"));
		assertThat(response.statusCode()).isEqualTo(400);
		assertError(McpHttp.message(response), -32000,
				"this server knows 2024-11-05, 2025-03-26, 2025-06-18, 2025-11-25");
	}

	@Test
	void answersWithTheNewestRevisionWhereItDoesNotKnowTheOneAskedFor() {
		HttpResponse<String> response = McpHttp.at(this.port)
			.post(McpHttp.request(1, "initialize",
					"{\"protocolVersion\":\"1999-12-31\",\"capabilities\":{},\"clientInfo\":{\"name\":\"a\",\"version\":\"1\"}}"));
		assertThat(McpHttp.message(response).at("/result/protocolVersion").stringValue()).isEqualTo("2025-11-25");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			*/*                                                   | 200
			application/json;q=0.9, text/event-stream;q=0.8       | 200
			application/*, text/*                                 | 200
			application/json                                      | 406
			text/html                                             | 406
			""")
	void goesByWhatTheClientAccepts(String accept, int status) {
		HttpResponse<String> response = McpHttp.at(this.port)
			.initialize()
			.send(BodyPublishers.ofString(McpHttp.request(1, "ping", "{}")),
					(request) -> request.setHeader("Accept", accept));
		assertThat(response.statusCode()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			application/json; charset=ISO-8859-1 | 200
			text/plain                           | 415
			application/x-www-form-urlencoded    | 415
			""")
	void takesNothingButJson(String type, int status) {
		HttpResponse<String> response = McpHttp.at(this.port)
			.initialize()
			.send(BodyPublishers.ofString(McpHttp.request(1, "ping", "{\"a\":\"\u00e4\"}")),
					(request) -> request.setHeader("Content-Type", type));
		assertThat(response.statusCode()).isEqualTo(status);
	}

	@Test
	void doesNotLetSessionsPileUp() {
		McpHttp last = McpHttp.at(this.port).initialize();
		for (int i = 0; i < 600; i++) {
			last = McpHttp.at(this.port).initialize();
		}
		assertThat(this.sessions.size()).isLessThanOrEqualTo(500);
		assertThat(last.post(McpHttp.request(1, "ping", "{}")).statusCode()).isEqualTo(200);
	}

	private static void assertError(JsonNode message, int code, String sentence) {
		assertThat(message.get("jsonrpc").stringValue()).isEqualTo("2.0");
		assertThat(message.at("/error/code").intValue()).as(message.toString()).isEqualTo(code);
		assertThat(message.at("/error/message").stringValue()).contains(sentence);
		assertThat(message.toString()).doesNotContain("stackTrace", "Exception", "java.");
	}

}
