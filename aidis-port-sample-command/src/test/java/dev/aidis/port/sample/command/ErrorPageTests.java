package dev.aidis.port.sample.command;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests who is shown a page where there is nothing, and who gets a problem detail.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
class ErrorPageTests {

	private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

	@Autowired
	private RestTestClient client;

	@ParameterizedTest
	@ValueSource(strings = { "/nope", "/nope/at/all", "/api/nope", "/favicon.ico", "/instances/nope" })
	void browserThatOpensAPathWhereNothingIsShowsThePage(String path) {
		page(get(path, Map.of("Accept", BROWSER, "Sec-Fetch-Dest", "document")), 404, "Not Found");
	}

	@Test
	void browserThatDoesNotTellWhatForIsABrowserToo() {
		assertThat(page(get("/nope", Map.of("Accept", "text/html")), 404, "Not Found"))
			.contains("There is nothing here.")
			.contains("<a href=\"/\">To the services</a>");
	}

	@Test
	void whatIsKnownOfTheErrorStandsOnThePage() {
		assertThat(page(get("/api/services/nope", Map.of("Accept", BROWSER)), 404, "Not Found"))
			.contains("No service named &#39;nope&#39; is registered.");
		assertThat(page(get("/api/events?limit=0", Map.of("Accept", BROWSER)), 400, "Bad Request"))
			.contains("&#39;limit&#39; must be 1 to 1000, but is 0.");
	}

	@Test
	void nameThatWasAskedForHarmsNoPage() {
		assertThat(page(get("/api/services/{name}", Map.of("Accept", BROWSER), "<img src=x onerror=alert(1)>"), 404,
				"Not Found"))
			.contains("&lt;img src=x onerror=alert(1)&gt;")
			.doesNotContain("<img");
	}

	@Test
	void whatIsAllowedInsteadIsToldToBoth() {
		page(get("/api/prune", Map.of("Accept", BROWSER)).expectHeader().valueEquals("Allow", "POST"), 405,
				"Method Not Allowed");
		problem(get("/api/prune", Map.of()).expectHeader().valueEquals("Allow", "POST"), 405);
	}

	@ParameterizedTest
	@CsvSource({ "/nope, 404", "/api/nope, 404", "/api/services/nope, 404", "/api/events?limit=0, 400" })
	void programsGetAProblemDetail(String path, int status) {
		problem(get(path, Map.of()), status);
		problem(get(path, Map.of("Accept", "*/*")), status);
		problem(get(path, Map.of("Accept", "application/json")), status);
		problem(get(path, Map.of("Accept", "application/problem+json")), status);
	}

	@Test
	void scriptsOfThePageGetAProblemDetail() {
		problem(get("/instances/nope", Map.of("Accept", "text/html", "Sec-Fetch-Dest", "empty")), 404);
		problem(get("/instances/nope", Map.of("Accept", BROWSER, "HX-Request", "true")), 404);
	}

	private ResponseSpec get(String path, Map<String, String> headers, Object... variables) {
		return this.client.get().uri(path, variables).headers((all) -> {
			all.remove("Accept");
			headers.forEach(all::set);
		}).exchange();
	}

	private static String page(ResponseSpec response, int status, String title) {
		String html = response.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_HTML)
			.expectHeader()
			.exists("Content-Security-Policy")
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		assertThat(html).contains("<h1>" + title + "</h1>");
		return html;
	}

	private static void problem(ResponseSpec response, int status) {
		response.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(status);
	}

}
