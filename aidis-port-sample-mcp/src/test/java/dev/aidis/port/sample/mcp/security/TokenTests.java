package dev.aidis.port.sample.mcp.security;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import dev.aidis.port.sample.mcp.McpApplication;
import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link RequestGuard} with a token, and for {@link BearerToken}.
 */
@AidisPortTest
@SpringBootTest(properties = "aidis.mcp.token=open.sesame-42=")
@AutoConfigureMockMvc
@ExtendWith(OutputCaptureExtension.class)
class TokenTests {

	@Autowired
	private MockMvcTester mvc;

	@ParameterizedTest
	@CsvSource({ "POST,/mcp", "GET,/mcp", "POST,/mcp/tools/list_services", "GET,/actuator/ports",
			"DELETE,/actuator/ports", "GET,/actuator/health" })
	void isAskedForEverywhere(HttpMethod method, String path) {
		MvcTestResult result = this.mvc.method(method).uri(path).header(HttpHeaders.HOST, "localhost").exchange();
		assertThat(result).hasStatus(HttpStatus.UNAUTHORIZED)
			.headers()
			.hasValue(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"aidis-mcp\"");
		assertThat(result).bodyText().contains("AIDIS_MCP_TOKEN").doesNotContain("sesame");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/healthz", "/readyz" })
	void isNotAskedForByTheHealth(String path) {
		assertThat(this.mvc.get().uri(path).header(HttpHeaders.HOST, "localhost")).hasStatusOk();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Bearer open.sesame-42", "Bearer open.sesame-42=x", "Bearer ", "Basic open.sesame-42=",
			"open.sesame-42=", "Bearer OPEN.SESAME-42=", "Bearer \u00f6" })
	void isRefusedWhenItIsAnother(String authorization) {
		assertThat(callWith(authorization)).hasStatus(HttpStatus.UNAUTHORIZED)
			.headers()
			.hasValue(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"aidis-mcp\", error=\"invalid_token\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Bearer open.sesame-42=", "bearer open.sesame-42=" })
	void opensTheServer(String authorization) {
		assertThat(callWith(authorization)).hasStatusOk();
	}

	private MvcTestResult callWith(String authorization) {
		return this.mvc.post()
			.uri("/mcp/tools/list_services")
			.header(HttpHeaders.HOST, "localhost")
			.header(HttpHeaders.AUTHORIZATION, authorization)
			.exchange();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "  " })
	void isNotSetByAnEmptySetting(String setting) {
		assertThat(BearerToken.of(setting)).isNull();
	}

	@Test
	void isRefusedAtOnceIfNoHeaderCouldHoldItAndNotShown(@TempDir Path folder, CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> SpringApplication.run(McpApplication.class, "--aidis.mcp.token=mistyped secret",
					"--server.port=0", "--aidis.port.registry.file=" + folder.resolve("port-registry.json")))
			.withRootCauseInstanceOf(InvalidTokenException.class);
		assertThat(output).contains("aidis.mcp.token is set to what no header can hold. Its value is not shown here.")
			.contains("Set aidis.mcp.token (AIDIS_MCP_TOKEN) to letters, digits")
			.doesNotContain("mistyped");
	}

}
