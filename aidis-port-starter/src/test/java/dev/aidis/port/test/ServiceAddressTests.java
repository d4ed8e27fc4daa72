package dev.aidis.port.test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServiceAddressTests {

	@Test
	void numberIsAPortOfThisMachine() {
		assertThat(ServiceAddress.of(41873)).isEqualTo(new ServiceAddress("http", "localhost", 41873));
	}

	@Test
	void uriTellsSchemeHostAndPort() {
		assertThat(ServiceAddress.of(URI.create("https://127.0.0.2:41873/x")))
			.isEqualTo(new ServiceAddress("https", "127.0.0.2", 41873));
		assertThat(ServiceAddress.of(URI.create("http://payments.test")))
			.isEqualTo(new ServiceAddress("http", "payments.test", 80));
		assertThat(ServiceAddress.of(URI.create("https://payments.test")))
			.isEqualTo(new ServiceAddress("https", "payments.test", 443));
	}

	@Test
	void socketAddressTellsHostAndPort() {
		assertThat(ServiceAddress.of(new InetSocketAddress(41873)))
			.isEqualTo(new ServiceAddress("http", "localhost", 41873));
		assertThat(ServiceAddress.of(InetSocketAddress.createUnresolved("payments.test", 41873)))
			.isEqualTo(new ServiceAddress("http", "payments.test", 41873));
	}

	@Test
	void serversAreAskedByTheMethodsTheyHave() throws Exception {
		HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
		WireMockServer wireMock = new WireMockServer(WireMockConfiguration.options().dynamicPort());
		try (ServerSocket socket = new ServerSocket(0)) {
			assertThat(ServiceAddress.of(http))
				.isEqualTo(new ServiceAddress("http", "127.0.0.1", http.getAddress().getPort()));
			assertThat(ServiceAddress.of(socket))
				.isEqualTo(new ServiceAddress("http", "localhost", socket.getLocalPort()));
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> ServiceAddress.of(wireMock));
			wireMock.start();
			assertThat(ServiceAddress.of(wireMock)).isEqualTo(new ServiceAddress("http", "localhost", wireMock.port()));
			assertThat(ServiceAddress.of(new Hidden())).isEqualTo(new ServiceAddress("http", "localhost", 41873));
		}
		finally {
			wireMock.stop();
			http.stop(0);
		}
	}

	@Test
	void whatIsNotThereYetHasNoPort() throws Exception {
		assertThat(ServiceAddress.of(null)).extracting("port").isEqualTo(0);
		try (ServerSocket unbound = new ServerSocket()) {
			assertThat(ServiceAddress.of(unbound)).extracting("port").isEqualTo(-1);
		}
	}

	@Test
	void anythingElseHasNoAddress() {
		assertThat(ServiceAddress.of("41873")).isNull();
		assertThat(ServiceAddress.of(new Object())).isNull();
	}

	private static final class Hidden {

		int port() {
			return 41873;
		}

	}

}
