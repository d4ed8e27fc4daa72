package dev.aidis.port.sample.mcp.security;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests for {@link LocalAddresses}.
 */
class LocalAddressesTests {

	private final LocalAddresses addresses = new LocalAddresses(List.of("MCP.example:*"),
			List.of("https://App.Example"));

	@ParameterizedTest
	@CsvSource({ "mcp.example:80,https://app.example", "MCP.EXAMPLE:80,HTTPS://APP.EXAMPLE",
			"LocalHost,https://App.Example" })
	void acceptsNamesHoweverTheyAreWritten(String host, String origin) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader(HttpHeaders.HOST, host);
		request.addHeader(HttpHeaders.ORIGIN, origin);
		assertThatCode(() -> this.addresses.check(request)).doesNotThrowAnyException();
	}

}
