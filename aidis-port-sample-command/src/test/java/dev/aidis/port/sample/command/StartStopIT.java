package dev.aidis.port.sample.command;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts and stops the samples as a user does, with the scripts and the jars.
 */
@EnabledOnOs(OS.LINUX)
class StartStopIT {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@TempDir
	Path folder;

	@BeforeAll
	static void requirePrograms() {
		RequiredProgram.require("bash", "bash");
		RequiredProgram.require("curl", "curl");
		RequiredProgram.require("jq", "jq");
	}

	@Test
	void startsBothSamplesOnPortsThatTheSystemChoseAndStopsThem() throws Exception {
		try (Checkout one = new Checkout(this.folder.resolve("one"));
				Checkout two = new Checkout(this.folder.resolve("two"))) {
			Command started = one.start(Map.of("AIDIS_START_CACHE", "true")).succeeds();
			assertThat(started.output()).containsOnlyOnce("aidis-mcp\n  url").contains("/healthz OK 200");
			classesAreThoseThatJavaRemembers(one);
			portsAreThoseThatListen(one, started);
			seedsCommandsWork(one);
			commandCallsMcpByName(one);
			assertThat(one.start(Map.of()).succeeds().output()).contains("aidis-mcp is already running")
				.contains("aidis-command-dev is already running");

			two.start(Map.of("AIDIS_MCP_PORT", "0", "AIDIS_COMMAND_DEV_PORT", "0")).succeeds();
			assertThat(ports(one)).hasSize(2).doesNotContainAnyElementsOf(ports(two));
			assertThat(two.entries().propertyNames()).containsExactlyInAnyOrder("aidis-mcp", "aidis-command-dev");

			List<Long> pids = pids(one);
			one.stop().succeeds();
			assertThat(one.registry()).content().isEqualTo("{}\n");
			assertThat(pids).hasSize(2).noneMatch(StartStopIT::isRunning);
			commandCallsMcpByName(two);
		}
	}

	/**
	 * Of a jar that is the same, and archived classes that Java has accepted.
	 */
	private void classesAreThoseThatJavaRemembers(Checkout checkout) throws IOException {
		for (long pid : pids(checkout)) {
			assertThat(Files.readString(Path.of("/proc/" + pid + "/maps")))
				.containsPattern("\\.start/[0-9.-]+/classes");
		}
	}

	private void portsAreThoseThatListen(Checkout checkout, Command started) throws Exception {
		assertThat(checkout.entries().propertyNames()).containsExactlyInAnyOrder("aidis-mcp", "aidis-command-dev");
		for (JsonNode entry : checkout.entries()) {
			int port = entry.path("port").intValue();
			assertThat(listeningPorts(entry.path("pid").longValue())).containsExactly(port);
			assertThat(get("http://localhost:" + port + entry.path("healthEndpoint").stringValue()).statusCode())
				.isEqualTo(200);
			assertThat(started.output()).contains("http://localhost:" + port + "\n");
			assertThat(entry.path("metadata").path("requestedPort").stringValue()).isEqualTo("0");
		}
	}

	private void seedsCommandsWork(Checkout checkout) throws Exception {
		String port = checkout.entries().path("aidis-mcp").path("port").asString();
		assertThat(checkout.run(Map.of(), "bash", "-c", "cat run/port-registry.json | jq -r '.[\"aidis-mcp\"].port'")
			.succeeds()
			.output()).isEqualTo(port + "\n");
		assertThat(checkout
			.run(Map.of(), "bash", "-c",
					"curl -s -o /dev/null -w '%{http_code}' "
							+ "http://localhost:$(cat run/port-registry.json | jq -r '.[\"aidis-mcp\"].port')/healthz")
			.succeeds()
			.output()).isEqualTo("200");
		assertThat(checkout.run(Map.of(), "scripts/port-discovery.sh").succeeds().output()).contains("aidis-mcp")
			.contains(port)
			.contains("aidis-command-dev");
	}

	private void commandCallsMcpByName(Checkout checkout) throws Exception {
		JsonNode entries = checkout.entries();
		String answer = get(
				"http://localhost:" + entries.path("aidis-command-dev").path("port").intValue() + "/api/mcp")
			.body();
		assertThat(answer).contains("list_services")
			.contains("http://localhost:" + entries.path("aidis-mcp").path("port").intValue())
			.contains("aidis-command-dev");
	}

	@Test
	void fixedPortIsTakenInProductionAndABusyOneIsExplained() throws Exception {
		try (Socket reserved = new Socket();
				Checkout one = new Checkout(this.folder.resolve("one"));
				Checkout two = new Checkout(this.folder.resolve("two"))) {
			// Bound and not listening: the system gives the port to nobody else, and the
			// service may listen on it.
			reserved.setReuseAddress(true);
			reserved.bind(new InetSocketAddress(0));
			String port = String.valueOf(reserved.getLocalPort());
			Map<String, String> settings = Map.of("AIDIS_MCP_PORT", port, "AIDIS_ENV", "production");
			assertThat(one.start(settings).succeeds().output()).contains("http://localhost:" + port + "\n");
			assertThat(one.entries().propertyNames()).containsExactlyInAnyOrder("aidis-mcp", "aidis-command-prod");
			Command busy = two.start(settings);
			assertThat(busy.exitCode()).isEqualTo(1);
			assertThat(busy.output()).contains("Port " + port + " was already in use");
			assertThat(two.entries().propertyNames()).isEmpty();
		}
	}

	private static List<Integer> ports(Checkout checkout) throws IOException {
		return checkout.entries().valueStream().map((entry) -> entry.path("port").intValue()).toList();
	}

	private static List<Long> pids(Checkout checkout) throws IOException {
		return checkout.entries().valueStream().map((entry) -> entry.path("pid").longValue()).toList();
	}

	/**
	 * A process that ended and that nobody has reaped yet has no command any more.
	 */
	private static boolean isRunning(long pid) {
		try {
			return !Files.readString(Path.of("/proc/" + pid + "/cmdline")).isEmpty();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
		return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * Ask the operating system which TCP ports a process listens on.
	 */
	private static Set<Integer> listeningPorts(long pid) throws IOException {
		Set<String> sockets = new TreeSet<>();
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
			for (Path descriptor : descriptors.toList()) {
				sockets.add(Files.readSymbolicLink(descriptor).toString());
			}
		}
		Set<Integer> ports = new TreeSet<>();
		for (String table : List.of("tcp", "tcp6")) {
			for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
				String[] fields = line.strip().split("\\s+");
				if (fields[3].equals("0A") && sockets.contains("socket:[" + fields[9] + "]")) {
					ports.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
				}
			}
		}
		return ports;
	}

}
