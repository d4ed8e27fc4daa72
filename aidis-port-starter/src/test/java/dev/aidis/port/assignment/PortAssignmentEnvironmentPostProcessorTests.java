package dev.aidis.port.assignment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.PropertySource;

import dev.aidis.port.ReservedPort;
import dev.aidis.port.assignment.PortAssignment.Rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PortAssignmentEnvironmentPostProcessor} and the ladder it climbs.
 */
class PortAssignmentEnvironmentPostProcessorTests {

	private final RecordingLog log = new RecordingLog();

	private TestEnvironment environment = TestEnvironment.ofService("orders");

	// The ladder

	@ParameterizedTest
	@EnumSource
	void rungWinsOverTheOnesBelowIt(Setting highest) {
		Stream.of(Setting.values())
			.filter((setting) -> setting.compareTo(highest) >= 0)
			.forEach((setting) -> setting.apply(this.environment));
		assertAssigned(highest.rung, highest.port, highest.assignedBy);
		assertThat(this.log.all()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void rungAloneDecides(Setting setting) {
		setting.apply(this.environment);
		assertAssigned(setting.rung, setting.port, setting.assignedBy);
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void nothingKnownMeansDynamic() {
		assertAssigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void zeroInTheServicesOwnVariableBeatsEverythingBelow() {
		this.environment.variable("AIDIS_ORDERS_PORT", "0")
			.variable("PORT", "9002")
			.configuration("server.port", "9003");
		assertAssigned(Rung.SERVICE_SETTING, 0, "environment variable AIDIS_ORDERS_PORT");
	}

	@Test
	void numberThatIsNoTextInTheConfigurationCounts() {
		this.environment.configuration("aidis.orders.port", 9001);
		assertAssigned(Rung.SERVICE_SETTING, 9001, "aidis.orders.port in application.properties");
	}

	@Test
	void portOfATestIsAnOverride() {
		this.environment.variable("AIDIS_ORDERS_PORT", "9001")
			.first("Inlined Test Properties", Map.of("server.port", "0"));
		assertAssigned(Rung.OVERRIDE, 0, "server.port in Inlined Test Properties");
	}

	@Test
	void sourceBetweenCommandLineAndEnvironmentIsAnOverride() {
		this.environment.variable("AIDIS_ORDERS_PORT", "9001")
			.first("spring.application.json", Map.of("server.port", 9000));
		assertAssigned(Rung.OVERRIDE, 9000, "server.port in spring.application.json");
	}

	@Test
	void defaultPropertiesAreApplicationConfiguration() {
		this.environment.last("defaultProperties", Map.of("server.port", "9003"));
		assertAssigned(Rung.APPLICATION_CONFIGURATION, 9003, "server.port in defaultProperties");
	}

	@Test
	void highestApplicationConfigurationDecides() {
		this.environment.configuration("server.port", "9003").last("defaultProperties", Map.of("server.port", "9004"));
		assertAssigned(Rung.APPLICATION_CONFIGURATION, 9003, "server.port in application.properties");
	}

	@Test
	void errorInAnOverrideIsSpringBootsBusiness() {
		this.environment.commandLine("--server.port=abc").variable("AIDIS_ORDERS_PORT", "9001");
		PortAssignment assignment = assign();
		assertThat(assignment.rung()).isEqualTo(Rung.OVERRIDE);
		assertThat(assignment.requestedPort()).isNull();
		assertThat(this.environment.getProperty("server.port")).isEqualTo("abc");
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void serverThatIsSwitchedOffInTheConfigurationStaysOff() {
		this.environment.configuration("server.port", "-1");
		assertThat(assign().rung()).isEqualTo(Rung.APPLICATION_CONFIGURATION);
		assertThat(this.environment.serverPort()).isEqualTo(-1);
	}

	// Values that are no port

	@ParameterizedTest
	@CsvSource({ "abc,it is no number from 0 to 65535", "70000,it is greater than 65535",
			"-1,it is no number from 0 to 65535", "'',it is empty", "'  ',it is empty" })
	void valueThatIsNoPortIsSkippedWithOneWarning(String value, String problem) {
		this.environment.variable("AIDIS_ORDERS_PORT", value);
		assertAssigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
		assertThat(this.log.warnings()).containsExactly("Skipped environment variable AIDIS_ORDERS_PORT='" + value
				+ "': " + problem + ". A dynamic port is used instead (no setting, so dynamic).");
		assertThat(this.log.infos()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "GENERIC_VARIABLE", "CONFIGURATION_SERVER_PORT", "DEFAULT_PORT" })
	void warningNamesWhatIsUsedInstead(Setting instead) {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc");
		instead.apply(this.environment);
		assertAssigned(instead.rung, instead.port, instead.assignedBy);
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("AIDIS_ORDERS_PORT='abc'")
			.contains(((instead.port != 0) ? "Port " + instead.port : "A dynamic port") + " is used instead ("
					+ instead.assignedBy + ")");
	}

	@Test
	void sameSettingFromALowerSourceIsUsedInstead() {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc")
			.variable("PORT", "9002")
			.configuration("aidis.orders.port", "9001");
		assertAssigned(Rung.SERVICE_SETTING, 9001, "aidis.orders.port in application.properties");
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("Port 9001 is used instead (aidis.orders.port in application.properties)");
	}

	@Test
	void everySkippedValueHasItsOwnWarning() {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc")
			.configuration("aidis.orders.port", "70000")
			.variable("PORT", "-1");
		assertAssigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
		assertThat(this.log.warnings()).satisfiesExactly(
				(first) -> assertThat(first).contains("environment variable AIDIS_ORDERS_PORT='abc'"),
				(second) -> assertThat(second).contains("aidis.orders.port in application.properties='70000'"),
				(third) -> assertThat(third).contains("environment variable PORT='-1'"));
	}

	@Test
	void valueBelowTheRungThatDecidesIsNotLookedAt() {
		this.environment.variable("AIDIS_ORDERS_PORT", "0").variable("PORT", "abc");
		assertAssigned(Rung.SERVICE_SETTING, 0, "environment variable AIDIS_ORDERS_PORT");
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void valueBelowAnOverrideIsNotLookedAt() {
		this.environment.commandLine("--server.port=9000").variable("AIDIS_ORDERS_PORT", "abc");
		assertAssigned(Rung.OVERRIDE, 9000, "command line argument --server.port");
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void skippedValueCannotForgeALogLine() {
		this.environment.variable("AIDIS_ORDERS_PORT", "80\n2026-11-23 WARN forged\u001B[31m");
		assign();
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("'80\\u000a2026-11-23 WARN forged\\u001b[31m'")
			.doesNotContainPattern("\\p{Cntrl}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp://10.0.0.1:80", "udp://10.0.0.1:53" })
	void kubernetesServiceLinkIsSkippedAtInfoWithAHint(String link) {
		this.environment.variable("AIDIS_ORDERS_PORT", link);
		assertAssigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
		assertThat(this.log.warnings()).isEmpty();
		assertThat(this.log.infos()).singleElement()
			.asString()
			.contains("environment variable AIDIS_ORDERS_PORT='" + link + "'")
			.contains("A dynamic port is used instead")
			.contains("enableServiceLinks: false");
	}

	// Strict

	@ParameterizedTest
	@ValueSource(strings = { "abc", "70000", "-1", "", " " })
	void strictFailsForAValueThatIsNoPort(String value) {
		this.environment.configuration("aidis.port.strict", "true").variable("AIDIS_ORDERS_PORT", value);
		assertThatExceptionOfType(InvalidPortSettingException.class).isThrownBy(this::assign).satisfies((ex) -> {
			assertThat(ex.getSetting()).isEqualTo("environment variable AIDIS_ORDERS_PORT");
			assertThat(ex.getValue()).isEqualTo(value);
			assertThat(ex.getAction()).contains("port from 1 to 65535").contains("0 for a dynamic one");
		});
		assertThat(this.log.warnings()).isEmpty();
	}

	@Test
	void strictFailsForAGenericVariable() {
		this.environment.configuration("aidis.port.strict", "true").variable("PORT", "abc");
		assertThatExceptionOfType(InvalidPortSettingException.class).isThrownBy(this::assign)
			.extracting(InvalidPortSettingException::getSetting)
			.isEqualTo("environment variable PORT");
	}

	@Test
	void strictDoesNotFailForAKubernetesServiceLink() {
		this.environment.configuration("aidis.port.strict", "true").variable("AIDIS_ORDERS_PORT", "tcp://10.0.0.1:80");
		assertAssigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
		assertThat(this.log.infos()).hasSize(1);
	}

	@Test
	void strictDoesNotFailForAValueThatDoesNotCount() {
		this.environment.configuration("aidis.port.strict", "true")
			.variable("AIDIS_ORDERS_PORT", "9001")
			.variable("PORT", "abc");
		assertAssigned(Rung.SERVICE_SETTING, 9001, "environment variable AIDIS_ORDERS_PORT");
	}

	// Where and how the service's own setting may be written

	@ParameterizedTest
	@CsvSource({ "aidis-mcp,AIDIS_MCP_PORT,aidis.mcp.port", "my-shop,AIDIS_MY_SHOP_PORT,aidis.my-shop.port",
			"my.shop,AIDIS_MY_SHOP_PORT,aidis.my.shop.port", "my_shop,AIDIS_MY_SHOP_PORT,aidis.my-shop.port",
			"my_shop,AIDIS_MY_SHOP_PORT,aidis.my_shop.port", "my-shop,AIDIS_MY_SHOP_PORT,aidis.my_shop.port",
			"my-shop,AIDIS_MY_SHOP_PORT,aidis.myShop.port", "2fa,AIDIS_2FA_PORT,aidis.2fa.port",
			"a.b_c-d,AIDIS_A_B_C_D_PORT,aidis.a.b-c-d.port" })
	void ownSettingIsFoundInEverySourceAndNotation(String name, String variable, String property) {
		for (String notation : List.of(variable, property)) {
			this.environment = TestEnvironment.ofService(name).configuration(notation, "9001");
			assertThat(assign().assignedBy()).endsWith(" in application.properties");
			assertThat(this.environment.serverPort()).as(notation).isEqualTo(9001);

			this.environment = TestEnvironment.ofService(name).systemProperty(notation, "9001");
			assertThat(assign().assignedBy()).startsWith("system property ");
			assertThat(this.environment.serverPort()).as(notation).isEqualTo(9001);

			this.environment = TestEnvironment.ofService(name).commandLine("--" + notation + "=9001");
			assertThat(assign().assignedBy()).startsWith("command line argument --");
			assertThat(this.environment.serverPort()).as(notation).isEqualTo(9001);
		}
		this.environment = TestEnvironment.ofService(name).variable(variable, "9001");
		assertAssigned(Rung.SERVICE_SETTING, 9001, "environment variable " + variable);
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void settingOfAnotherServiceDoesNotCount() {
		this.environment.variable("AIDIS_STOCK_PORT", "9001").configuration("aidis.stock.port", "9002");
		assertAssigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
	}

	@Test
	void commandLineBeatsSystemPropertyBeatsEnvironmentBeatsConfiguration() {
		this.environment.configuration("aidis.orders.port", "9004");
		assertThat(assign().requestedPort()).isEqualTo(9004);
		this.environment = TestEnvironment.ofService("orders")
			.configuration("aidis.orders.port", "9004")
			.variable("AIDIS_ORDERS_PORT", "9003");
		assertThat(assign().requestedPort()).isEqualTo(9003);
		this.environment = TestEnvironment.ofService("orders")
			.variable("AIDIS_ORDERS_PORT", "9003")
			.systemProperty("aidis.orders.port", "9002");
		assertThat(assign().requestedPort()).isEqualTo(9002);
		this.environment = TestEnvironment.ofService("orders")
			.systemProperty("aidis.orders.port", "9002")
			.commandLine("--AIDIS_ORDERS_PORT=9001");
		assertThat(assign().requestedPort()).isEqualTo(9001);
	}

	@Test
	void placeholderIsResolved() {
		this.environment.configuration("aidis.orders.port", "${ORDERS_WISH:0}");
		assertAssigned(Rung.SERVICE_SETTING, 0, "aidis.orders.port in application.properties");
		this.environment = TestEnvironment.ofService("orders")
			.configuration("aidis.orders.port", "${ORDERS_WISH:0}")
			.variable("ORDERS_WISH", "9001");
		assertAssigned(Rung.SERVICE_SETTING, 9001, "aidis.orders.port in application.properties");
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void placeholderThatCannotBeResolvedIsSkippedWithOneWarning() {
		this.environment.configuration("aidis.orders.port", "${ORDERS_WISH}");
		assertAssigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("aidis.orders.port in application.properties='${ORDERS_WISH}'");
	}

	@Test
	void placeholderInSpringBootsOwnSettingIsResolved() {
		this.environment.configuration("server.port", "${ORDERS_WISH:9003}");
		assertAssigned(Rung.APPLICATION_CONFIGURATION, 9003, "server.port in application.properties");
	}

	// Variables that are not of one service alone

	@ParameterizedTest
	@ValueSource(strings = { "orders", "aidis-command-dev", "aidis-command-prod", "aidis-mcp-bridge", "application" })
	void portIsUsedByEveryServiceButTheMcpServer(String name) {
		this.environment = TestEnvironment.ofService(name)
			.variable("PORT", "9002")
			.variable("AIDIS_HEALTH_PORT", "9003");
		assertAssigned(Rung.GENERIC_VARIABLE, 9002, "environment variable PORT");
	}

	@Test
	void mcpServerUsesTheHealthPortAndNotPort() {
		this.environment = TestEnvironment.ofService("aidis-mcp")
			.variable("PORT", "9002")
			.variable("AIDIS_HEALTH_PORT", "9003");
		assertAssigned(Rung.GENERIC_VARIABLE, 9003, "environment variable AIDIS_HEALTH_PORT");
	}

	@Test
	void badPortIsNoConcernOfTheMcpServer() {
		this.environment = TestEnvironment.ofService("aidis-mcp")
			.variable("PORT", "abc")
			.configuration("server.port", "9003");
		assertAssigned(Rung.APPLICATION_CONFIGURATION, 9003, "server.port in application.properties");
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void serviceNamedHealthTakesItsOwnVariable() {
		this.environment = TestEnvironment.ofService("health").variable("AIDIS_HEALTH_PORT", "9001");
		assertAssigned(Rung.SERVICE_SETTING, 9001, "environment variable AIDIS_HEALTH_PORT");
	}

	// The default port

	@Test
	void freeDefaultPortIsTaken() throws IOException {
		try (ReservedPort free = new ReservedPort()) {
			defaultPort(free.number());
			assertAssigned(Rung.DEFAULT_PORT, free.number(), "default port of orders");
			assertThat(this.log.all()).isEmpty();
		}
	}

	@Test
	void busyDefaultPortMovesToADynamicOneWithOneWarning() throws IOException {
		try (ServerSocket held = new ServerSocket(0)) {
			defaultPort(held.getLocalPort());
			assertAssigned(Rung.DYNAMIC, 0, "default port " + held.getLocalPort() + " in use, so dynamic");
			assertThat(this.log.warnings()).singleElement()
				.asString()
				.contains("default port " + held.getLocalPort())
				.contains("'orders'")
				.contains("Set AIDIS_ORDERS_PORT");
		}
	}

	@Test
	void defaultPortIsTriedAtTheAddressOfTheServer() throws IOException {
		InetAddress loopback = InetAddress.getLoopbackAddress();
		try (ServerSocket held = new ServerSocket(0, 1, loopback)) {
			defaultPort(held.getLocalPort());
			this.environment.configuration("server.address", loopback.getHostAddress());
			assertAssigned(Rung.DYNAMIC, 0, "default port " + held.getLocalPort() + " in use, so dynamic");
			assertThat(this.log.warnings()).hasSize(1);
		}
	}

	@Test
	void busyPortThatSomebodyAskedForIsNotReplaced() throws IOException {
		try (ServerSocket held = new ServerSocket(0)) {
			this.environment.variable("AIDIS_ORDERS_PORT", String.valueOf(held.getLocalPort()));
			assertAssigned(Rung.SERVICE_SETTING, held.getLocalPort(), "environment variable AIDIS_ORDERS_PORT");
			assertThat(this.log.all()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 65536, 70000 })
	void defaultPortThatIsNoPortFailsWithSettingValueAndWayOut(int port) {
		defaultPort(port);
		assertThatExceptionOfType(InvalidPortSettingException.class).isThrownBy(this::assign).satisfies((ex) -> {
			assertThat(ex.getSetting()).isEqualTo("aidis.port.services.orders.default-port");
			assertThat(ex.getValue()).isEqualTo(String.valueOf(port));
			assertThat(ex.getAction()).contains("0 for a dynamic one");
		});
	}

	@Test
	void defaultPortOfAnotherServiceDoesNotCount() {
		this.environment.configuration("aidis.port.services.stock.default-port", "9005");
		assertAssigned(Rung.DYNAMIC, 0, "no setting, so dynamic");
	}

	private void defaultPort(int port) {
		this.environment.configuration("aidis.port.services.orders.default-port", String.valueOf(port));
	}

	// Empty settings of Spring Boot's own

	@ParameterizedTest
	@EnumSource(
			names = { "OWN_VARIABLE", "OWN_PROPERTY", "GENERIC_VARIABLE", "CONFIGURATION_SERVER_PORT", "DEFAULT_PORT" })
	void emptyServerPortVariableDoesNotHideTheDecision(Setting setting) {
		this.environment.variable("SERVER_PORT", "");
		setting.apply(this.environment);
		assertAssigned(setting.rung, setting.port, setting.assignedBy);
	}

	@ParameterizedTest
	@ValueSource(strings = { "--server.port=", "--server.port" })
	void emptyServerPortArgumentDoesNotHideTheDecision(String argument) {
		this.environment.commandLine(argument).variable("AIDIS_ORDERS_PORT", "9001");
		assertAssigned(Rung.SERVICE_SETTING, 9001, "environment variable AIDIS_ORDERS_PORT");
	}

	@Test
	void emptyServerPortArgumentDoesNotHideTheVariable() {
		this.environment.commandLine("--server.port=").variable("SERVER_PORT", "9000");
		assertAssigned(Rung.OVERRIDE, 9000, "environment variable SERVER_PORT");
	}

	@Test
	void emptyServerPortInTheConfigurationCountsAsNotSet() {
		this.environment.configuration("server.port", "").configuration("aidis.port.services.orders.default-port", "0");
		assertAssigned(Rung.DEFAULT_PORT, 0, "default port of orders");
	}

	// The property source

	@Test
	void propertySourceStandsBelowTheEnvironmentAndAboveTheConfiguration() {
		this.environment.commandLine("--debug").variable("AIDIS_ORDERS_PORT", "9001");
		assign();
		assertThat(this.environment.getPropertySources().stream().map(PropertySource::getName)).containsSubsequence(
				"commandLineArgs", "systemProperties", "systemEnvironment", "aidisPort",
				TestEnvironment.APPLICATION_CONFIGURATION);
	}

	@Test
	void propertySourceIsEmptyWhereSpringBootDecides() {
		this.environment.configuration("server.port", "9003");
		assign();
		PropertySource<?> source = this.environment.getPropertySources().get("aidisPort");
		assertThat(source).isNotNull();
		assertThat(source.getProperty("server.port")).isNull();
		assertThat(source.containsProperty("server.port")).isFalse();
	}

	@Test
	void propertySourceHoldsNothingButThePort() {
		this.environment.variable("AIDIS_ORDERS_PORT", "9001");
		assign();
		PropertySource<?> source = this.environment.getPropertySources().get("aidisPort");
		assertThat(source).isInstanceOfSatisfying(PortAssignmentPropertySource.class,
				(assigned) -> assertThat(assigned.getPropertyNames()).containsExactly("server.port"));
		assertThat(source.getProperty("server.port")).isEqualTo(9001);
		assertThat(source.getProperty("server.address")).isNull();
	}

	@Test
	void secondRunDecidesTheSame() {
		this.environment.variable("AIDIS_ORDERS_PORT", "9001");
		PortAssignment first = assign();
		assertThat(assign()).isEqualTo(first);
		assertThat(this.environment.getPropertySources().stream().map(PropertySource::getName))
			.containsOnlyOnce("aidisPort");
	}

	@Test
	void environmentWithoutAnyKnownSourceIsServedToo() {
		this.environment.getPropertySources().remove("systemProperties");
		this.environment.getPropertySources().remove("systemEnvironment");
		this.environment.configuration("aidis.orders.port", "9001");
		assertAssigned(Rung.SERVICE_SETTING, 9001, "aidis.orders.port in application.properties");
	}

	@Test
	void runsAfterTheConfigurationIsLoaded() {
		assertThat(postProcessor().getOrder()).isGreaterThan(ConfigDataEnvironmentPostProcessor.ORDER);
	}

	// Where nothing happens

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void everyKindOfWebApplicationGetsAPort(WebApplicationType type) {
		this.environment.variable("AIDIS_ORDERS_PORT", "9001");
		process(type);
		assertThat(this.environment.serverPort()).isEqualTo(9001);
	}

	@Test
	void nothingHappensInAnApplicationWithoutAWebServer() {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc").variable("PORT", "9001");
		process(WebApplicationType.NONE);
		assertNothingHappened();
	}

	@Test
	void nothingHappensWhenAPropertySaysThereIsNoWebServer() {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc").configuration("spring.main.web-application-type", "none");
		process(WebApplicationType.SERVLET);
		assertNothingHappened();
	}

	@Test
	void propertyThatSaysThereIsAWebServerCounts() {
		this.environment.variable("AIDIS_ORDERS_PORT", "9001")
			.configuration("spring.main.web-application-type", "servlet");
		process(WebApplicationType.NONE);
		assertThat(this.environment.serverPort()).isEqualTo(9001);
	}

	@Test
	void nothingHappensInTheBootstrapContextOfSpringCloud() {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc").first("bootstrap", Map.of());
		process(WebApplicationType.SERVLET);
		assertNothingHappened();
	}

	@Test
	void nothingHappensInAotProcessing() {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc");
		System.setProperty("spring.aot.processing", "true");
		try {
			process(WebApplicationType.SERVLET);
		}
		finally {
			System.clearProperty("spring.aot.processing");
		}
		assertNothingHappened();
	}

	@Test
	void nothingHappensWhenSwitchedOff() {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc").configuration("aidis.port.enabled", "false");
		process(WebApplicationType.SERVLET);
		assertNothingHappened();
	}

	@Test
	void nothingHappensWhenSwitchedOffByAVariable() {
		this.environment.variable("AIDIS_ORDERS_PORT", "abc").variable("AIDIS_PORT_ENABLED", "false");
		process(WebApplicationType.SERVLET);
		assertNothingHappened();
	}

	private void assertNothingHappened() {
		assertThat(this.environment.getPropertySources().contains("aidisPort")).isFalse();
		assertThat(this.environment.serverPort()).isNull();
		assertThat(this.log.all()).isEmpty();
		PortAssignment assignment = PortAssignment.of(this.environment);
		assertThat(assignment)
			.isEqualTo(new PortAssignment("orders", Rung.NONE, null, "no port assignment", List.of()));
	}

	// Variables that look like properties of ours

	static Stream<Map<String, String>> variablesOfKubernetes() {
		Map<String, String> service = Map.of("AIDIS_PORT", "tcp://10.0.0.1:80", "AIDIS_PORT_80_TCP",
				"tcp://10.0.0.1:80", "AIDIS_PORT_80_TCP_PROTO", "tcp", "AIDIS_PORT_80_TCP_PORT", "80",
				"AIDIS_PORT_80_TCP_ADDR", "10.0.0.1", "AIDIS_SERVICE_HOST", "10.0.0.1", "AIDIS_SERVICE_PORT", "80");
		return Stream.of(Map.of("AIDIS_PORT", "tcp://10.0.0.1:80"), service, Map.of("AIDIS_PORT_REGISTRY", "/x/y.json"),
				Map.of("AIDIS_PORT_DISCOVERY", "tcp://10.0.0.1:80", "AIDIS_PORT_REGISTRATION", "tcp://10.0.0.1:80"),
				Map.of("AIDIS_PORT_PORT", "tcp://10.0.0.1:80", "AIDIS_PORT_SERVICE_HOST", "10.0.0.1",
						"AIDIS_PORT_SERVICE_PORT", "80"),
				Map.of("AIDIS_PORT", ""));
	}

	@ParameterizedTest
	@MethodSource("variablesOfKubernetes")
	void variableNamedLikeAPropertyDoesNoHarm(Map<String, String> variables) {
		variables.forEach(this.environment::variable);
		this.environment.variable("AIDIS_ORDERS_PORT", "9001");
		assertAssigned(Rung.SERVICE_SETTING, 9001, "environment variable AIDIS_ORDERS_PORT");
		assertThat(this.log.warnings()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("variablesOfKubernetes")
	void variableNamedLikeAPropertyDoesNotHideProperties(Map<String, String> variables) {
		variables.forEach(this.environment::variable);
		this.environment.configuration("aidis.port.service-name", "stock")
			.configuration("aidis.port.services.stock.default-port", "0");
		assertAssigned(Rung.DEFAULT_PORT, 0, "default port of stock");
	}

	@Test
	void propertiesOfOursMayBeVariables() {
		this.environment.variable("AIDIS_PORT_SERVICENAME", "stock").variable("AIDIS_PORT_STRICT", "true");
		assertThat(assign().serviceName()).isEqualTo("stock");
		assertThat(this.environment.properties().isStrict()).isTrue();
	}

	@Test
	void assignmentTellsTheNameOfTheService() {
		this.environment = TestEnvironment.ofService("My Orders");
		assertThat(assign().serviceName()).isEqualTo("my-orders");
		assertThat(this.log.warnings()).hasSize(1);
	}

	private void assertAssigned(Rung rung, int port, String assignedBy) {
		PortAssignment assignment = assign();
		assertThat(assignment.rung()).isEqualTo(rung);
		assertThat(assignment.requestedPort()).isEqualTo(port);
		assertThat(assignment.assignedBy()).isEqualTo(assignedBy);
		assertThat(this.environment.serverPort()).isEqualTo(port);
	}

	private PortAssignment assign() {
		process(WebApplicationType.SERVLET);
		return PortAssignment.of(this.environment);
	}

	private void process(WebApplicationType type) {
		SpringApplication application = new SpringApplication();
		application.setWebApplicationType(type);
		postProcessor().postProcessEnvironment(this.environment, application);
	}

	private PortAssignmentEnvironmentPostProcessor postProcessor() {
		return new PortAssignmentEnvironmentPostProcessor((Supplier<Log> destination) -> this.log);
	}

	/**
	 * Settings from the highest rung to the lowest, each with a port of its own.
	 */
	enum Setting {

		COMMAND_LINE_SERVER_PORT(Rung.OVERRIDE, 9000, "command line argument --server.port") {

			@Override
			void apply(TestEnvironment environment) {
				environment.commandLine("--server.port=9000");
			}

		},

		SYSTEM_PROPERTY_SERVER_PORT(Rung.OVERRIDE, 9001, "system property server.port") {

			@Override
			void apply(TestEnvironment environment) {
				environment.systemProperty("server.port", "9001");
			}

		},

		VARIABLE_SERVER_PORT(Rung.OVERRIDE, 9002, "environment variable SERVER_PORT") {

			@Override
			void apply(TestEnvironment environment) {
				environment.variable("SERVER_PORT", "9002");
			}

		},

		OWN_VARIABLE(Rung.SERVICE_SETTING, 9003, "environment variable AIDIS_ORDERS_PORT") {

			@Override
			void apply(TestEnvironment environment) {
				environment.variable("AIDIS_ORDERS_PORT", "9003");
			}

		},

		OWN_PROPERTY(Rung.SERVICE_SETTING, 9004, "aidis.orders.port in application.properties") {

			@Override
			void apply(TestEnvironment environment) {
				environment.configuration("aidis.orders.port", "9004");
			}

		},

		GENERIC_VARIABLE(Rung.GENERIC_VARIABLE, 9005, "environment variable PORT") {

			@Override
			void apply(TestEnvironment environment) {
				environment.variable("PORT", "9005");
			}

		},

		CONFIGURATION_SERVER_PORT(Rung.APPLICATION_CONFIGURATION, 9006, "server.port in application.properties") {

			@Override
			void apply(TestEnvironment environment) {
				environment.configuration("server.port", "9006");
			}

		},

		/**
		 * 0, so that it does not matter which ports are in use here.
		 */
		DEFAULT_PORT(Rung.DEFAULT_PORT, 0, "default port of orders") {

			@Override
			void apply(TestEnvironment environment) {
				environment.configuration("aidis.port.services.orders.default-port", "0");
			}

		};

		final Rung rung;

		final int port;

		final String assignedBy;

		Setting(Rung rung, int port, String assignedBy) {
			this.rung = rung;
			this.port = port;
			this.assignedBy = assignedBy;
		}

		abstract void apply(TestEnvironment environment);

	}

}
