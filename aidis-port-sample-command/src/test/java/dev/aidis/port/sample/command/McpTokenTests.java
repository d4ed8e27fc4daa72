package dev.aidis.port.sample.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import dev.aidis.port.test.AidisPortTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that {@link McpServiceClient} bears the token of aidis-mcp.
 */
@AidisPortTest
@SpringBootTest(properties = "aidis.mcp.token=open.sesame")
class McpTokenTests {

	@Autowired
	private McpServiceClient client;

	@Test
	void isSentToTheMcpServer() throws IOException {
		Set<String> sent = ConcurrentHashMap.newKeySet();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/mcp", (exchange) -> {
			sent.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
			exchange.sendResponseHeaders(418, -1);
			exchange.close();
		});
		server.start();
		try {
			assertThatExceptionOfType(ServiceCallException.class)
				.isThrownBy(() -> this.client.tools(URI.create("http://localhost:" + server.getAddress().getPort())));
		}
		finally {
			server.stop(0);
		}
		assertThat(sent).containsExactly("Bearer open.sesame");
	}

}
