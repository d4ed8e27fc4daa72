package dev.aidis.port.sample.mcp.bridge;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link BridgeOptions}.
 */
class BridgeOptionsTests {

	private final Map<String, Object> variables = new LinkedHashMap<>();

	private BridgeOptions options(String... arguments) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.variables));
		return BridgeOptions.of(List.of(arguments), environment);
	}

	@Test
	void nothingNeedsToBeTold() {
		assertThat(options()).isEqualTo(new BridgeOptions(null, "AIDIS_MCP_URL", "aidis-mcp", "/mcp", 8080, null,
				Duration.ofSeconds(30), false, false));
	}

	@ParameterizedTest
	@CsvSource({ "http://localhost:9000,http://localhost:9000/mcp", "http://localhost:9000/,http://localhost:9000/mcp",
			"https://[::1]:9000/other?x=1,https://[::1]:9000/other?x=1" })
	void addressMayLackThePath(String url, String endpoint) {
		assertThat(options("--url", url).url()).isEqualTo(URI.create(endpoint));
		this.variables.put("AIDIS_MCP_URL", url);
		assertThat(options().url()).isEqualTo(URI.create(endpoint));
	}

	@Test
	void commandLineWins() {
		this.variables.put("AIDIS_MCP_URL", "http://localhost:1");
		this.variables.put("AIDIS_MCP_BRIDGE_WAIT", "5");
		BridgeOptions options = options("--url=http://localhost:2", "--wait=7");
		assertThat(options.url()).hasPort(2);
		assertThat(options.urlSetting()).isEqualTo("--url");
		assertThat(options.patience()).isEqualTo(Duration.ofSeconds(7));
		assertThat(options().patience()).isEqualTo(Duration.ofSeconds(5));
	}

	@Test
	void anotherServerMayBeMeant() {
		this.variables.put("AIDIS_MCP_TOKEN", " secret ");
		BridgeOptions options = options("--service", "orders-mcp", "--path", "/api/mcp", "--stdio-only");
		assertThat(options.service()).isEqualTo("orders-mcp");
		assertThat(options.path()).isEqualTo("/api/mcp");
		assertThat(options.stdioOnly()).isTrue();
		assertThat(options.defaultPort()).isZero();
		assertThat(options.token()).isEqualTo("secret");
	}

	@Test
	void defaultPortMayBeAnother() {
		this.variables.put("AIDIS_PORT_SERVICES_AIDIS_MCP_DEFAULT_PORT", "9000");
		assertThat(options().defaultPort()).isEqualTo(9000);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			--ulr x                  | there is no option '--ulr'
			x                        | there is no option 'x'
			--url                    | --url needs a value
			--url localhost:8080     | --url is 'localhost:8080', which is no URL
			--url ftp://localhost    | which is no URL
			--url http:///mcp        | which is no URL
			--wait soon              | the time to wait is 'soon'
			--path mcp               | 'mcp' is no path
			""")
	void whatMakesNoSenseIsExplained(String commandLine, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> options(commandLine.split(" ")))
			.withMessageContaining(message);
	}

	@Test
	void emptyVariablesAreNone() {
		this.variables.putAll(Map.of("AIDIS_MCP_URL", "", "AIDIS_MCP_TOKEN", " ", "AIDIS_MCP_BRIDGE_WAIT", ""));
		assertThat(options()).isEqualTo(new BridgeOptions(null, "AIDIS_MCP_URL", "aidis-mcp", "/mcp", 8080, null,
				Duration.ofSeconds(30), false, false));
	}

	@Test
	void helpNamesEveryOption() {
		assertThat(options("--help").help()).isTrue();
		assertThat(BridgeOptions.USAGE).contains("--url", "--service", "--path", "--wait", "--stdio-only",
				"AIDIS_MCP_TOKEN", "AIDIS_MCP_BRIDGE_PORT");
	}

}
