package dev.aidis.port.sample.mcp;

import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.test.AidisPortTest;
import dev.aidis.port.test.TestPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets the official client SDK for Node talk to the server, see
 * {@code src/test/js/server.test.mjs}.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class NodeSdkTests {

	@LocalServerPort
	private int port;

	@Autowired
	private TestPortRegistry registry;

	@BeforeAll
	static void install() {
		NodeProject.install();
	}

	@Test
	void isServed() {
		NodeProject.Result result = NodeProject.test("server.test.mjs",
				Map.of("MCP_URL", "http://localhost:" + this.port + "/mcp", "REGISTRY", this.registry.location()));
		assertThat(result.exitCode()).as(result.output()).isZero();
		assertThat(result.output()).contains("fail 0");
	}

}
