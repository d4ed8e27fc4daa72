package dev.aidis.port.assignment;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.assignment.PortAssignment.Rung;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the assignment in a pod of Kubernetes, where a Service names the port.
 */
class PodPortTests {

	private final RecordingLog log = new RecordingLog();

	@Test
	void serviceOfWhichNothingIsKnownHasSpringBootsPort() {
		PortAssignment assignment = climb(pod("orders"));
		assertThat(assignment.rung()).isEqualTo(Rung.POD);
		assertThat(assignment.requestedPort()).isEqualTo(8080);
		assertThat(assignment.assignedBy()).isEqualTo("no setting, so 8080 in a pod");
		assertThat(this.log.all()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "20000-20099" })
	void openPortOfTheServiceGivesWayToTheConfiguredOneAndIsToldOf(String open) {
		PortAssignment assignment = climb(
				pod("orders").variable("AIDIS_ORDERS_PORT", open).configuration("server.port", "9000"));
		assertThat(assignment.rung()).isEqualTo(Rung.APPLICATION_CONFIGURATION);
		assertThat(assignment.requestedPort()).isEqualTo(9000);
		assertThat(this.log.warnings()).isEmpty();
		assertThat(this.log.all()).singleElement()
			.asString()
			.contains("AIDIS_ORDERS_PORT='" + open + "': in a Kubernetes pod the port must be a fixed one. "
					+ "Port 9000 is used instead")
			.endsWith("Set spring.main.cloud-platform=none to have it all the same.");
	}

	@Test
	void zeroOfTheConfigurationGivesWayEvenWhereValuesAreStrict() {
		PortAssignment assignment = climb(
				pod("orders").configuration("server.port", "0").configuration("aidis.port.strict", "true"));
		assertThat(assignment.rung()).isEqualTo(Rung.POD);
		assertThat(assignment.requestedPort()).isEqualTo(8080);
	}

	@Test
	void rangesGiveWay() {
		PortAssignment assignment = climb(pod("orders").configuration("aidis.port.range", "20000-20099")
			.configuration("aidis.port.services.orders.range", "21000-21009")
			.configuration("aidis.port.services.orders.default-port", "0"));
		assertThat(assignment.rung()).isEqualTo(Rung.POD);
		assertThat(assignment.requestedPort()).isEqualTo(8080);
	}

	@Test
	void explicitZeroIsObeyed() {
		PortAssignment assignment = climb(pod("orders").commandLine("--server.port=0"));
		assertThat(assignment.rung()).isEqualTo(Rung.OVERRIDE);
		assertThat(assignment.requestedPort()).isZero();
	}

	@Test
	void fixedPortOfTheServiceStays() {
		PortAssignment assignment = climb(pod("orders").variable("AIDIS_ORDERS_PORT", "9001"));
		assertThat(assignment.rung()).isEqualTo(Rung.SERVICE_SETTING);
		assertThat(assignment.requestedPort()).isEqualTo(9001);
	}

	@Test
	void knownDefaultPortStaysThoughItIsInUse() {
		PortAssignment assignment = TestLadder.climb(pod("aidis-mcp"), (port, address) -> false, this.log);
		assertThat(assignment.rung()).isEqualTo(Rung.DEFAULT_PORT);
		assertThat(assignment.requestedPort()).isEqualTo(8080);
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void noPortGivesWayWhileTheApplicationStarts() {
		TestEnvironment environment = pod("orders").configuration("aidis.port.on-conflict", "dynamic");
		PortConflicts conflicts = new PortConflicts(environment, (port, address) -> true, TestLadder.nobody(),
				this.log);
		assertThat(conflicts.mayMove(8080)).isFalse();
		assertThat(conflicts.givesWay(8080, null)).isFalse();
	}

	@Test
	void platformThatIsSetDecidesAndOtherVariablesDoNot() {
		TestEnvironment set = TestEnvironment.ofService("orders")
			.configuration("spring.main.cloud-platform", "kubernetes");
		assertThat(Pod.is(set)).isTrue();
		assertThat(Pod.is(pod("orders").configuration("spring.main.cloud-platform", "none"))).isFalse();
		assertThat(Pod.is(TestEnvironment.ofService("orders")
			.variable("STOCK_SERVICE_HOST", "10.0.0.1")
			.variable("STOCK_SERVICE_PORT", "80"))).isFalse();
		assertThat(Pod.is(TestEnvironment.ofService("orders"))).isFalse();
		assertThat(Pod.is(pod("orders").first("test",
				Map.of("org.springframework.boot.test.context.SpringBootTestContextBootstrapper", "true"))))
			.as("a test")
			.isFalse();
	}

	private static TestEnvironment pod(String service) {
		return TestEnvironment.ofService(service)
			.variable("KUBERNETES_SERVICE_HOST", "10.96.0.1")
			.variable("KUBERNETES_SERVICE_PORT", "443");
	}

	private PortAssignment climb(TestEnvironment environment) {
		return TestLadder.climb(environment, (port, address) -> true, this.log);
	}

}
