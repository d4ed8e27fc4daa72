package dev.aidis.port.sample.mcp.security;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link McpManagementSecurityConfiguration}, and of both servers by what they
 * really receive.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
class ManagementServerTests {

	@LocalServerPort
	private int port;

	@LocalManagementPort
	private int managementPort;

	@ParameterizedTest
	@CsvSource({ "evil.example,421", "localhost,200" })
	void goesByTheHostThatARequestIsAddressedTo(String host, int status) throws IOException {
		assertThat(get(this.managementPort, "/actuator/ports", host)).startsWith("HTTP/1.1 " + status);
		assertThat(get(this.port, "/healthz", host)).startsWith("HTTP/1.1 " + status);
	}

	@Test
	void listensOnTheLoopbackInterfaceOnly() throws IOException {
		List<InetAddress> others = NetworkInterface.networkInterfaces()
			.flatMap(NetworkInterface::inetAddresses)
			.filter((address) -> !address.isLoopbackAddress())
			.toList();
		for (InetAddress address : others) {
			assertThatIOException().isThrownBy(() -> new Socket(address, this.port).close());
			assertThatIOException().isThrownBy(() -> new Socket(address, this.managementPort).close());
		}
	}

	private static String get(int port, String path, String host) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
