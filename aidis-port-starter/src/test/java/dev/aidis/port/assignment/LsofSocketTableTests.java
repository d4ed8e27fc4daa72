package dev.aidis.port.assignment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import dev.aidis.port.RequiredProgram;

import static org.assertj.core.api.Assertions.assertThat;

class LsofSocketTableTests {

	/**
	 * {@code lsof -nPw -iTCP:53849 -FpLnT} of lsof 4.95.0, with the file descriptors that
	 * other versions print as well.
	 */
	private static final String OUTPUT = """
			p22544
			Lroot
			f3
			n127.0.0.1:53849
			TST=LISTEN
			TQR=0
			TQS=0
			f4
			n[::1]:53849
			TST=LISTEN
			TQR=0
			TQS=0
			f5
			n127.0.0.1:50998->127.0.0.1:53849
			TST=ESTABLISHED
			TQR=0
			TQS=0
			f6
			n127.0.0.1:53849->127.0.0.1:50998
			TST=ESTABLISHED
			TQR=0
			TQS=0
			p22545
			n*:53849
			TST=LISTEN
			""";

	@Test
	void socketsAreThoseWhosePortItIs() {
		assertThat(LsofSocketTable.parse(OUTPUT, Set.of(53849))).containsExactly(
				new OpenSocket(53849, "127.0.0.1", true, 22544, "root"),
				new OpenSocket(53849, "::1", true, 22544, "root"),
				new OpenSocket(53849, "127.0.0.1", false, 22544, "root"),
				new OpenSocket(53849, "*", true, 22545, null));
		assertThat(LsofSocketTable.parse(OUTPUT, Set.of(50998)))
			.containsExactly(new OpenSocket(50998, "127.0.0.1", false, 22544, "root"));
		assertThat(LsofSocketTable.parse(OUTPUT, Set.of(3849))).isEmpty();
	}

	@Test
	void whatIsNoOutputHoldsNoSocket() {
		assertThat(LsofSocketTable.parse("", Set.of(1))).isEmpty();
		assertThat(LsofSocketTable.parse("\n\np\nn\nT\nTST=LISTEN\n", Set.of(1))).isEmpty();
		assertThat(LsofSocketTable.parse("p99999999999999999999\nn*:1\nTST=LISTEN\n", Set.of(1)))
			.containsExactly(new OpenSocket(1, "*", true, 0, null));
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void socketOfThisProcessIsFoundByTheProgram() throws IOException {
		RequiredProgram.require("lsof", "lsof");
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThat(new LsofSocketTable().find(Set.of(server.getLocalPort()))).singleElement()
				.satisfies((socket) -> {
					assertThat(socket.pid()).isEqualTo(ProcessHandle.current().pid());
					assertThat(socket.user()).isEqualTo(PortHolders.currentUser());
					assertThat(socket.address()).contains("127.0.0.1");
					assertThat(socket.listening()).isTrue();
				});
		}
	}

}
