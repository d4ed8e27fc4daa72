package dev.aidis.port.sample.command.registries;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.aidis.port.RequiredProgram;
import dev.aidis.port.ReservedPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs both samples on one registry after the other, by the commands that stand in the
 * README.
 */
@EnabledOnOs(OS.LINUX)
class RegistriesIT {

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@TempDir
	static Path folder;

	private static Checkout checkout;

	@BeforeAll
	static void copyCheckout() throws IOException {
		RequiredProgram.require("bash", "bash");
		RequiredProgram.require("setsid", "util-linux");
		checkout = new Checkout(folder.resolve("checkout"));
	}

	@Test
	void samplesFindAndCallEachOtherOnEtcd() throws Exception {
		try (Registry etcd = new Etcd(folder)) {
			findAndCallEachOther("etcd", etcd, Map.of());
		}
	}

	@Test
	void samplesFindAndCallEachOtherOnZookeeper() throws Exception {
		try (Registry zookeeper = new Zookeeper()) {
			findAndCallEachOther("zookeeper", zookeeper, Map.of());
		}
	}

	/**
	 * Eureka's clients would ask for news every half minute.
	 */
	@Test
	void samplesFindAndCallEachOtherOnEureka() throws Exception {
		try (Registry eureka = new Eureka()) {
			findAndCallEachOther("eureka", eureka, Map.of("EUREKA_CLIENT_REGISTRYFETCHINTERVALSECONDS", "1"));
		}
		tellThatEurekaIsAway();
	}

	/**
	 * Only its client knows, and what the script looks for is in that client's words.
	 */
	private void tellThatEurekaIsAway() throws Exception {
		try (ReservedPort nobody = new ReservedPort();
				RunSamples samples = RunSamples.start(checkout, Map.of("MAVEN", "true"), "eureka",
						"http://localhost:" + nobody + "/eureka/")) {
			for (String service : samples.awaitServices().keySet()) {
				await().atMost(TIMEOUT)
					.untilAsserted(() -> assertThat(samples.output())
						.containsOnlyOnce(
								"Service '" + service + "' runs, but Eureka does not answer; it is tried again. ")
						.contains("localhost:" + nobody));
			}
			samples.pressCtrlC();
			assertThat(samples.awaitEnd()).as(samples.output()).isZero();
		}
	}

	private void findAndCallEachOther(String name, Registry registry, Map<String, String> variables) throws Exception {
		try (RunSamples samples = RunSamples.start(checkout, variables, name, registry.address())) {
			Map<String, URI> services = samples.awaitServices();
			Map<String, Integer> ports = new TreeMap<>();
			services.forEach((service, url) -> ports.put(service, url.getPort()));
			await().atMost(TIMEOUT).untilAsserted(() -> {
				for (String service : ports.keySet()) {
					assertThat(registry.ports(service)).containsExactly(ports.get(service));
				}
			});
			URI command = services.get("aidis-command-dev");
			await().atMost(TIMEOUT)
				.untilAsserted(
						() -> assertThat(ports(get(command, "/api/services").path("services"))).as(samples.output())
							.isEqualTo(ports));
			await().atMost(TIMEOUT).untilAsserted(() -> {
				JsonNode answer = get(command, "/api/mcp");
				assertThat(URI.create(answer.path("url").asString()).getPort()).isEqualTo(ports.get("aidis-mcp"));
				assertThat(answer.path("health").path("status").intValue()).isEqualTo(200);
				assertThat(answer.path("tools").toString()).contains("\"list_services\"");
				// What the MCP server itself finds in the registry.
				assertThat(ports(answer.path("services"))).isEqualTo(ports);
			});
			samples.pressCtrlC();
			assertThat(samples.awaitEnd()).as(samples.output()).isZero();
			assertThat(samples.processes()).isEmpty();
			await().atMost(TIMEOUT).untilAsserted(() -> {
				for (String service : ports.keySet()) {
					assertThat(registry.ports(service)).isEmpty();
				}
			});
		}
	}

	private static Map<String, Integer> ports(JsonNode services) {
		Map<String, Integer> ports = new TreeMap<>();
		services.forEach(
				(service) -> ports.put(service.required("name").stringValue(), service.required("port").intValue()));
		return ports;
	}

	private static JsonNode get(URI service, String path) throws IOException, InterruptedException {
		HttpResponse<String> answer = HTTP.send(
				HttpRequest.newBuilder(service.resolve(path)).timeout(Duration.ofSeconds(30)).build(),
				BodyHandlers.ofString());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(answer.body());
	}

}
