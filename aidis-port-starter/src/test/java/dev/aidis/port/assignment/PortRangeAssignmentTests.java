package dev.aidis.port.assignment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.RequiredProgram;
import dev.aidis.port.assignment.PortAssignment.Rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for ranges of ports, from the setting to the port, with real ports.
 */
class PortRangeAssignmentTests {

	@TempDir
	Path folder;

	private final Assignments assignments = new Assignments();

	@AfterEach
	void release() {
		this.assignments.close();
	}

	// Where a range may stand

	static Stream<Arguments> settings() {
		return Stream.of(
				setting(Rung.SERVICE_SETTING, "environment variable AIDIS_ORDERS_PORT",
						(environment, range) -> environment.variable("AIDIS_ORDERS_PORT", range)),
				setting(Rung.SERVICE_SETTING, "aidis.orders.port in application.properties",
						(environment, range) -> environment.configuration("aidis.orders.port", range)),
				setting(Rung.SERVICE_SETTING, "command line argument --aidis.orders.port",
						(environment, range) -> environment.commandLine("--aidis.orders.port=" + range)),
				setting(Rung.GENERIC_VARIABLE, "environment variable PORT",
						(environment, range) -> environment.variable("PORT", range)),
				setting(Rung.SERVICE_RANGE, "aidis.port.services.orders.range in application.properties",
						(environment, range) -> environment.configuration("aidis.port.services.orders.range", range)),
				setting(Rung.SERVICE_RANGE, "environment variable AIDIS_PORT_SERVICES_ORDERS_RANGE",
						(environment, range) -> environment.variable("AIDIS_PORT_SERVICES_ORDERS_RANGE", range)),
				setting(Rung.RANGE, "aidis.port.range in application.properties",
						(environment, range) -> environment.configuration("aidis.port.range", range)),
				setting(Rung.RANGE, "environment variable AIDIS_PORT_RANGE",
						(environment, range) -> environment.variable("AIDIS_PORT_RANGE", range)));
	}

	private static Arguments setting(Rung rung, String description, Setting setting) {
		return Arguments.of(rung, description, setting);
	}

	@ParameterizedTest(name = "{1}")
	@MethodSource("settings")
	void rangeMayStandWhereAPortMay(Rung rung, String description, Setting setting) {
		try (ReservedRange range = ReservedRange.of(5)) {
			TestEnvironment environment = setting.apply(service("orders"), range.toString());
			PortAssignment assignment = this.assignments.assign(environment);
			assertThat(assignment.rung()).isEqualTo(rung);
			assertThat(assignment.assignedBy()).isEqualTo(description + ", one of " + range);
			assertThat(assignment.requestedPort()).isBetween(range.first(), range.last())
				.isEqualTo(environment.serverPort());
			assertThat(this.assignments.log().all()).isEmpty();
		}
	}

	@ParameterizedTest(name = "{1}")
	@MethodSource("settings")
	void lowerRungDoesNotCount(Rung rung, String description, Setting setting) {
		PortAssignment assignment = this.assignments
			.assign(setting.apply(service("orders"), "1-2").commandLine("--server.port=0"));
		assertThat(assignment.rung()).isEqualTo(Rung.OVERRIDE);
		assertThat(this.assignments.log().all()).isEmpty();
	}

	@Test
	void serversOwnSettingTakesNoRange() {
		TestEnvironment environment = service("orders").configuration("server.port", "20000-20099");
		assertThat(this.assignments.assign(environment).requestedPort()).isNull();
		assertThat(environment.getProperty("server.port")).isEqualTo("20000-20099");
	}

	@ParameterizedTest
	@CsvSource({ "my.shop,aidis.port.services.[my.shop].range", "my_shop,aidis.port.services.[my_shop].range",
			"my-shop,aidis.port.services.my-shop.range", "my-shop,aidis.port.services.myShop.range" })
	void rangeOfAServiceIsFoundByItsName(String name, String property) {
		try (ReservedRange range = ReservedRange.of(2)) {
			TestEnvironment environment = service(name).configuration(property, range.toString());
			assertThat(this.assignments.assign(environment).rung()).isEqualTo(Rung.SERVICE_RANGE);
		}
	}

	@Test
	void rangeOfAnotherServiceDoesNotCount() {
		TestEnvironment environment = service("orders").configuration("aidis.port.services.stock.range", "1-2");
		assertThat(this.assignments.assign(environment).rung()).isEqualTo(Rung.DYNAMIC);
	}

	@Test
	void zeroIsAnyPortAlsoWhereThereIsARange() {
		TestEnvironment environment = service("orders").variable("AIDIS_ORDERS_PORT", "0")
			.configuration("aidis.port.range", "1-2");
		assertThat(this.assignments.assign(environment).requestedPort()).isZero();
	}

	@Test
	void rangeOfAServiceTakesThePlaceOfItsKnownDefaultPort() {
		try (ReservedRange range = ReservedRange.of(2)) {
			TestEnvironment environment = service("aidis-mcp").configuration("aidis.port.services.aidis-mcp.range",
					range.toString());
			assertThat(environment.properties().defaultPort("aidis-mcp")).isEmpty();
			assertThat(this.assignments.assign(environment).rung()).isEqualTo(Rung.SERVICE_RANGE);
		}
	}

	@Test
	void brokenRangeOfAServiceLeavesItsKnownDefaultPort() {
		TestEnvironment environment = service("aidis-mcp").configuration("aidis.port.services.aidis-mcp.range", "a-b");
		assertThat(environment.properties().defaultPort("aidis-mcp")).hasValue(8080);
	}

	@Test
	void busyDefaultPortGivesWayToOneOfTheRange() throws IOException {
		try (ReservedRange range = ReservedRange.of(2); ServerSocket busy = new ServerSocket(0)) {
			TestEnvironment environment = service("orders")
				.configuration("aidis.port.services.orders.default-port", busy.getLocalPort())
				.configuration("aidis.port.range", range.toString());
			PortAssignment assignment = this.assignments.assign(environment);
			assertThat(assignment.rung()).isEqualTo(Rung.RANGE);
			assertThat(this.assignments.log().warnings()).containsExactly(
					"The default port " + busy.getLocalPort() + " of service 'orders' is in use, so it gets port "
							+ assignment.requestedPort() + ". Set AIDIS_ORDERS_PORT to choose a port, 0 for dynamic."
							+ " The port is held by this process itself");
		}
	}

	// Which port of the range

	@Test
	void serviceTendsToHaveTheSamePort() {
		try (ReservedRange range = ReservedRange.of(200)) {
			TestEnvironment environment = inRange("orders", range);
			int port = this.assignments.assign(environment).requestedPort();
			this.assignments.close();
			assertThat(this.assignments.assign(inRange("orders", range)).requestedPort()).isEqualTo(port);
			this.assignments.close();
			assertThat(this.assignments
				.assign(inRange("orders", range).configuration("aidis.port.registry.file",
						this.folder.resolve("elsewhere.json").toString()))
				.requestedPort()).isNotEqualTo(port);
			this.assignments.close();
			assertThat(this.assignments.assign(inRange("orders2", range)).requestedPort()).isNotEqualTo(port);
		}
	}

	@Test
	void applicationsOfOneJvmHaveDifferentPortsBeforeTheyOpenThem() {
		try (ReservedRange range = ReservedRange.of(20)) {
			List<Integer> ports = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				ports.add(this.assignments.assign(inRange("orders", range)).requestedPort());
			}
			assertThat(ports).doesNotHaveDuplicates().allMatch((port) -> port >= range.first() && port <= range.last());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "127.0.0.1", "::", "::1" })
	void portThatSomebodyHasAtAnyAddressIsLeftAlone(String address) throws IOException {
		assumeTrue(PortProbe.isFree(0, InetAddress.getByName(address)), "this machine has no such address");
		try (ReservedRange range = ReservedRange.of(2);
				ServerSocket foreign = new ServerSocket(range.first(), 1, InetAddress.getByName(address))) {
			assertThat(this.assignments.assign(inRange("orders", range)).requestedPort())
				.isNotEqualTo(foreign.getLocalPort());
			this.assignments.close();
			assertThat(this.assignments.assign(inRange("orders", range).configuration("server.address", "127.0.0.1"))
				.requestedPort()).isNotEqualTo(foreign.getLocalPort());
		}
	}

	// When there is none

	@Test
	void exhaustedRangeIsAnErrorThatTellsWhoHasThePorts() throws IOException {
		try (ReservedRange range = ReservedRange.of(3);
				ServerSocket registered = new ServerSocket(range.first());
				ServerSocket foreign = new ServerSocket(range.first() + 1)) {
			Files.writeString(this.folder.resolve("port-registry.json"), "{ \"st\\u001Bock\": { \"port\": "
					+ registered.getLocalPort() + ", \"pid\": " + ProcessHandle.current().pid() + " } }");
			this.assignments.assign(inRange("orders", range));
			assertThatExceptionOfType(PortRangeExhaustedException.class)
				.isThrownBy(() -> this.assignments.assign(inRange("orders", range)))
				.satisfies((ex) -> {
					assertThat(ex).hasMessage("No port of " + range + " is free for service 'orders'");
					assertThat(ex.getSetting()).isEqualTo("environment variable AIDIS_ORDERS_PORT");
					assertThat(ex.getHolders()).containsExactly(
							registered.getLocalPort() + ": service 'st\\u001bock' (process "
									+ ProcessHandle.current().pid() + ", http://localhost:" + registered.getLocalPort()
									+ ")",
							foreign.getLocalPort() + ": this process itself", range.last()
									+ ": a service that is about to open it, or a process that cannot be seen from here");
				});
			assertThat(this.assignments.log().all()).isEmpty();
		}
	}

	@Test
	void holdersOfALargeRangeAreNotAllTold() {
		try (ReservedRange range = ReservedRange.of(50)) {
			for (int i = 0; i < 50; i++) {
				this.assignments.assign(inRange("orders", range));
			}
			assertThatExceptionOfType(PortRangeExhaustedException.class)
				.isThrownBy(() -> this.assignments.assign(inRange("orders", range)))
				.satisfies((ex) -> assertThat(ex.getHolders()).hasSize(21).last().isEqualTo("and 30 more"));
		}
	}

	// Values that are no range

	@ParameterizedTest
	@CsvSource({ "20100-20000,it ends before it starts", "0-10,it starts below 1", "1-99999,it ends above 65535",
			"a-b,it is no range of ports such as 20000-20099" })
	void valueThatIsNoRangeIsSkippedWithOneWarning(String value, String problem) {
		for (String name : List.of("AIDIS_ORDERS_PORT", "PORT", "AIDIS_PORT_RANGE",
				"AIDIS_PORT_SERVICES_ORDERS_RANGE")) {
			PortAssignment assignment = this.assignments.assign(service("orders").variable(name, value));
			assertThat(assignment.rung()).isEqualTo(Rung.DYNAMIC);
			assertThat(this.assignments.log().warnings()).containsExactly("Skipped environment variable " + name + "='"
					+ value + "': " + problem + ". A dynamic port is used instead (no setting, so dynamic).");
			this.assignments.log().warnings().clear();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "20000", "0" })
	void singlePortIsNoRangeWhereOnlyARangeWillDo(String value) {
		this.assignments.assign(service("orders").configuration("aidis.port.range", value));
		assertThat(this.assignments.log().warnings()).containsExactly("Skipped aidis.port.range in "
				+ "application.properties='" + value + "': it is no range of ports such as 20000-20099. "
				+ "A dynamic port is used instead (no setting, so dynamic).");
	}

	@ParameterizedTest
	@CsvSource({ "AIDIS_ORDERS_PORT,to a range such as 20000-20099 or to 0",
			"PORT,to a range such as 20000-20099 or to 0", "AIDIS_PORT_RANGE,to a range of ports such as 20000-20099",
			"AIDIS_PORT_SERVICES_ORDERS_RANGE,to a range of ports such as 20000-20099" })
	void strictFailsForAValueThatIsNoRange(String name, String wayOut) {
		assertThatExceptionOfType(InvalidPortSettingException.class)
			.isThrownBy(() -> this.assignments
				.assign(service("orders").variable(name, "20100-20000").configuration("aidis.port.strict", "true")))
			.satisfies((ex) -> {
				assertThat(ex.getSetting()).isEqualTo("environment variable " + name);
				assertThat(ex.getValue()).isEqualTo("20100-20000");
				assertThat(ex.getReason()).isEqualTo("it ends before it starts");
				assertThat(ex.getAction()).contains(wayOut);
			});
	}

	@Test
	void secretThatGotThereByMistakeIsNotShown() {
		PortAssignment assignment = this.assignments.assign(service("orders").variable("DB_PASSWORD", "hunter2")
			.configuration("aidis.orders.port", "${DB_PASSWORD}"));
		assertThat(this.assignments.log().warnings()).singleElement()
			.asString()
			.contains("aidis.orders.port in application.properties='${DB_PASSWORD}'");
		assertThat(assignment.toString()).contains("${DB_PASSWORD}").doesNotContain("hunter2");
		assertThatExceptionOfType(InvalidPortSettingException.class)
			.isThrownBy(() -> this.assignments.assign(service("orders").variable("DB_PASSWORD", "hunter2")
				.configuration("aidis.orders.port", "${DB_PASSWORD}")
				.configuration("aidis.port.strict", "true")))
			.satisfies((ex) -> assertThat(ex.getMessage() + ex.getValue()).doesNotContain("hunter2"));
	}

	// What the operating system thinks of it

	@Test
	void rangeOfPortsThatTheSystemGivesToAnybodyIsWarnedOf() {
		PortRange ephemeral = new SystemPorts().ephemeral();
		String range = (ephemeral.first() - 1) + "-" + (ephemeral.first() + 50);
		this.assignments.assign(service("orders").variable("AIDIS_ORDERS_PORT", range));
		assertThat(this.assignments.log().warnings()).singleElement()
			.asString()
			.startsWith("The range " + range + " (environment variable AIDIS_ORDERS_PORT) overlaps the ports "
					+ ephemeral + ",")
			.endsWith("Choose a range outside of them.");
	}

	@Test
	@EnabledOnOs({ OS.LINUX })
	void rangeThatThisProcessMayNotOpenIsSkippedOrStrictlyRefused() throws Exception {
		assumeTrue(new SystemPorts().unprivileged() > 90, "every process may open these ports here");
		String file = "aidis.port.registry.file=" + this.folder.resolve("port-registry.json");
		try (JavaProcess process = unprivileged("AIDIS_ORDERS_PORT=80-90", file)) {
			assertThat(process.awaitLine("WARN ")).contains("AIDIS_ORDERS_PORT in application.properties='80-90': "
					+ "this process may not open ports that low. A dynamic port is used instead");
			process.awaitLine("port ");
		}
		try (JavaProcess process = unprivileged("AIDIS_ORDERS_PORT=80-90", file, "aidis.port.strict=true")) {
			assertThat(process.awaitLine("failed ")).contains("this process may not open ports that low");
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void portIsChosenAlsoWhereThereAreNoLeases() throws Exception {
		RequiredProgram.require("unshare", "util-linux");
		List<String> withoutLoopback = List.of("unshare", "--map-root-user", "--net");
		Process supported = new ProcessBuilder(Stream.concat(withoutLoopback.stream(), Stream.of("true")).toList())
			.start();
		assumeTrue(supported.waitFor() == 0, "network namespaces are not allowed here");
		try (JavaProcess process = start(withoutLoopback, "AIDIS_ORDERS_PORT=20000-20000",
				"aidis.port.registry.file=" + this.folder.resolve("port-registry.json"))) {
			process.awaitLine("port 20000");
		}
	}

	private static JavaProcess unprivileged(String... settings) throws IOException {
		if (!"root".equals(System.getProperty("user.name"))) {
			return start(List.of(), settings);
		}
		RequiredProgram.require("setpriv", "util-linux");
		return start(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"), settings);
	}

	private static JavaProcess start(List<String> through, String... settings) throws IOException {
		return JavaProcess.start(through,
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Map.of(),
				AssignmentProcess.class.getName(), settings);
	}

	private TestEnvironment inRange(String name, ReservedRange range) {
		return service(name).variable("AIDIS_" + name.toUpperCase(Locale.ROOT) + "_PORT", range.toString());
	}

	private TestEnvironment service(String name) {
		return TestEnvironment.ofService(name)
			.configuration("aidis.port.registry.file", this.folder.resolve("port-registry.json").toString());
	}

	private interface Setting {

		TestEnvironment apply(TestEnvironment environment, String range);

	}

}
