package dev.aidis.port.sample.mcp.transport;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.server.McpSyncServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.sample.mcp.McpApplication;
import dev.aidis.port.sample.mcp.McpHttp;
import dev.aidis.port.sample.mcp.McpTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link McpSessionsLifecycle}.
 */
class McpSessionsLifecycleTests {

	private final AtomicBoolean notified = new AtomicBoolean();

	@TempDir
	private Path temp;

	@Test
	void closesWithoutWaitingForClientsThatStayConnected() {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(McpApplication.class).run(
				"--server.port=0", "--spring.lifecycle.timeout-per-shutdown-phase=1m",
				"--aidis.port.registry.file=" + this.temp.resolve("port-registry.json"));
		try (context; McpSyncClient client = client(context)) {
			client.initialize();
			awaitStream(context.getBean(McpSyncServer.class));
			assertThat(context.getBean(McpSessionsLifecycle.class).isPauseable()).isFalse();
			assertThat(timeToClose(context)).isLessThan(McpTestClient.TIMEOUT);
		}
	}

	/**
	 * A stream that was replaced by another, and one that was to be resumed.
	 */
	@Test
	void closesWithoutWaitingForStreamsThatNobodySendsTo() {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(McpApplication.class).run(
				"--server.port=0", "--spring.lifecycle.timeout-per-shutdown-phase=1m",
				"--aidis.port.registry.file=" + this.temp.resolve("port-registry.json"));
		try (context) {
			McpHttp client = McpHttp.at(context.getBean(PortDiscovery.class).resolve("aidis-mcp").getPort())
				.initialize();
			List<HttpResponse<InputStream>> streams = Stream.of("a", "b", "c")
				.map((id) -> client.listen((request) -> request.header("Last-Event-ID", id)))
				.toList();
			assertThat(streams).allSatisfy((stream) -> assertThat(stream.statusCode()).isEqualTo(200));
			assertThat(timeToClose(context)).isLessThan(McpTestClient.TIMEOUT);
		}
	}

	private static Duration timeToClose(ConfigurableApplicationContext context) {
		long start = System.nanoTime();
		context.close();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private McpSyncClient client(ConfigurableApplicationContext context) {
		int port = context.getBean(PortDiscovery.class).resolve("aidis-mcp").getPort();
		return McpTestClient.builder(port).toolsChangeConsumer((tools) -> this.notified.set(true)).build();
	}

	/**
	 * The client opens its stream some time after it is initialized; notifications reach
	 * it then.
	 */
	private void awaitStream(McpSyncServer server) {
		await().atMost(McpTestClient.TIMEOUT).until(() -> {
			server.notifyToolsListChanged();
			return this.notified.get();
		});
	}

}
