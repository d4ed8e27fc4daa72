package dev.aidis.port.sample.mcp.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

	@TempDir
	private Path proc;

	private final ProcessHandle me = ProcessHandle.current();

	private final PortRegistration registration = PortRegistration.builder("orders", PORT).pid(this.me.pid()).build();

	/**
	 * A socket listens on the port, and processes have these files open.
	 */
	private void table(String mine, String others) throws IOException {
		Files.createDirectories(this.proc.resolve("self/net"));
		Files.writeString(this.proc.resolve("self/net/tcp"), """
				  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
				   0: 0100007F:4321 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 777 1 0
				   1: 0100007F:4321 0100007F:1234 01 00000000:00000000 00:00000000 00000000  1000        0 888 1 0
				   2: 0100007F:4322 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 999 1 0
				""");
		open(this.me.pid(), mine);
		Optional<ProcessHandle> parent = this.me.parent();
		if (parent.isPresent()) {
			open(parent.get().pid(), others);
		}
		for (ProcessHandle child : this.me.children().toList()) {
			open(child.pid(), others);
		}
	}

	private void open(long pid, String file) throws IOException {
		Path files = Files.createDirectories(this.proc.resolve(pid + "/fd"));
		Files.createSymbolicLink(files.resolve("3"), Path.of(file));
	}

	private Result check(PortHolder... holders) {
		PortOwnership ownership = new PortOwnership(this.proc, (port) -> List.of(holders));
		return new InstanceCheck((registration) -> new ServiceHealth(true, "HTTP 200"), ownership)
			.check(this.registration);
	}

	private static void assertUnverified(Result result) {
		assertThat(result.stranger()).isFalse();
		assertThat(result.health().detail()).startsWith("HTTP 200").contains("could not be verified");
	}

	@Test
	void processThatListensItselfIsSeenWithoutALookAtAllOthers() throws IOException {
		table("socket:[777]", "pipe:[1]");
		assertThat(check(UNSEEN).health()).isEqualTo(new ServiceHealth(true, "HTTP 200"));
	}

	@Test
	void processThatDoesNotListenIsNotTakenForOneThatCannotBeSeen() throws IOException {
		table("socket:[888]", "socket:[999]");
		Result result = check(UNSEEN);
		assertThat(result.stranger()).isTrue();
		assertThat(result.health().healthy()).isFalse();
		assertThat(result.health().detail()).contains("the port is another program's", "user other");
	}

	@Test
	void healthOfAProcessThatCannotBeLookedIntoIsSaidToBeUnverified() throws IOException {
		table("socket:[888]", "socket:[999]");
		Files.delete(this.proc.resolve(this.me.pid() + "/fd/3"));
		Files.delete(this.proc.resolve(this.me.pid() + "/fd"));
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
	void processOfAContainerIsNotJudgedByWhatListensInFrontOfIt() throws IOException {
		table("socket:[888]", "socket:[999]");
		PortRegistration mapped = this.registration
			.with((builder) -> builder.metadata(PortRegistration.LOCAL_PORT, "8080"));
		PortOwnership.Owner owner = new PortOwnership(this.proc, (port) -> List.of(UNSEEN)).of(mapped);
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
