package dev.aidis.port.assignment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.assignment.PortAssignment.Rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@code aidis.port.sticky}, from the setting to the port, with real ports and
 * with processes that are killed.
 */
class StickyPortAssignmentTests {

	@TempDir
	Path folder;

	private final Assignments assignments = new Assignments();

	@AfterEach
	void release() {
		this.assignments.close();
	}

	// Processes that are killed

	@Test
	void serviceThatIsKilledTwentyTimesHasTheSamePortEachTime() throws Exception {
		try (ReservedPort port = new ReservedPort()) {
			remember(port.number());
			for (int i = 0; i < 20; i++) {
				try (JavaProcess service = start()) {
					assertThat(service.awaitLine("")).isEqualTo("port " + port);
				}
			}
		}
	}

	@Test
	void portThatSomebodyTookMeanwhileIsReplacedWithOneWarningAndTheNewOneKept() throws Exception {
		String taken;
		try (ReservedPort port = new ReservedPort()) {
			remember(port.number());
			try (JavaProcess service = start()) {
				service.awaitLine("port " + port);
			}
			try (ServerSocket foreign = new ServerSocket(port.number()); JavaProcess service = start()) {
				assertThat(foreign.isBound()).isTrue();
				assertThat(service.awaitLine(""))
					.startsWith("WARN Service 'orders' had port " + port + " before, which is in use by process "
							+ ProcessHandle.current().pid() + " of user ")
					.endsWith(", so it gets a dynamic one (aidis.port.sticky).");
				taken = service.awaitLine("");
				assertThat(taken).startsWith("port ").isNotEqualTo("port " + port);
			}
		}
		try (JavaProcess service = start()) {
			assertThat(service.awaitLine("")).isEqualTo(taken);
		}
	}

	@Test
	void replicasThatAreKilledHaveTheSamePortsAgain() throws Exception {
		try (ReservedPort first = new ReservedPort(); ReservedPort second = new ReservedPort()) {
			try (StickyPort one = claim(); StickyPort two = claim()) {
				one.remember(first.number());
				two.remember(second.number());
			}
			for (int i = 0; i < 3; i++) {
				try (JavaProcess one = start(); JavaProcess two = start()) {
					assertThat(List.of(one.awaitLine(""), two.awaitLine(""))).containsExactlyInAnyOrder("port " + first,
							"port " + second);
				}
			}
		}
	}

	// The port that is remembered

	@Test
	void anyPortIsThePreviousOneFromTheSecondStartOn() {
		int port = start(service());
		PortAssignment again = this.assignments.assign(service());
		assertThat(again.rung()).isEqualTo(Rung.DYNAMIC);
		assertThat(again.requestedPort()).isEqualTo(port);
		assertThat(again.assignedBy()).isEqualTo("no setting, so dynamic, the port it had before");
		assertThat(this.assignments.log().all()).isEmpty();
	}

	@Test
	void nothingIsRememberedUnlessAskedFor() {
		start(service().configuration("aidis.port.sticky", "false"));
		assertThat(ports()).doesNotExist();
	}

	@Test
	void everySettingThatLeavesTheChoiceIsSticky() throws IOException {
		try (ReservedPort port = new ReservedPort()) {
			remember(port.number());
			for (TestEnvironment environment : List.of(service().variable("AIDIS_ORDERS_PORT", "0"),
					service().variable("PORT", "0"), service().configuration("server.port", "0"),
					service().commandLine("--server.port=0"),
					service().configuration("aidis.port.services.orders.default-port", "0"))) {
				PortAssignment assignment = this.assignments.assign(environment);
				assertThat(assignment.requestedPort()).isEqualTo(port.number());
				assertThat(environment.serverPort()).isEqualTo(port.number());
				assertThat(assignment.assignedBy()).endsWith(", the port it had before");
				this.assignments.close();
			}
		}
	}

	@Test
	void portThatSomebodyAskedForIsNeitherReplacedNorRemembered() throws IOException {
		try (ReservedPort port = new ReservedPort(); ReservedPort fixed = new ReservedPort()) {
			remember(port.number());
			assertThat(start(service().variable("AIDIS_ORDERS_PORT", fixed.toString()))).isEqualTo(fixed.number());
			assertThat(this.assignments.assign(service()).requestedPort()).isEqualTo(port.number());
		}
	}

	@Test
	void fixedPortThatGivesWayIsReplacedByThePreviousOne() throws IOException {
		try (ReservedPort port = new ReservedPort(); ServerSocket foreign = new ServerSocket(0)) {
			remember(port.number());
			TestEnvironment environment = service().variable("AIDIS_ORDERS_PORT", "" + foreign.getLocalPort())
				.configuration("aidis.port.on-conflict", "dynamic");
			PortAssignment assignment = this.assignments.assign(environment);
			assertThat(assignment.requestedPort()).isEqualTo(port.number());
			assertThat(environment.serverPort()).isEqualTo(port.number());
			assertThat(assignment.assignedBy()).isEqualTo("environment variable AIDIS_ORDERS_PORT, but "
					+ foreign.getLocalPort() + " is in use, so dynamic, the port it had before");
			assertThat(this.assignments.log().warnings()).singleElement()
				.asString()
				.contains("so the service gets port " + port + ", which it had before, as");
		}
	}

	@Test
	void newCheckoutAtTheSamePlaceIsTheSameService() throws IOException {
		Path run = Files.createDirectory(this.folder.resolve("run"));
		int port = start(service().configuration("aidis.port.registry.file", run.resolve("registry.json").toString()));
		Files.delete(run);
		assertThat(this.assignments
			.assign(service().configuration("aidis.port.registry.file", run.resolve("registry.json").toString()))
			.requestedPort()).isEqualTo(port);
	}

	@Test
	void checkoutElsewhereIsAnotherService() {
		start(service());
		assertThat(this.assignments
			.assign(service().configuration("aidis.port.registry.file", this.folder.resolve("other").toString()))
			.requestedPort()).isZero();
	}

	@Test
	void applicationsOfOneJvmDoNotFight() throws IOException {
		try (ReservedPort port = new ReservedPort()) {
			remember(port.number());
			assertThat(this.assignments.assign(service()).requestedPort()).isEqualTo(port.number());
			assertThat(this.assignments.assign(service()).requestedPort()).isZero();
			assertThat(this.assignments.log().all()).isEmpty();
			this.assignments.close();
			assertThat(this.assignments.assign(service()).requestedPort()).isEqualTo(port.number());
		}
	}

	@Test
	void portThatAnotherServiceLeasedIsReplacedWithAWarning() throws IOException {
		try (ReservedPort port = new ReservedPort()) {
			remember(port.number());
			PortLease lease = PortLease.take(port.number());
			assertThat(lease).isNotNull();
			assertThat(this.assignments.assign(service()).requestedPort()).isZero();
			assertThat(this.assignments.log().warnings()).hasSize(1);
			lease.close();
		}
	}

	@Test
	void testRemembersNothing() {
		start(service().first("Inlined Test Properties",
				Map.of("org.springframework.boot.test.context.SpringBootTestContextBootstrapper", "true")));
		assertThat(ports()).doesNotExist();
	}

	// With a range

	@Test
	void previousPortOfTheRangeIsPreferred() throws IOException {
		try (ReservedRange range = ReservedRange.of(50)) {
			int preferred = this.assignments.assign(inRange(range)).requestedPort();
			int second = start(inRange(range));
			assertThat(second).isNotEqualTo(preferred);
			this.assignments.close();
			remember(second);
			assertThat(this.assignments.assign(inRange(range)).requestedPort()).isEqualTo(second);
			assertThat(this.assignments.log().all()).isEmpty();
		}
	}

	@Test
	void previousPortThatIsTakenOrOutsideOfTheRangeIsReplacedWithOneWarning() throws IOException {
		try (ReservedRange range = ReservedRange.of(5); ServerSocket foreign = new ServerSocket(range.first())) {
			remember(foreign.getLocalPort());
			int port = start(inRange(range));
			assertThat(this.assignments.log().warnings()).containsExactly("Service 'orders' had port " + range.first()
					+ " before, which is in use by this process itself, so it gets port " + port
					+ " (aidis.port.sticky).");
		}
		this.assignments.log().warnings().clear();
		try (ReservedRange range = ReservedRange.of(5)) {
			remember(9);
			int port = start(inRange(range));
			assertThat(this.assignments.log().warnings()).containsExactly("Service 'orders' had port 9 before, which "
					+ "is not in the range " + range + ", so it gets port " + port + " (aidis.port.sticky).");
			assertThat(start(inRange(range))).isEqualTo(port);
			assertThat(this.assignments.log().warnings()).hasSize(1);
		}
	}

	@Test
	void exhaustedRangeLeavesTheMemoryToTheNextStart() throws IOException {
		try (ReservedRange range = ReservedRange.of(1); ReservedPort port = new ReservedPort()) {
			remember(port.number());
			try (ServerSocket foreign = new ServerSocket(range.first())) {
				assertThat(foreign.isBound()).isTrue();
				assertThatExceptionOfType(PortRangeExhaustedException.class)
					.isThrownBy(() -> this.assignments.assign(inRange(range)));
			}
			assertThat(this.assignments.assign(service()).requestedPort()).isEqualTo(port.number());
		}
	}

	// What is broken

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "70000", "\u001B[2J" })
	void brokenFileCostsTheMemoryWithOneWarningAndIsWrittenAnew(String content) throws IOException {
		remember(9);
		Path file;
		try (Stream<Path> files = Files.list(ports())) {
			file = files.findFirst().orElseThrow();
		}
		Files.writeString(file, content);
		Path other = Files.writeString(ports().resolve("orders-0123456789abcdef"), "broken, too");
		int port = start(service());
		assertThat(this.assignments.log().warnings()).singleElement()
			.asString()
			.startsWith("The port that service 'orders' had before is not known, so it gets another one "
					+ "(aidis.port.sticky): " + file.toRealPath() + ": '")
			.endsWith("' in its first line is no port. The file is written anew when the service has its port.")
			.doesNotContainPattern("\\p{Cntrl}");
		assertThat(file).content().startsWith(String.valueOf(port));
		assertThat(other).content().isEqualTo("broken, too");
	}

	@Test
	void folderThatCannotBeOneCostsTheMemoryWithOneWarning() throws IOException {
		Files.createFile(ports());
		assertThat(start(service())).isPositive();
		assertThat(this.assignments.log().warnings()).singleElement()
			.asString()
			.startsWith("The port of service 'orders' is not remembered (aidis.port.sticky): ")
			.contains(ports().toString())
			.endsWith("Set aidis.port.sticky-folder to a folder that this process may write to.");
	}

	@Test
	void folderThatIsNoPathCostsTheMemoryWithOneWarning() {
		assertThat(start(service().configuration("aidis.port.sticky-folder", "a\u0000b"))).isPositive();
		assertThat(this.assignments.log().warnings()).hasSize(1);
	}

	/**
	 * Start a service as its web server would, and end it.
	 * @return the port it had
	 */
	private int start(TestEnvironment environment) {
		this.assignments.assign(environment);
		try (PortReservation reservation = PortReservation.of(environment);
				ServerSocket server = new ServerSocket(environment.getRequiredProperty("server.port", Integer.class))) {
			reservation.bound(server.getLocalPort());
			return server.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private JavaProcess start() throws IOException {
		return JavaProcess.start(AssignmentProcess.class, "aidis.port.sticky=true",
				"aidis.port.sticky-folder=" + ports(), "aidis.port.registry.file=" + registry());
	}

	private TestEnvironment inRange(ReservedRange range) {
		return service().variable("AIDIS_ORDERS_PORT", range.toString());
	}

	private TestEnvironment service() {
		return TestEnvironment.ofService("orders")
			.configuration("aidis.port.sticky", "true")
			.configuration("aidis.port.sticky-folder", ports().toString())
			.configuration("aidis.port.registry.file", registry().toString());
	}

	private void remember(int port) throws IOException {
		try (StickyPort memory = claim()) {
			memory.remember(port);
		}
	}

	private StickyPort claim() throws IOException {
		return StickyPort.claim(ports(), "orders", registry().toString());
	}

	private Path ports() {
		return this.folder.resolve("ports");
	}

	private Path registry() {
		return this.folder.resolve("port-registry.json");
	}

}
