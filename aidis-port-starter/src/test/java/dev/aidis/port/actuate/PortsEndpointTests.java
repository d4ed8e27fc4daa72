package dev.aidis.port.actuate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import tools.jackson.databind.JsonNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an operator gets from the actuator of a running application.
 */
class PortsEndpointTests {

	private static final String EXPOSED = "--management.endpoints.web.exposure.include=health,ports";

	@TempDir
	Path folder;

	ConfigurableApplicationContext context;

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void listsServicesAndTellsWhyThisOneHasItsPort() throws Exception {
		run(EXPOSED, "--aidis.orders.port=0");
		Files.writeString(file(), Files.readString(file())
			.replaceFirst("\\{",
					"{ \"dead\": { \"port\": 5000, \"pid\": 999999999, \"startedAt\": \"2026-11-23T08:57:12.081Z\" },"));
		JsonNode ports = get("/actuator/ports").getBody();
		assertThat(ports.path("registry").stringValue()).isEqualTo(file().toString());
		assertThat(ports.path("self").path("serviceName").stringValue()).isEqualTo("orders");
		assertThat(ports.path("self").path("url").stringValue()).isEqualTo(url());
		assertThat(ports.path("self").path("requestedPort").intValue()).isZero();
		assertThat(ports.path("self").path("assignedBy").stringValue())
			.isEqualTo("command line argument --aidis.orders.port");
		assertThat(ports.path("self").path("rung").stringValue()).isEqualTo("SERVICE_SETTING");
		assertThat(ports.path("services")
			.valueStream()
			.map((service) -> service.path("serviceName").stringValue() + " " + service.path("status").stringValue()
					+ " " + service.path("startedAt").stringValue().length()))
			.containsExactly("orders UP 24", "dead STALE 24");
	}

	@Test
	void showsEveryRungOfTheLadderWithItsValueAndWhatBecameOfIt() {
		run(EXPOSED, "--db.password=hunter2", "--aidis.orders.port=${db.password}", "--PORT=0",
				"--aidis.port.services.orders.default-port=9005", "--aidis.port.range=20000-20099");
		JsonNode ladder = get("/actuator/ports").getBody().path("self").path("ladder");
		assertThat(ladder.valueStream()
			.map((step) -> step.path("rung").stringValue() + "|" + step.path("setting").stringValue() + "|"
					+ step.path("value").asString("") + "|" + step.path("outcome").stringValue()))
			.containsExactly("OVERRIDE|server.port||not set",
					"SERVICE_SETTING|command line argument --aidis.orders.port|${db.password}|"
							+ "skipped: it is no number from 0 to 65535",
					"GENERIC_VARIABLE|command line argument --PORT|0|decides",
					"APPLICATION_CONFIGURATION|server.port||not set",
					"DEFAULT_PORT|default port of orders|9005|not used, since GENERIC_VARIABLE decides",
					"SERVICE_RANGE|aidis.port.services.orders.range||not set",
					"RANGE|command line argument --aidis.port.range|20000-20099|"
							+ "not used, since GENERIC_VARIABLE decides",
					"DYNAMIC|dynamic||not used, since GENERIC_VARIABLE decides");
		assertThat(ladder.toString()).doesNotContain("hunter2");
	}

	@Test
	void showsOneServiceWithItsHealthAsItIsNow() {
		run(EXPOSED);
		JsonNode orders = get("/actuator/ports/orders").getBody();
		JsonNode instance = orders.path("instances").path(0);
		assertThat(instance.path("url").stringValue()).isEqualTo(url());
		assertThat(instance.path("healthUrl").stringValue()).isEqualTo(url() + "/actuator/health");
		assertThat(instance.path("health").path("healthy").booleanValue()).isTrue();
		assertThat(instance.path("health").path("detail").stringValue()).isEqualTo("HTTP 200");
		assertThat(get("/actuator/ports/unknown").getStatusCode().value()).isEqualTo(404);
	}

	@Test
	void tellsOfEveryServiceWhatItAskedForAndForHowLongItRuns() throws Exception {
		run(EXPOSED, "--aidis.orders.port=0", "--aidis.port.registry.check-interval=1h",
				"--aidis.port.registry.watch=false");
		Files.writeString(file(),
				Files.readString(file())
					.replaceFirst("\\{",
							"{ \"legacy\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid()
									+ " }, \"dead\": { \"port\": 5001, \"pid\": 999999999, "
									+ "\"startedAt\": \"2026-11-23T08:57:12.081Z\" },"));
		JsonNode services = get("/actuator/ports").getBody().path("services");
		JsonNode orders = service(services, "orders");
		assertThat(orders.path("requestedPort").stringValue()).isEqualTo("0");
		assertThat(orders.path("assignedBy").stringValue()).isEqualTo("command line argument --aidis.orders.port");
		assertThat(orders.path("rung").stringValue()).isEqualTo("SERVICE_SETTING");
		assertThat(orders.path("uptimeSeconds").longValue()).isBetween(0L, 600L);
		assertThat(service(services, "legacy").has("requestedPort")).isFalse();
		assertThat(service(services, "legacy").has("uptimeSeconds")).isFalse();
		assertThat(service(services, "dead").path("status").stringValue()).isEqualTo("STALE");
		assertThat(service(services, "dead").has("uptimeSeconds")).isFalse();
	}

	private static JsonNode service(JsonNode services, String name) {
		return services.valueStream()
			.filter((service) -> service.path("serviceName").stringValue().equals(name))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void showsTheStaleInstancesOfAServiceMarkedAndWhoUsesIt() throws Exception {
		run(EXPOSED, "--aidis.port.registry.check-interval=1h", "--aidis.port.registry.watch=false");
		Files.writeString(file(), Files.readString(file())
			.replaceFirst("\\{", "{ \"stock\": { \"port\": 5001, \"pid\": 999999999 }, \"shop\": { \"port\": 5002, "
					+ "\"pid\": " + ProcessHandle.current().pid() + ", \"dependsOn\": [\"stock\"] },"));
		JsonNode stock = get("/actuator/ports/stock").getBody();
		assertThat(stock.path("instances")).hasSize(1);
		assertThat(stock.path("instances").path(0).path("status").stringValue()).isEqualTo("STALE");
		assertThat(stock.path("instances").path(0).has("health")).isFalse();
		assertThat(stock.path("usedBy").valueStream().map(JsonNode::stringValue)).containsExactly("shop");
	}

	@Test
	void tellsTheProblemOfTheOwnEntry() throws Exception {
		run(EXPOSED);
		assertThat(get("/actuator/ports").getBody().path("self").has("problem")).isFalse();
		Path lock = file().resolveSibling("port-registry.json.lock");
		Files.delete(lock);
		Files.createDirectory(lock);
		Files.writeString(file(), "{}\n");
		await()
			.untilAsserted(() -> assertThat(get("/actuator/ports").getBody().path("self").path("problem").asString(""))
				.contains("cannot be written"));
		Files.delete(lock);
		await().untilAsserted(() -> assertThat(get("/actuator/ports").getBody().path("self").has("problem")).isFalse());
	}

	@Test
	void deletePrunesTheDead() throws Exception {
		run(EXPOSED, "--aidis.port.registry.check-interval=1h", "--aidis.port.registry.watch=false");
		Files.writeString(file(),
				Files.readString(file()).replaceFirst("\\{", "{ \"dead\": { \"port\": 5000, \"pid\": 999999999 },"));
		JsonNode pruned = client().delete().uri("/actuator/ports").retrieve().body(JsonNode.class);
		assertThat(pruned.path("pruned").valueStream().map((service) -> service.path("serviceName").stringValue()))
			.containsExactly("dead");
		assertThat(file()).content().doesNotContain("dead").contains("orders");
	}

	@Test
	void isNotExposedByDefault() {
		run();
		assertThat(get("/actuator/ports").getStatusCode().value()).isEqualTo(404);
	}

	@Test
	void healthTellsWhereTheServiceIs() {
		run("--management.endpoint.health.show-details=always");
		JsonNode health = get("/actuator/health").getBody().path("components").path("portRegistry");
		assertThat(health.path("status").stringValue()).isEqualTo("UP");
		assertThat(health.path("details").path("registry").stringValue()).isEqualTo(file().toString());
		assertThat(health.path("details").path("service").stringValue()).isEqualTo("orders");
		assertThat(health.path("details").path("url").stringValue()).isEqualTo(url());
		for (String check : List.of("readable", "writable", "registered")) {
			assertThat(health.path("details").path(check).booleanValue()).as(check).isTrue();
		}
		assertThat(health.path("details").has("problem")).isFalse();
	}

	@Test
	void healthIsDownWhileARequiredServiceIsMissing() {
		run("--management.endpoint.health.show-details=always", "--aidis.port.discovery.required=orders,stock");
		ResponseEntity<JsonNode> health = get("/actuator/health");
		assertThat(health.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(503));
		JsonNode details = health.getBody().path("components").path("portRegistry").path("details");
		assertThat(details.path("missing").valueStream().map(JsonNode::stringValue)).isEqualTo(List.of("stock"));
		this.context.getBean(PortRegistry.class).register(PortRegistration.builder("stock", 41873).build());
		assertThat(get("/actuator/health").getStatusCode()).isEqualTo(HttpStatusCode.valueOf(200));
	}

	@Test
	void healthIsDownWhileTheOwnEntryIsMissing() throws Exception {
		run("--management.endpoint.health.show-details=always", "--aidis.port.registry.check-interval=1h",
				"--aidis.port.registry.watch=false");
		Files.writeString(file(), "{}\n");
		ResponseEntity<JsonNode> health = get("/actuator/health");
		assertThat(health.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(503));
		assertThat(health.getBody().toString()).contains("This service is not in the registry as it should be");
	}

	@Test
	void healthIsDownWhileTheRegistryIsBroken() throws Exception {
		run("--management.endpoint.health.show-details=always", "--aidis.port.registry.check-interval=1h",
				"--aidis.port.registry.watch=false");
		Files.writeString(file(), "[]");
		assertThat(get("/actuator/health").getStatusCode()).as("it may be half written")
			.isEqualTo(HttpStatusCode.valueOf(200));
		Files.setLastModifiedTime(file(), FileTime.from(Instant.now().minusSeconds(10)));
		ResponseEntity<JsonNode> health = get("/actuator/health");
		assertThat(health.getStatusCode()).isEqualTo(HttpStatusCode.valueOf(503));
		assertThat(health.getBody().toString()).contains("is broken").contains(file().toString());
	}

	@Test
	void healthTellsWhatCanBeReadFromWhatCanBeWritten() throws Exception {
		run("--management.endpoint.health.show-details=always", "--aidis.port.registry.check-interval=1h",
				"--aidis.port.registry.watch=false");
		String good = Files.readString(file());
		Files.delete(file());
		Files.createDirectory(file());
		JsonNode details = details();
		assertThat(details.path("readable").booleanValue()).isFalse();
		assertThat(details.path("writable").booleanValue()).as("the folder is").isTrue();
		assertThat(details.path("registered").booleanValue()).isFalse();
		assertThat(details.path("problem").stringValue()).contains("cannot be read");
		Files.delete(file());
		Files.writeString(file(), good);
		assertThat(details().has("problem")).isFalse();
	}

	private JsonNode details() {
		return get("/actuator/health").getBody().path("components").path("portRegistry").path("details");
	}

	private void run(String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		application.setDefaultProperties(java.util.Map.of("spring.application.name", "orders",
				"aidis.port.registry.file", file().toString(), "spring.jmx.enabled", "false",
				// The application's own settings must change neither the file nor our
				// answers.
				"spring.jackson.property-naming-strategy", "SNAKE_CASE"));
		this.context = application.run(arguments);
		assertThat(file()).content().contains("\"serviceName\": \"orders\"");
	}

	private Path file() {
		return this.folder.resolve("port-registry.json");
	}

	private String url() {
		return "http://localhost:" + this.context.getEnvironment().getProperty("local.server.port");
	}

	private RestClient client() {
		return RestClient.create(url());
	}

	private ResponseEntity<JsonNode> get(String path) {
		return client().get().uri(path).retrieve().onStatus(HttpStatusCode::isError, (request, response) -> {
		}).toEntity(JsonNode.class);
	}

	@EnableAutoConfiguration
	static class Application {

	}

}
