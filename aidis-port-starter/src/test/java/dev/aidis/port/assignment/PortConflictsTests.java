package dev.aidis.port.assignment;

import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.BindException;

import dev.aidis.port.ReservedPort;
import dev.aidis.port.assignment.PortAssignment.Rung;
import dev.aidis.port.assignment.PortConflicts.PortRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of a fixed port that is in use before the web server starts, and who is
 * said to have asked for it.
 */
class PortConflictsTests {

	private final RecordingLog log = new RecordingLog();

	private final TestEnvironment environment = TestEnvironment.ofService("orders");

	private ServerSocket busy;

	private int port;

	@BeforeEach
	void occupyPort() throws Exception {
		this.busy = new ServerSocket(0);
		this.port = this.busy.getLocalPort();
	}

	@AfterEach
	void freePort() throws Exception {
		this.busy.close();
	}

	@ParameterizedTest
	@EnumSource
	void portThatWasAskedForStaysByDefaultAndWithFail(Asked asked) {
		asked.apply(this.environment, this.port);
		assertThat(assign()).extracting(PortAssignment::requestedPort).isEqualTo(this.port);
		onConflict("fail");
		assertThat(assign()).extracting(PortAssignment::requestedPort).isEqualTo(this.port);
		assertThat(this.environment.serverPort()).isEqualTo(this.port);
		assertThat(this.log.all()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void portThatWasAskedForMovesWithDynamicAndOneWarning(Asked asked) {
		asked.apply(this.environment, this.port);
		onConflict("dynamic");
		assertThat(assign()).usingRecursiveComparison()
			.ignoringFields("ladder")
			.isEqualTo(new PortAssignment("orders", Rung.DYNAMIC, 0,
					asked.assignedBy + ", but " + this.port + " is in use, so dynamic", List.of()));
		assertThat(this.environment.serverPort()).isZero();
		assertThat(this.log.warnings()).containsExactly("Port " + this.port + " of service 'orders' ("
				+ asked.assignedBy + ") is in use, so the service gets a dynamic one, "
				+ "as aidis.port.on-conflict=dynamic wants it. The port is held by this process itself");
	}

	@ParameterizedTest
	@EnumSource
	void portThatIsFreeStaysWithDynamic(Asked asked) throws Exception {
		try (ReservedPort free = new ReservedPort()) {
			asked.apply(this.environment, free.number());
			onConflict("dynamic");
			assertThat(assign()).extracting(PortAssignment::requestedPort).isEqualTo(free.number());
			assertThat(this.log.all()).isEmpty();
		}
	}

	@Test
	void defaultPortMovesUnlessItIsToFail() {
		this.environment.configuration("aidis.port.services.orders.default-port", this.port);
		assertThat(assign().rung()).isEqualTo(Rung.DYNAMIC);
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("The default port " + this.port + " of service 'orders' is in use, so")
			.endsWith(" The port is held by this process itself");
		onConflict("fail");
		assertThat(assign()).usingRecursiveComparison()
			.ignoringFields("ladder")
			.isEqualTo(new PortAssignment("orders", Rung.DEFAULT_PORT, this.port, "default port of orders", List.of()));
		assertThat(this.log.warnings()).hasSize(1);
		onConflict("dynamic");
		assertThat(assign().rung()).isEqualTo(Rung.DYNAMIC);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "abc" })
	void whatIsNoFixedPortIsNotLookedAt(String port) {
		this.environment.commandLine("--server.port=" + port);
		onConflict("dynamic");
		assertThat(assign().rung()).isEqualTo(Rung.OVERRIDE);
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void portIsLookedAtOnTheAddressOfTheServer() {
		this.environment.configuration("server.address", "127.0.0.3").configuration("server.port", "1");
		this.environment.configuration("management.server.port", "2");
		this.environment.configuration("management.server.address", "127.0.0.4");
		onConflict("dynamic");
		List<String> probed = new ArrayList<>();
		PortConflicts conflicts = new PortConflicts(this.environment, (port, address) -> {
			probed.add(port + " at " + address);
			return false;
		}, owners(), this.log);
		PortAssignment asked = new PortAssignment("orders", Rung.APPLICATION_CONFIGURATION, 1, "server.port",
				List.of());
		PortDecision decision = new PortDecision(asked, PortReservation.none(1), false);
		assertThat(conflicts.resolve(decision, () -> PortReservation.none(0))).isSameAs(decision);
		assertThat(conflicts.resolveManagement(asked, asked)).isNull();
		assertThat(probed).containsExactly("1 at /127.0.0.3", "2 at /127.0.0.4");
	}

	@Test
	void valueThatIsNoneOfTheTwoIsAnError() {
		onConflict("retry");
		assertThatExceptionOfType(BindException.class).isThrownBy(this::assign)
			.withMessageContaining("aidis.port.on-conflict");
	}

	// The management server

	@Test
	void managementPortMovesWithDynamicAndOneWarning() {
		this.environment.configuration("management.server.port", this.port).variable("PORT", "0");
		onConflict("dynamic");
		assertThat(assign()).usingRecursiveComparison()
			.ignoringFields("ladder")
			.isEqualTo(new PortAssignment("orders", Rung.GENERIC_VARIABLE, 0, "environment variable PORT", List.of()));
		assertThat(managementPort()).isEqualTo("0");
		assertThat(this.log.warnings()).containsExactly("Port " + this.port
				+ " of the management server of service 'orders' (management.server.port in application.properties) "
				+ "is in use, so it gets a dynamic one, as aidis.port.on-conflict=dynamic wants it. "
				+ "The port is held by this process itself");
	}

	@Test
	void managementPortOfTheCommandLineMovesToo() {
		this.environment.commandLine("--management.server.port=" + this.port);
		onConflict("dynamic");
		assign();
		assertThat(managementPort()).isEqualTo("0");
	}

	@Test
	void managementPortStaysByDefaultAndWithFailAndWhenItIsFree() throws Exception {
		this.environment.configuration("management.server.port", this.port);
		assign();
		onConflict("fail");
		assign();
		assertThat(managementPort()).isEqualTo(String.valueOf(this.port));
		try (ReservedPort free = new ReservedPort()) {
			this.environment.configuration("management.server.port", free.number());
			onConflict("dynamic");
			assign();
			assertThat(managementPort()).isEqualTo(free.toString());
		}
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void managementServerThatSharesTheApplicationsGoesOnToDoSo() {
		this.environment.configuration("management.server.port", this.port).configuration("server.port", this.port);
		onConflict("dynamic");
		assertThat(assign().requestedPort()).isZero();
		assertThat(managementPort()).isEmpty();
		assertThat(this.log.warnings()).hasSize(1);
	}

	// Later

	@Test
	void portThatIsTakenLaterIsGivenUpWithDynamicAndOneWarning() {
		onConflict("dynamic");
		assertThat(later().givesWay(this.port, null)).isTrue();
		assertThat(this.log.warnings()).containsExactly("Port " + this.port
				+ " has been taken while the application started, so a dynamic one is opened instead. "
				+ "Set aidis.port.on-conflict=fail to fail instead. The port is held by this process itself");
		assertThat(later().givesWay(0, null)).isFalse();
		assertThat(later().givesWay(-1, null)).isFalse();
	}

	@Test
	void portThatIsTakenLaterIsNotGivenUpIfSomebodyAskedForIt() throws Exception {
		try (ReservedPort reserved = new ReservedPort()) {
			this.environment.variable("AIDIS_ORDERS_PORT", reserved.toString());
			assign();
		}
		assertThat(later().givesWay(this.port, null)).isFalse();
		onConflict("fail");
		assertThat(later().givesWay(this.port, null)).isFalse();
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void defaultPortThatIsTakenLaterIsGivenUpAndNoOther() throws Exception {
		this.environment.configuration("aidis.port.services.orders.default-port", this.port);
		this.busy.close();
		assertThat(assign().rung()).isEqualTo(Rung.DEFAULT_PORT);
		try (ServerSocket later = new ServerSocket(this.port); ServerSocket other = new ServerSocket(0)) {
			assertThat(later().givesWay(other.getLocalPort(), null)).isFalse();
			assertThat(later().givesWay(later.getLocalPort(), null)).isTrue();
		}
	}

	// Who asked for it

	@ParameterizedTest
	@EnumSource
	void requestNamesTheSetting(Asked asked) {
		asked.apply(this.environment, this.port);
		assign();
		assertThat(later().request(this.port))
			.isEqualTo(new PortRequest(asked.assignedBy, asked.assignedBy, false, null));
		assertThat(later().request(1)).isNull();
	}

	@Test
	void requestOfADefaultPortNamesTheVariableToSet() {
		this.environment.configuration("aidis.port.services.orders.default-port", this.port);
		onConflict("fail");
		assign();
		assertThat(later().request(this.port))
			.isEqualTo(new PortRequest("default port of orders", "AIDIS_ORDERS_PORT", false, null));
	}

	@Test
	void requestOfAManagementPortNamesItsSetting() {
		this.environment.variable("MANAGEMENT_SERVER_PORT", String.valueOf(this.port));
		assign();
		String setting = "environment variable MANAGEMENT_SERVER_PORT";
		assertThat(later().request(this.port)).isEqualTo(new PortRequest(setting, setting, false, null));
		onConflict("dynamic");
		assertThat(later().request(this.port)).isEqualTo(new PortRequest(setting, setting, true, null));
	}

	@Test
	void requestOfAPortThatWasChosenTellsHowToChooseOtherwise() throws Exception {
		try (ReservedRange range = ReservedRange.of(1)) {
			this.environment.variable("AIDIS_ORDERS_PORT", range.toString());
			assign();
			assertThat(later().request(range.first()))
				.isEqualTo(new PortRequest("environment variable AIDIS_ORDERS_PORT, one of " + range.range(),
						"environment variable AIDIS_ORDERS_PORT", false,
						"set environment variable AIDIS_ORDERS_PORT to a larger range, or to 0"));
			PortReservation.of(this.environment).close();
		}
	}

	// Ports that were chosen because they are free

	@Test
	void portOfARangeDoesNotLeaveTheRange() throws Exception {
		onConflict("dynamic");
		try (ReservedRange range = ReservedRange.of(1)) {
			this.environment.variable("AIDIS_ORDERS_PORT", range.toString());
			assertThat(assign().requestedPort()).isEqualTo(range.first());
			try (ServerSocket thief = new ServerSocket(range.first())) {
				assertThat(recheck().mayMove(thief.getLocalPort())).isTrue();
				assertThat(recheck().portToOpen(thief.getLocalPort(), null)).isEqualTo(range.first());
			}
			PortReservation.of(this.environment).close();
		}
		assertThat(this.log.all()).isEmpty();
	}

	@Test
	void portOfARangeThatWasTakenIsReplacedAndTheLadderSaysSo() throws Exception {
		try (ReservedRange range = ReservedRange.of(2)) {
			this.environment.variable("AIDIS_ORDERS_PORT", range.toString());
			int chosen = assign().requestedPort();
			int other = range.first() + range.last() - chosen;
			try (ServerSocket thief = new ServerSocket(chosen)) {
				assertThat(recheck().portToOpen(thief.getLocalPort(), null)).isEqualTo(other);
			}
			PortAssignment moved = PortAssignment.of(this.environment);
			assertThat(moved.requestedPort()).isEqualTo(other);
			assertThat(moved.rung()).isEqualTo(Rung.SERVICE_SETTING);
			assertThat(moved.assignedBy()).isEqualTo("environment variable AIDIS_ORDERS_PORT, one of " + range.range()
					+ ", but " + chosen + " was taken meanwhile, so " + other);
			assertThat(moved.ladder())
				.anySatisfy((step) -> assertThat(step.outcome())
					.isEqualTo("gives way: port " + chosen + " was taken while the application started"))
				.last()
				.isEqualTo(new PortAssignment.Step(Rung.SERVICE_SETTING, "environment variable AIDIS_ORDERS_PORT",
						String.valueOf(other), "decides"));
			assertThat(later().request(other)).isNotNull()
				.extracting(PortRequest::otherChoice)
				.isEqualTo("set environment variable AIDIS_ORDERS_PORT to a larger range, or to 0");
			PortReservation.of(this.environment).close();
		}
	}

	@Test
	void fixedPortThatWasTakenIsReplacedAndTheLadderSaysSo() throws Exception {
		onConflict("dynamic");
		this.environment.variable("AIDIS_ORDERS_PORT", String.valueOf(this.port));
		this.busy.close();
		assertThat(assign().requestedPort()).isEqualTo(this.port);
		try (ServerSocket thief = new ServerSocket(this.port)) {
			assertThat(recheck().portToOpen(thief.getLocalPort(), null)).isZero();
		}
		PortAssignment moved = PortAssignment.of(this.environment);
		assertThat(moved.rung()).isEqualTo(Rung.DYNAMIC);
		assertThat(moved.isDynamic()).isTrue();
		assertThat(moved.ladder()).last().isEqualTo(new PortAssignment.Step(Rung.DYNAMIC, "dynamic", null, "decides"));
	}

	@Test
	void managementPortThatMovesLeavesTheApplicationsAssignmentAlone() throws Exception {
		onConflict("dynamic");
		PortAssignment before = assign();
		assertThat(recheck().portToOpen(this.port, null)).isZero();
		assertThat(PortAssignment.of(this.environment)).isEqualTo(before);
	}

	private PortRecheck recheck() {
		return new PortRecheck(this.environment, later());
	}

	private PortOwners owners() {
		return PortOwners.of(this.environment, null);
	}

	private PortAssignment assign() {
		this.environment.getPropertySources().remove(PortAssignmentPropertySource.NAME);
		SpringApplication application = new SpringApplication();
		application.setWebApplicationType(WebApplicationType.SERVLET);
		new PortAssignmentEnvironmentPostProcessor((destination) -> this.log).postProcessEnvironment(this.environment,
				application);
		return PortAssignment.of(this.environment);
	}

	private PortConflicts later() {
		return new PortConflicts(this.environment, PortProbe::isInUse, owners(), this.log);
	}

	private void onConflict(String value) {
		this.environment.configuration("aidis.port.on-conflict", value);
	}

	private @Nullable String managementPort() {
		return this.environment.getProperty("management.server.port");
	}

	/**
	 * Who asks for a port.
	 */
	enum Asked {

		COMMAND_LINE("command line argument --server.port") {

			@Override
			void apply(TestEnvironment environment, int port) {
				environment.commandLine("--server.port=" + port);
			}

		},

		TEST("server.port in Inlined Test Properties") {

			@Override
			void apply(TestEnvironment environment, int port) {
				environment.first("Inlined Test Properties", Map.of("server.port", port));
			}

		},

		BOOT_VARIABLE("environment variable SERVER_PORT") {

			@Override
			void apply(TestEnvironment environment, int port) {
				environment.variable("SERVER_PORT", String.valueOf(port));
			}

		},

		OWN_VARIABLE("environment variable AIDIS_ORDERS_PORT") {

			@Override
			void apply(TestEnvironment environment, int port) {
				environment.variable("AIDIS_ORDERS_PORT", String.valueOf(port));
			}

		},

		GENERIC_VARIABLE("environment variable PORT") {

			@Override
			void apply(TestEnvironment environment, int port) {
				environment.variable("PORT", String.valueOf(port));
			}

		},

		CONFIGURATION("server.port in application.properties") {

			@Override
			void apply(TestEnvironment environment, int port) {
				environment.configuration("server.port", port);
			}

		};

		private final String assignedBy;

		Asked(String assignedBy) {
			this.assignedBy = assignedBy;
		}

		abstract void apply(TestEnvironment environment, int port);

	}

}
