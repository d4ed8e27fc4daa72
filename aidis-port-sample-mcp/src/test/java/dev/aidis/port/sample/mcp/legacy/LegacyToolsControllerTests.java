package dev.aidis.port.sample.mcp.legacy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LegacyToolsController}.
 */
@AidisPortTest
@SpringBootTest
@AutoConfigureMockMvc
class LegacyToolsControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@ParameterizedTest
	@ValueSource(strings = { "{\"arguments\": {}}", "{\"arguments\": null}", "{}", "" })
	void answersWhatTheToolAnswers(String body) {
		assertThat(call("list_services", body)).hasStatusOk()
			.hasContentTypeCompatibleWith(MediaType.APPLICATION_JSON)
			.bodyJson()
			.isStrictlyEqualTo("{\"success\": true, \"result\": {\"services\": []}}");
	}

	@Test
	void passesArgumentsOn() {
		assertThat(call("explain_port", "{\"arguments\": {\"port\": 1}}")).hasStatusOk()
			.bodyJson()
			.hasPathSatisfying("$.result.port", (port) -> assertThat(port).asNumber().isEqualTo(1));
	}

	@Test
	void listsTheToolsWhenOneIsUnknown() {
		assertThat(call("dance", "{\"arguments\": {}}")).hasStatus(HttpStatus.NOT_FOUND)
			.bodyJson()
			.isStrictlyEqualTo(
					"""
							{
							  "success": false,
							  "error": "There is no tool named 'dance'; there are list_services, find_service, wait_for_service, check_health, explain_port, prune_stale."
							}
							""");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"arguments":          | The body is no JSON
			[]                     | must be an object such as
			{"arguments": []}      | must be an object such as
			{"arguments": "a"}     | must be an object such as
			5                      | must be an object such as
			""")
	void saysWhatABodyMustBe(String body, String error) {
		assertFailure(call("list_services", body), HttpStatus.BAD_REQUEST, error);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"arguments": {"name": "orders"}} | No live service named 'orders'
			{"arguments": {"name": 5}}        | 'name' must be a string, but is 5
			""")
	void answersTheErrorsOfTools(String body, String error) {
		assertFailure(call("find_service", body), HttpStatus.UNPROCESSABLE_CONTENT, error);
	}

	@Test
	void callsToolsByPostOnly() {
		assertFailure(this.mvc.get().uri("/mcp/tools/list_services").header(HttpHeaders.HOST, "localhost").exchange(),
				HttpStatus.METHOD_NOT_ALLOWED, "Tools are called by POST");
	}

	private void assertFailure(MvcTestResult result, HttpStatus status, String error) {
		assertThat(result).hasStatus(status)
			.bodyJson()
			.hasPathSatisfying("$.success", (success) -> assertThat(success).isEqualTo(false))
			.hasPathSatisfying("$.error", (message) -> assertThat(message).asString().contains(error))
			.doesNotHavePath("$.result");
	}

	private MvcTestResult call(String tool, String body) {
		return this.mvc.post()
			.uri("/mcp/tools/" + tool)
			.header(HttpHeaders.HOST, "localhost")
			.contentType(MediaType.APPLICATION_JSON)
			.content(body)
			.exchange();
	}

}
