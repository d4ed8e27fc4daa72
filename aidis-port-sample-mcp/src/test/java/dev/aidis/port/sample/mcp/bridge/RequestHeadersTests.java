package dev.aidis.port.sample.mcp.bridge;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestHeaders}.
 */
class RequestHeadersTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
			us-west1|us-west1
			Hello, 世界|=?base64?SGVsbG8sIOS4lueVjA==?=
			 padded |=?base64?IHBhZGRlZCA=?=
			=?base64?literal?=|=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=
			""")
	void encodesValuesAsMcpWants(String value, String expected) {
		assertThat(RequestHeaders.encode(value)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none", textBlock = """
			tools/call     | {"name":"pay","uri":"x"}   | pay
			prompts/get    | {"name":"greet"}           | greet
			resources/read | {"uri":"file:///a","name":"b"} | file:///a
			tools/list     | {"name":"x"}               | none
			tools/call     | {}                         | none
			""")
	void namesWhatARequestIsAbout(String method, String params, String name) throws Exception {
		Message request = Message
			.parse(("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}")
				.getBytes(StandardCharsets.UTF_8));
		Map<String, String> headers = RequestHeaders.of(request, "2026-07-28", null);
		assertThat(headers).containsEntry("MCP-Protocol-Version", "2026-07-28").containsEntry("Mcp-Method", method);
		assertThat(headers.get("Mcp-Name")).isEqualTo(name);
	}

}
