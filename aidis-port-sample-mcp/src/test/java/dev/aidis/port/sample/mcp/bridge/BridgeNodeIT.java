package dev.aidis.port.sample.mcp.bridge;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.sample.mcp.NodeProject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets the official client SDK for Node talk through the bridge, see
 * {@code src/test/js/bridge.test.mjs}.
 */
class BridgeNodeIT {

	@TempDir
	private Path temp;

	@BeforeAll
	static void install() {
		NodeProject.install();
	}

	@Test
	void isServed() throws Exception {
		Path file = this.temp.resolve("run/port-registry.json");
		FilePortRegistry registry = new FilePortRegistry(file, Duration.ofSeconds(10));
		try (ChildProcess server = ChildProcess.server(this.temp,
				Map.of("AIDIS_PORT_REGISTRY", file.toString(), "AIDIS_MCP_PORT", "0"))) {
			Awaitility.await().atMost(StdioClient.TIMEOUT).until(() -> !registry.registrations("aidis-mcp").isEmpty());
			String command = ChildProcess.java("bridge.jar", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
				.stream()
				.map(Json::quote)
				.collect(Collectors.joining(",", "[", "]"));
			NodeProject.Result result = NodeProject.test("bridge.test.mjs", Map.of("BRIDGE_COMMAND", command,
					"AIDIS_PORT_REGISTRY", file.toString(), "AIDIS_MCP_BRIDGE_PORT", "0"));
			assertThat(result.exitCode()).as(result.output()).isZero();
			assertThat(result.output()).contains("fail 0");
			assertThat(server.process().isAlive()).isTrue();
			assertThat(registry.registrations("aidis-mcp-bridge")).isEmpty();
		}
		assertThat(List.copyOf(registry.registrations())).isEmpty();
	}

}
