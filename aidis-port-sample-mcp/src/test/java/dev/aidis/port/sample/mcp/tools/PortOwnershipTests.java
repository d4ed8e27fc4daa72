package dev.aidis.port.sample.mcp.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.assignment.PortHolder;
import dev.aidis.port.discovery.ServiceHealth;
import dev.aidis.port.sample.mcp.tools.InstanceCheck.Result;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PortOwnership}, and for what {@link InstanceCheck} makes of it.
 */
class PortOwnershipTests {

	private static final int PORT = 0x4321;

	private static final PortHolder UNSEEN = new PortHolder(0, "other", null, null, null, List.of("127.0.0.1"), true);

	private final ProcessHandle me = ProcessHandle.current();

	private final PortRegistration registration = PortRegistration.builder("orders", PORT).pid(this.me.pid()).build();

	/**
	 * What is known of the instance's process, its parent and its children.
	 */
	private Optional<Boolean> listens = Optional.empty();

	private Result check(PortHolder... holders) {
		PortOwnership ownership = new PortOwnership((port, pids) -> {
			assertThat(pids).contains(this.me.pid());
			return this.listens;
		}, (port) -> List.of(holders));
		return new InstanceCheck((registration) -> new ServiceHealth(true, "HTTP 200"), ownership)
			.check(this.registration);
	}

	private static void assertUnverified(Result result) {
		assertThat(result.stranger()).isFalse();
		assertThat(result.health().detail()).startsWith("HTTP 200").contains("could not be verified");
	}

	@Test
	void processThatListensItselfIsSeenWithoutALookAtAllOthers() {
		this.listens = Optional.of(true);
		assertThat(check(UNSEEN).health()).isEqualTo(new ServiceHealth(true, "HTTP 200"));
	}

	@Test
	void processThatDoesNotListenIsNotTakenForOneThatCannotBeSeen() {
		this.listens = Optional.of(false);
		Result result = check(UNSEEN);
		assertThat(result.stranger()).isTrue();
		assertThat(result.health().healthy()).isFalse();
		assertThat(result.health().detail()).contains("the port is another program's", "user other");
	}

	@Test
	void healthOfAProcessThatCannotBeLookedIntoIsSaidToBeUnverified() {
		this.listens = Optional.empty();
		assertUnverified(check(UNSEEN));
	}

	@Test
	void healthIsSaidToBeUnverifiedWhereTheOperatingSystemTellsNothing() {
		assertUnverified(check());
	}

	@Test
	void processThatIsKnownToListenIsBelievedOnAnyOperatingSystem() {
		PortHolder mine = new PortHolder(this.me.pid(), "me", null, null, null, List.of("127.0.0.1"), true);
		assertThat(check(mine).health()).isEqualTo(new ServiceHealth(true, "HTTP 200"));
		PortHolder others = new PortHolder(Long.MAX_VALUE, "me", null, null, null, List.of("127.0.0.1"), true);
		assertThat(check(others).stranger()).isTrue();
		assertThat(check(UNSEEN, others).stranger()).isFalse();
	}

	@Test
	void processOfAContainerIsNotJudgedByWhatListensInFrontOfIt() {
		this.listens = Optional.of(false);
		PortRegistration mapped = this.registration
			.with((builder) -> builder.metadata(PortRegistration.LOCAL_PORT, "8080"));
		PortOwnership.Owner owner = new PortOwnership((port, pids) -> this.listens, (port) -> List.of(UNSEEN))
			.of(mapped);
		assertThat(owner.isItself()).isFalse();
		assertThat(owner.stranger()).isEmpty();
	}

	@Test
	void thisProcessIsFoundByTheRealTables() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			PortRegistration mine = this.registration.with((builder) -> builder.port(socket.getLocalPort()));
			assertThat(new PortOwnership().of(mine).isItself()).isTrue();
		}
	}

}
