package dev.aidis.port.assignment;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.assignment.PortAssignment.Rung;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the {@link PortLadder} where it matters which ports are free.
 */
class PortLadderTests {

	private final RecordingLog log = new RecordingLog();

	private final List<String> probed = new ArrayList<>();

	@ParameterizedTest
	@CsvSource({ "aidis-mcp,8080", "aidis-mcp-bridge,8081", "aidis-command-dev,5000", "aidis-command-prod,5001" })
	void knownServiceTakesItsDefaultPort(String name, int port) {
		assertAssigned(TestEnvironment.ofService(name), Rung.DEFAULT_PORT, port, "default port of " + name);
		assertThat(this.log.all()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "aidis-mcp,AIDIS_MCP_PORT,8080", "aidis-command-prod,AIDIS_COMMAND_PROD_PORT,5001" })
	void busyDefaultPortMovesToADynamicOneWithOneWarning(String name, String variable, int port) {
		PortAssignment assignment = climb(TestEnvironment.ofService(name), (candidate, address) -> false);
		assertThat(assignment.rung()).isEqualTo(Rung.DYNAMIC);
		assertThat(assignment.requestedPort()).isZero();
		assertThat(assignment.assignedBy()).isEqualTo("default port " + port + " in use, so dynamic");
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.startsWith("The default port " + port + " of service '" + name
					+ "' is in use, so it gets a dynamic one. Set " + variable + " to choose a port, 0 for dynamic.");
	}

	@ParameterizedTest
	@CsvSource({ "orders", "aidis-mcp", "my-shop", "my_shop", "2fa" })
	void configuredDefaultPortIsTaken(String name) {
		assertAssigned(
				TestEnvironment.ofService(name).configuration("aidis.port.services." + name + ".default-port", "9005"),
				Rung.DEFAULT_PORT, 9005, "default port of " + name);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 65535 })
	void lowestAndHighestDefaultPortAreTaken(int port) {
		assertAssigned(
				TestEnvironment.ofService("orders").configuration("aidis.port.services.orders.default-port", port),
				Rung.DEFAULT_PORT, port, "default port of orders");
	}

	@Test
	void configuredDefaultPortOfANameWithDotsIsTaken() {
		assertAssigned(
				TestEnvironment.ofService("my.shop")
					.configuration("aidis.port.services.[my.shop].default-port", "9005"),
				Rung.DEFAULT_PORT, 9005, "default port of my.shop");
	}

	@Test
	void configuredDefaultPortMayBeAVariable() {
		assertAssigned(TestEnvironment.ofService("orders").variable("AIDIS_PORT_SERVICES_ORDERS_DEFAULTPORT", "9005"),
				Rung.DEFAULT_PORT, 9005, "default port of orders");
	}

	@Test
	void defaultPortZeroIsDynamicAndNotTried() {
		PortAssignment assignment = climb(
				TestEnvironment.ofService("aidis-mcp").configuration("aidis.port.services.aidis-mcp.default-port", "0"),
				(port, address) -> {
					throw new AssertionError("tried " + port);
				});
		assertThat(assignment.rung()).isEqualTo(Rung.DEFAULT_PORT);
		assertThat(assignment.requestedPort()).isZero();
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void emptyConfiguredDefaultPortLeavesTheKnownOne() {
		assertAssigned(
				TestEnvironment.ofService("aidis-mcp").configuration("aidis.port.services.aidis-mcp.default-port", ""),
				Rung.DEFAULT_PORT, 8080, "default port of aidis-mcp");
	}

	@Test
	void serviceTakesItsOwnDefaultPortOnly() {
		assertAssigned(TestEnvironment.ofService("orders").configuration("aidis.port.services.stock.default-port", "1"),
				Rung.DYNAMIC, 0, "no setting, so dynamic");
		assertThat(this.probed).isEmpty();
	}

	@Test
	void defaultPortIsTriedAtTheAddressOfTheServer() {
		climb(TestEnvironment.ofService("aidis-mcp").configuration("server.address", "127.0.0.3"), this::isFree);
		assertThat(this.probed).containsExactly("8080 at 127.0.0.3");
	}

	@Test
	void defaultPortIsTriedAtAllAddressesWithoutOneOfTheServer() {
		climb(TestEnvironment.ofService("aidis-mcp"), this::isFree);
		assertThat(this.probed).containsExactly("8080 at all");
	}

	@Test
	void portThatSomebodyAskedForIsNotTried() {
		climb(TestEnvironment.ofService("aidis-mcp").variable("AIDIS_MCP_PORT", "9001"), this::isFree);
		climb(TestEnvironment.ofService("aidis-mcp").configuration("server.port", "9001"), this::isFree);
		assertThat(this.probed).isEmpty();
	}

	@Test
	void warningOfASkippedValueNamesTheDynamicPortWhenTheDefaultOneIsBusy() {
		climb(TestEnvironment.ofService("aidis-mcp").variable("AIDIS_MCP_PORT", "abc"), (port, address) -> false);
		assertThat(this.log.warnings()).hasSize(2)
			.anySatisfy((warning) -> assertThat(warning).contains("AIDIS_MCP_PORT='abc'")
				.contains("A dynamic port is used instead (default port 8080 in use, so dynamic)"));
	}

	private void assertAssigned(TestEnvironment environment, Rung rung, int port, String assignedBy) {
		PortAssignment assignment = climb(environment, this::isFree);
		assertThat(assignment.rung()).isEqualTo(rung);
		assertThat(assignment.requestedPort()).isEqualTo(port);
		assertThat(assignment.assignedBy()).isEqualTo(assignedBy);
	}

	private PortAssignment climb(TestEnvironment environment, BiPredicate<Integer, @Nullable InetAddress> freePort) {
		return TestLadder.climb(environment, freePort, this.log);
	}

	private boolean isFree(int port, @Nullable InetAddress address) {
		this.probed.add(port + " at " + ((address != null) ? address.getHostAddress() : "all"));
		return true;
	}

}
