package dev.aidis.port.registry.cloud;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.cloud.client.DefaultServiceInstance;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told in metadata is understood again.
 */
class ServiceFactsIT {

	private static final PortRegistration STOCK = PortRegistration.builder("stock", 41873)
		.host("10.0.0.7")
		.scheme("https")
		.healthEndpoint("/healthz")
		.managementPort(41874)
		.status(Status.UP)
		.dependsOn(List.of("orders", "billing"))
		.metadata(Map.of("colour", "blue", "a_b.c d", "1", "ünïcode\ud83d\ude00", "2", "_0041", "3"))
		.build();

	@Test
	void whatIsToldIsUnderstood() {
		assertThat(read("10.0.0.7", ServiceFacts.of(STOCK))).isEqualTo(STOCK);
	}

	@Test
	void keysAreWhatConsulAndEurekaTake() {
		assertThat(ServiceFacts.of(STOCK).keySet()).filteredOn((key) -> !key.equals(ServiceFacts.MANAGEMENT_PORT))
			.allMatch((key) -> key.matches("[A-Za-z0-9_-]{1,128}"));
	}

	@Test
	void factsReplaceThoseBeforeAndLeaveOthers() {
		Map<String, String> before = ServiceFacts.replace(Map.of("zone", "a"), STOCK);
		PortRegistration alone = STOCK.with((builder) -> builder.dependsOn(List.of()).metadata(Map.of()));
		Map<String, String> after = ServiceFacts.replace(before, alone);
		assertThat(after).containsEntry("zone", "a").doesNotContainKeys("aidis-depends-on", "aidis-fact-colour");
		assertThat(read("10.0.0.7", after)).isEqualTo(alone.with((builder) -> builder.metadata(Map.of("zone", "a"))));
	}

	@ParameterizedTest
	@CsvSource({ "http://localhost:9001/health, 10.0.0.7, http://10.0.0.7:9001/health",
			"https://127.0.0.1:9001/health, 10.0.0.7, https://10.0.0.7:9001/health",
			"http://[::1]:9001/health, [fe80::1], 'http://[fe80::1]:9001/health'",
			"http://localhost:9001/health, localhost, http://localhost:9001/health", "/healthz, 10.0.0.7, /healthz",
			"http://10.0.0.8:9001/health, 10.0.0.7,", "//evil/path, 10.0.0.7,", "text, 10.0.0.7," })
	void healthEndpointIsOnTheMachineWhereTheServiceIs(String told, String host, String understood) {
		assertThat(read(host, Map.of("aidis-instance-id", "1", "aidis-health-endpoint", told)).healthEndpoint())
			.isEqualTo(understood);
	}

	@Test
	void garbageIsLeftOut() {
		Map<String, String> garbage = Map.of("aidis-instance-id", " ", "aidis-pid", "-7", "aidis-started-at", "now",
				"aidis-scheme", "gopher", "aidis-status", "up", "aidis-management-port", "70000", "aidis-depends-on",
				" ", "aidis-health-endpoint", "http://user@localhost/");
		PortRegistration found = read("10.0.0.7", garbage);
		assertThat(found).isEqualTo(PortRegistration.builder("stock", 41873)
			.host("10.0.0.7")
			.instanceId("id-1")
			.pid(0)
			.startedAt(Instant.EPOCH)
			.scheme("https")
			.status(Status.UNKNOWN)
			.build());
	}

	@Test
	void managementPortIsUnderstoodUnderSpringCloudsNameToo() {
		assertThat(read("10.0.0.7", Map.of("management.port", "9002")).managementPort()).isEqualTo(9002);
		assertThat(read("10.0.0.7", Map.of("management.port", "41873")).managementPort()).isNull();
		assertThat(read("10.0.0.7", Map.of("aidis-instance-id", "1", "management.port", "41873")).managementPort())
			.isNull();
	}

	@Test
	void instanceThatCannotBeCalledIsNone() {
		Stream.of(0, -1, 70000)
			.map((port) -> new DefaultServiceInstance("id-1", "stock", "localhost", port, false))
			.forEach((instance) -> assertThat(ServiceFacts.read("stock", instance)).isEmpty());
	}

	private static PortRegistration read(String host, Map<String, String> metadata) {
		return ServiceFacts.read("stock", new DefaultServiceInstance("id-1", "stock", host, 41873, true, metadata))
			.orElseThrow();
	}

}
