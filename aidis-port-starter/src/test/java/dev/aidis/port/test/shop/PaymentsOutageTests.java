package dev.aidis.port.test.shop;

import java.net.InetSocketAddress;
import java.net.URI;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.test.AidisPortTest;
import dev.aidis.port.test.RegisterService;
import dev.aidis.port.test.TestPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@AidisPortTest
class PaymentsOutageTests {

	static HttpServer server;

	@BeforeAll
	static void startServer() throws Exception {
		server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
		server.createContext("/", (exchange) -> {
			try (exchange) {
				exchange.sendResponseHeaders(200, 4);
				exchange.getResponseBody().write("paid".getBytes());
			}
		});
		server.start();
	}

	@AfterAll
	static void stopServer() {
		server.stop(0);
	}

	@RegisterService(value = "stock", healthEndpoint = "/healthz")
	static URI stock() {
		return URI.create("https://localhost:41873");
	}

	@Test
	void stockIsThere(@Autowired PortDiscovery discovery) {
		assertThat(discovery.resolve("stock")).hasToString("https://localhost:41873");
	}

	@Test
	void orderWaitsWhilePaymentsIsAway(@Autowired TestPortRegistry registry, @Autowired PaymentsClient client) {
		assertThat(client.status(7)).isEqualTo("waiting for payments");
		PortRegistration payments = registry.register("payments", server.getAddress().getPort());
		assertThat(client.status(7)).isEqualTo("paid");
		registry.deregister(payments);
		assertThat(client.status(7)).isEqualTo("waiting for payments");
	}

}
