package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures how long a client waits for its first answer: from the start of the process to
 * the answer of the real server to {@code initialize}. With {@code -Dbridge.starts=20} it
 * does what {@code docs/benchmarks.md} reports.
 */
@EnabledIfSystemProperty(named = "bridge.starts", matches = "\\d+")
class BridgeStartupIT {

	private static final int STARTS = Integer.getInteger("bridge.starts", 3);

	/**
	 * What the project promises for a machine with two cores, for the bridge as its
	 * script starts it.
	 */
	private static final Duration LIMIT = Duration.ofMillis(1500);

	@TempDir
	private Path temp;

	@Test
	void firstAnswerComesSoon() throws Exception {
		Path file = this.temp.resolve("run/port-registry.json");
		Map<String, String> variables = Map.of("AIDIS_PORT_REGISTRY", file.toString(), "AIDIS_MCP_PORT", "0",
				"AIDIS_MCP_BRIDGE_PORT", "0");
		FilePortRegistry registry = new FilePortRegistry(file, Duration.ofSeconds(10));
		try (ChildProcess server = ChildProcess.server(this.temp, variables)) {
			Awaitility.await().atMost(StdioClient.TIMEOUT).until(() -> !registry.registrations("aidis-mcp").isEmpty());
			// The server's own first answer takes longer than any later one.
			measure(variables, List.of());
			Path archive = this.temp.resolve("classes.jsa");
			List<Long> plain = new ArrayList<>();
			List<Long> tuned = new ArrayList<>();
			List<Long> archived = new ArrayList<>();
			List<String> options = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
			List<String> dump = new ArrayList<>(options);
			dump.add("-XX:ArchiveClassesAtExit=" + archive);
			measure(variables, dump);
			List<String> withArchive = new ArrayList<>(options);
			withArchive.add("-XX:SharedArchiveFile=" + archive);
			for (int i = 0; i < STARTS; i++) {
				plain.add(measure(variables, List.of()));
				tuned.add(measure(variables, options));
				archived.add(measure(variables, withArchive));
			}
			System.out.printf(
					"First answer, median of %d starts: java -jar %d ms, small compiler %d ms, archived classes %d ms%n",
					STARTS, median(plain), median(tuned), median(archived));
			if (Integer.getInteger("bridge.starts") != null) {
				// Somebody measures, so nothing else runs.
				assertThat(Duration.ofMillis(median(archived))).isLessThan(LIMIT);
			}
			assertThat(server.process().isAlive()).isTrue();
		}
	}

	private long measure(Map<String, String> variables, List<String> options) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
		command.addAll(options);
		command.addAll(List.of("-jar", ChildProcess.jar("bridge.jar").toString()));
		long start = System.nanoTime();
		try (ChildProcess bridge = ChildProcess.start(this.temp, variables, false, command)) {
			StdioClient client = new StdioClient(bridge).say(BridgeHarness.INITIALIZE);
			client.answer("\"init\"");
			long took = (client.answers("\"init\"").get(0).time() - start) / 1_000_000;
			client.close();
			bridge.await();
			return took;
		}
	}

	private static long median(List<Long> values) {
		List<Long> sorted = values.stream().sorted().toList();
		return sorted.get(sorted.size() / 2);
	}

}
