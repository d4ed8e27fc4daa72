package dev.aidis.port.assignment;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

import org.junit.jupiter.api.Test;

import dev.aidis.port.ReservedPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PortProbe} with real sockets.
 */
class PortProbeTests {

	private final InetAddress loopback = InetAddress.getLoopbackAddress();

	@Test
	void portThatSomebodyListensOnIsNotFree() throws IOException {
		try (ServerSocket held = new ServerSocket(0)) {
			assertThat(PortProbe.isFree(held.getLocalPort(), null)).isFalse();
			assertThat(PortProbe.isFree(held.getLocalPort(), this.loopback)).isFalse();
		}
	}

	@Test
	void portThatSomebodyListensOnAtOneAddressIsNotFreeAtAll() throws IOException {
		try (ServerSocket held = new ServerSocket(0, 1, this.loopback)) {
			assertThat(PortProbe.isFree(held.getLocalPort(), null)).isFalse();
			assertThat(PortProbe.isFree(held.getLocalPort(), this.loopback)).isFalse();
		}
	}

	@Test
	void portThatNobodyListensOnIsFreeAndStaysSo() throws IOException {
		try (ReservedPort port = new ReservedPort()) {
			assertThat(PortProbe.isFree(port.number(), null)).isTrue();
			assertThat(PortProbe.isFree(port.number(), this.loopback)).isTrue();
			assertThat(PortProbe.isFree(port.number(), null)).isTrue();
		}
	}

	@Test
	void anyPortOfTheOperatingSystemsChoiceIsFree() {
		assertThat(PortProbe.isFree(0, null)).isTrue();
		assertThat(PortProbe.isFree(0, this.loopback)).isTrue();
	}

	/**
	 * As long as a connection to a port lingers, the operating system gives the port to
	 * nobody who asks for any.
	 */
	@Test
	void portOfAServerThatHasJustClosedIsFreeAlthoughItsConnectionsLinger() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, this.loopback);
				Socket client = new Socket(this.loopback, server.getLocalPort());
				Socket accepted = server.accept()) {
			int port = server.getLocalPort();
			close(accepted);
			assertThat(PortProbe.isFree(port, this.loopback)).isFalse();
			close(server);
			assertThat(client.getInputStream().read()).isEqualTo(-1);
			assertThat(PortProbe.isFree(port, this.loopback)).isTrue();
			try (ServerSocket next = new ServerSocket(port, 1, this.loopback)) {
				assertThat(PortProbe.isFree(next.getLocalPort(), this.loopback)).isFalse();
			}
		}
	}

	@Test
	void portAtAnAddressOfAnotherMachineIsNotFree() throws IOException {
		assertThat(PortProbe.isFree(0, InetAddress.getByName("192.0.2.1"))).isFalse();
	}

	@Test
	void portIsInUseOnlyWhereSomebodyHasIt() throws IOException {
		try (ServerSocket held = new ServerSocket(0); ReservedPort free = new ReservedPort()) {
			assertThat(PortProbe.isInUse(held.getLocalPort(), null)).isTrue();
			assertThat(PortProbe.isInUse(held.getLocalPort(), this.loopback)).isTrue();
			assertThat(PortProbe.isInUse(free.number(), null)).isFalse();
			assertThat(PortProbe.isInUse(held.getLocalPort(), InetAddress.getByName("192.0.2.1"))).isFalse();
		}
	}

	private static void close(Closeable closeable) throws IOException {
		closeable.close();
	}

}
