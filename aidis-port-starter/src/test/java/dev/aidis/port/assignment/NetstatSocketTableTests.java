package dev.aidis.port.assignment;

import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NetstatSocketTableTests {

	private static final String OUTPUT = """

			Aktive Verbindungen

			  Proto  Lokale Adresse         Remoteadresse          Status           PID
			  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN         1068
			  TCP    0.0.0.0:8080           0.0.0.0:0              ABHÖREN         4242
			  TCP    127.0.0.1:8080         127.0.0.1:50998        HERGESTELLT     4242
			  TCP    127.0.0.1:50998        127.0.0.1:8080         HERGESTELLT     4243
			  TCP    127.0.0.1:50999        127.0.0.1:8080         WARTEND         0
			  TCP    [::]:8080              [::]:0                 LISTENING       4242
			  TCP    [fe80::1%12]:18080     [::]:0                 LISTENING       4244
			  UDP    0.0.0.0:8080           *:*                                    4245
			""".replace("\n", "\r\n");

	@Test
	void socketsAreThoseWhosePortItIsInWhateverLanguage() {
		assertThat(NetstatSocketTable.parse(OUTPUT, Set.of(8080))).containsExactly(
				new OpenSocket(8080, "0.0.0.0", true, 4242, null), new OpenSocket(8080, "127.0.0.1", false, 4242, null),
				new OpenSocket(8080, "::", true, 4242, null));
		assertThat(NetstatSocketTable.parse(OUTPUT, Set.of(18080)))
			.containsExactly(new OpenSocket(18080, "fe80::1%12", true, 4244, null));
		assertThat(NetstatSocketTable.parse(OUTPUT, Set.of(50998)))
			.containsExactly(new OpenSocket(50998, "127.0.0.1", false, 4243, null));
	}

	@Test
	void connectionThatNobodyHasAnyMoreIsNoSocket() {
		assertThat(NetstatSocketTable.parse(OUTPUT, Set.of(50999))).isEmpty();
	}

	@Test
	void whatIsNoOutputHoldsNoSocket() {
		assertThat(NetstatSocketTable.parse("", Set.of(8080))).isEmpty();
		assertThat(NetstatSocketTable.parse("  TCP    0.0.0.0:8080\n  TCP :8080 :0 X\nx", Set.of(8080))).isEmpty();
	}

}
