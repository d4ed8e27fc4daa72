package dev.aidis.port.aot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.client.RestClient;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that run with what Spring Boot has generated at build time, on the JVM. A
 * native image is made of the same, and of the hints.
 */
class AotApplicationIT {

	@TempDir
	Path folder;

	private FilePortRegistry registry;

	@BeforeEach
	void open() {
		this.registry = new FilePortRegistry(this.folder.resolve("port-registry.json"), Duration.ofMinutes(1));
	}

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Test
	void applicationsAreAssignedPortsRegisteredFoundAndRemoved() throws Exception {
		try (JavaProcess stock = start("stock", "--AIDIS_STOCK_PORT=30000-39999");
				JavaProcess orders = start("orders", "--AIDIS_ORDERS_PORT=0")) {
			PortRegistration registered = registered(stock);
			assertThat(registered.port()).isBetween(30000, 39999);
			assertThat(registered.metadata()).containsEntry(PortRegistration.RANGE, "30000-39999");
			RestClient client = RestClient.create(registered(orders).uri().toString());
			assertThat(get(client, "/stock")).isEqualTo(String.valueOf(registered.port()));
			assertThat(get(client, "/actuator/ports")).contains("\"stock\"", ":" + registered.port(),
					"AIDIS_ORDERS_PORT");
			assertThat(get(client, "/actuator/health")).contains("\"portRegistry\"", "\"UP\"");
			assertThat(get(client, "/actuator/metrics/aidis.port.lookups")).contains("\"COUNT\"");
			stock.terminate();
			stock.awaitEnd();
			assertThat(this.registry.registrations()).extracting(PortRegistration::serviceName)
				.containsExactly("orders");
		}
	}

	/**
	 * Settings that are bound, answers that are written and what {@code spring.factories}
	 * names, all by reflection.
	 */
	@Test
	void hintsForANativeImageNameWhatReflectionNeeds() throws Exception {
		Map<String, JsonNode> types = new HashMap<>();
		try (Stream<Path> files = Files.walk(Path.of(System.getProperty("classes"), "META-INF", "native-image"))) {
			for (Path file : files.filter((found) -> found.endsWith("reachability-metadata.json")).toList()) {
				JsonMapper.shared()
					.readTree(file.toFile())
					.path("reflection")
					.forEach((entry) -> types.put(entry.path("type").asString(""), entry));
			}
		}
		assertThat(types).containsKeys("dev.aidis.port.assignment.PortAssignmentProperties",
				"dev.aidis.port.assignment.PortAssignmentProperties$Service",
				"dev.aidis.port.autoconfigure.RegistryEngineProperties", "dev.aidis.port.discovery.DiscoveryProperties",
				"dev.aidis.port.registration.RegistrationProperties", "dev.aidis.port.registration.AdvertiseProperties",
				"dev.aidis.port.registry.ClusterProperties$Cluster",
				"dev.aidis.port.registry.file.FileRegistryProperties");
		assertThat(types).containsKeys("dev.aidis.port.assignment.PortAssignmentEnvironmentPostProcessor",
				"dev.aidis.port.assignment.FailedApplicationListener", "dev.aidis.port.compose.RunningServicesListener",
				"dev.aidis.port.autoconfigure.FileRegistryBackgroundPreinitializer",
				"dev.aidis.port.autoconfigure.PortConflictFailureAnalyzer",
				"dev.aidis.port.autoconfigure.FileRegisteredPorts");
		for (String answer : List.of("Ports", "Self", "Service", "Instances", "Pruned")) {
			JsonNode entry = types.get("dev.aidis.port.actuate.PortsEndpoint$" + answer);
			assertThat(entry).as(answer).isNotNull();
			assertThat(entry.path("methods")).as(answer).isNotEmpty();
		}
	}

	private PortRegistration registered(JavaProcess process) {
		return this.registry.registrations()
			.stream()
			.filter((found) -> found.pid() == process.pid())
			.findFirst()
			.orElseThrow();
	}

	private static String get(RestClient client, String path) {
		return String.valueOf(client.get().uri(path).retrieve().body(String.class));
	}

	private JavaProcess start(String name, String... arguments) throws Exception {
		List<String> all = new ArrayList<>(List.of("--spring.application.name=" + name, "--spring.main.banner-mode=off",
				"--aidis.port.registry.file=" + this.registry.location()));
		all.addAll(List.of(arguments));
		JavaProcess process = JavaProcess.start(JavaProcess.classPath(),
				Map.of("JAVA_TOOL_OPTIONS", "-Dspring.aot.enabled=true"), AotApplication.class.getName(),
				all.toArray(String[]::new));
		process.awaitLine("ready, ahead of time: true");
		return process;
	}

}
