package dev.aidis.port.sample.command.security;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the login, also where the server listens on all addresses.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "aidis.command.login.enabled=true", "server.address=0.0.0.0",
				// The password is "open sesame".
				"aidis.command.login.password={bcrypt}" + LoginTests.PASSWORD })
class LoginTests {

	static final String PASSWORD = "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy";

	private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

	private final HttpClient http = HttpClient.newBuilder().cookieHandler(new java.net.CookieManager()).build();

	@LocalServerPort
	private int port;

	@Test
	void peopleAreSentToTheLogin() throws Exception {
		HttpResponse<String> page = this.http.send(request("/").header("Accept", "text/html").build(),
				BodyHandlers.ofString());
		assertThat(page.statusCode()).isEqualTo(302);
		assertThat(page.headers().firstValue("Location").orElse("")).endsWith("/login");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/services", "/api/stream", "/stream", "/rows", "/api/csrf", "/actuator/ports",
			"/api/mcp" })
	void programsAreToldToSendCredentials(String path) throws Exception {
		HttpResponse<String> answer = this.http.send(request(path).build(), BodyHandlers.ofString());
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Basic realm=\"aidis-command\"");
		assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/healthz", "/readyz", "/actuator/health", "/login", "/command.css" })
	void healthAndTheLoginItselfAreOpen(String path) throws Exception {
		assertThat(this.http.send(request(path).build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
	}

	@Test
	void programsThatSendThemAreAnswered() throws Exception {
		assertThat(basic("operator:open sesame")).isEqualTo(200);
		assertThat(basic("operator:wrong")).isEqualTo(401);
		assertThat(basic("other:open sesame")).isEqualTo(401);
	}

	private int basic(String credentials) throws Exception {
		return this.http
			.send(request("/api/services")
				.header("Authorization",
						"Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
				.build(), BodyHandlers.ofString())
			.statusCode();
	}

	@Test
	void whoLogsInSeesThePageAndWhoLogsOutDoesNot() throws Exception {
		assertThat(logIn("wrong").headers().firstValue("Location").orElse("")).endsWith("/login?error");
		assertThat(logIn("open sesame").headers().firstValue("Location").orElse("")).endsWith("/");
		HttpResponse<String> page = this.http.send(request("/").header("Accept", "text/html").build(),
				BodyHandlers.ofString());
		assertThat(page.body()).contains("<h1>Command centre</h1>").contains("Log out");
		assertThat(form("/logout", page.body(), "").headers().firstValue("Location").orElse(""))
			.endsWith("/login?logout");
		assertThat(this.http.send(request("/api/services").build(), BodyHandlers.ofString()).statusCode())
			.isEqualTo(401);
	}

	private HttpResponse<String> logIn(String password) throws Exception {
		String login = this.http.send(request("/login").build(), BodyHandlers.ofString()).body();
		return form("/login", login, "username=operator&password=" + password.replace(' ', '+') + "&");
	}

	private HttpResponse<String> form(String path, String page, String fields) throws Exception {
		Matcher token = TOKEN.matcher(page);
		assertThat(token.find()).as(page).isTrue();
		return this.http.send(request(path).header("Content-Type", "application/x-www-form-urlencoded")
			.header("Accept", "text/html")
			.POST(BodyPublishers.ofString(fields + "_csrf=" + token.group(1)))
			.build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path));
	}

}
