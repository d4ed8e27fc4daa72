package dev.aidis.port.sample.mcp.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A real Spring Cloud Gateway before the MCP sample, which restarts on another port each
 * time. What is configured here stands in {@code docs/spring-cloud.md}.
 */
class GatewayIT {

	private static final int RESTARTS = 10;

	private static final int CALLERS = 2;

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private static final String ROUTE = "--spring.cloud.gateway.server.webflux.routes[0].";

	private static final String RETRY = ROUTE + "filters[0].args.";

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	/**
	 * The ids of the instances that have answered.
	 */
	private final Set<String> answered = ConcurrentHashMap.newKeySet();

	/**
	 * The instance that answered each caller last.
	 */
	private final Map<Thread, String> last = new ConcurrentHashMap<>();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	/**
	 * How many answers had begun to arrive and never ended, which only their callers can
	 * ask for again.
	 */
	private final AtomicInteger brokenOff = new AtomicInteger();

	private final AtomicBoolean asking = new AtomicBoolean(true);

	@TempDir
	Path folder;

	@Test
	void routeFollowsTheMcpSampleThroughTenRestartsWithoutAFailedRequest() throws Exception {
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		List<Integer> ports = new ArrayList<>();
		Set<String> instances = new LinkedHashSet<>();
		try (ConfigurableApplicationContext gateway = gateway()) {
			HttpRequest health = request(gateway, "/healthz").header(PortRegistration.PROBE_HEADER, "test").build();
			JavaProcess sample = sample();
			try {
				for (int caller = 0; caller < CALLERS; caller++) {
					callers.execute(() -> ask(health));
				}
				for (int restart = 0; restart <= RESTARTS; restart++) {
					boolean crash = restart % 2 == 0;
					int before = this.brokenOff.get();
					if (restart > 0) {
						end(sample, crash);
						sample.close();
						sample = sample();
					}
					sample.awaitLine("Started McpApplication");
					PortRegistration instance = gateway.getBean(PortDiscovery.class).await("aidis-mcp", TIMEOUT);
					assertThat(instance.pid()).isEqualTo(sample.pid());
					ports.add(instance.port());
					instances.add(instance.instanceId());
					awaitAnswerFrom(instance.instanceId());
					assertThat(this.brokenOff.get() - before).isBetween(0, crash ? CALLERS : 0);
				}
				this.asking.set(false);
				toolsAreCalled(gateway, ports.get(RESTARTS));
			}
			finally {
				this.asking.set(false);
				callers.shutdown();
				boolean ended = callers.awaitTermination(1, TimeUnit.MINUTES);
				sample.close();
				assertThat(ended).isTrue();
			}
		}
		assertThat(this.failures).isEmpty();
		assertThat(Set.copyOf(ports)).hasSizeGreaterThan(RESTARTS / 2);
		assertThat(this.answered).isEqualTo(instances).hasSize(RESTARTS + 1);
	}

	/**
	 * As an MCP client does, as one whose session has ended with another instance, and as
	 * those that are older than Streamable HTTP.
	 */
	private void toolsAreCalled(ConfigurableApplicationContext gateway, int port) throws Exception {
		try (McpSyncClient mcp = McpClient
			.sync(HttpClientStreamableHttpTransport.builder("http://localhost:" + port(gateway)).build())
			.initializationTimeout(TIMEOUT)
			.requestTimeout(TIMEOUT)
			.build()) {
			mcp.initialize();
			CallToolResult found = mcp
				.callTool(CallToolRequest.builder("find_service").arguments(Map.of("name", "aidis-mcp")).build());
			assertThat(found.structuredContent()).extracting("service.port").isEqualTo(port);
		}
		HttpResponse<String> ended = this.client.send(request(gateway, "/mcp").header("Mcp-Session-Id", "ended")
			.header("Content-Type", "application/json")
			.header("Accept", "application/json, text/event-stream")
			.POST(BodyPublishers.ofString("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}"))
			.build(), BodyHandlers.ofString());
		assertThat(ended.statusCode()).isEqualTo(404);
		HttpResponse<String> answer = this.client.send(request(gateway, "/mcp/tools/find_service")
			.POST(BodyPublishers.ofString("{\"arguments\": {\"name\": \"aidis-mcp\"}}"))
			.build(), BodyHandlers.ofString());
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).contains("\"success\":true").contains("\"port\":" + port);
	}

	@Test
	void requestThatIsNotSafeToRepeatIsAnsweredWhileTheServiceIsAway() throws Exception {
		try (ConfigurableApplicationContext gateway = gateway()) {
			assertThat(send(request(gateway, "/mcp/tools/list_services").POST(BodyPublishers.ofString("{}"))))
				.isEqualTo(503);
		}
	}

	@Test
	void requestThatIsNotSafeToRepeatIsSentOnce() throws Exception {
		Map<String, AtomicInteger> sent = Map.of("GET", new AtomicInteger(), "POST", new AtomicInteger());
		HttpServer busy = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
		busy.createContext("/", (exchange) -> {
			int times = sent.get(exchange.getRequestMethod()).incrementAndGet();
			exchange.sendResponseHeaders((times < 3) ? 503 : 200, -1);
			exchange.close();
		});
		busy.start();
		try (FilePortRegistry registry = new FilePortRegistry(file(), TIMEOUT);
				ConfigurableApplicationContext gateway = gateway()) {
			registry.register(PortRegistration.builder("aidis-mcp", busy.getAddress().getPort()).build());
			assertThat(send(request(gateway, "/").GET())).isEqualTo(200);
			assertThat(send(request(gateway, "/").POST(BodyPublishers.ofString("{}")))).isEqualTo(503);
		}
		finally {
			busy.stop(0);
		}
		assertThat(sent.get("GET")).hasValue(3);
		assertThat(sent.get("POST")).hasValue(1);
	}

	private int send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.build(), BodyHandlers.discarding()).statusCode();
	}

	private void awaitAnswerFrom(String instance) {
		await().atMost(TIMEOUT)
			.until(() -> Collections.frequency(this.last.values(), instance) == CALLERS || !this.failures.isEmpty());
	}

	/**
	 * As kill -9 does, or as kill does, which lets it answer what it has been asked.
	 */
	private static void end(JavaProcess sample, boolean crash) throws Exception {
		if (crash) {
			sample.kill();
		}
		else {
			sample.terminate();
			sample.awaitEnd();
		}
	}

	private void ask(HttpRequest request) {
		AtomicBoolean begun = new AtomicBoolean();
		while (this.asking.get()) {
			begun.set(false);
			try {
				HttpResponse<String> answer = this.client.send(request, (head) -> {
					begun.set(head.statusCode() == 200);
					return BodySubscribers.ofString(StandardCharsets.UTF_8);
				});
				if (answer.statusCode() == 200 && answer.body().contains("\"UP\"")) {
					String instance = answer.headers().firstValue(PortRegistration.INSTANCE_ID_HEADER).orElse("nobody");
					this.answered.add(instance);
					this.last.put(Thread.currentThread(), instance);
				}
				else {
					this.failures.add(answer.statusCode() + " " + answer.body());
				}
			}
			catch (IOException ex) {
				if (begun.get()) {
					this.brokenOff.incrementAndGet();
				}
				else {
					this.failures.add(ex.toString());
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	/**
	 * The Gateway does not say which instance it is itself, so that the sample's answer
	 * is the only one.
	 */
	private ConfigurableApplicationContext gateway() {
		SpringApplication application = new SpringApplication(Gateway.class);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		return application.run("--spring.application.name=gateway", "--spring.main.banner-mode=off",
				"--aidis.port.registry.file=" + file(), "--aidis.port.registration.identity.enabled=false",
				ROUTE + "id=aidis-mcp", ROUTE + "uri=lb://aidis-mcp", ROUTE + "predicates[0]=Path=/**",
				ROUTE + "filters[0].name=Retry", RETRY + "retries=300", RETRY + "methods=GET,HEAD",
				RETRY + "statuses=BAD_GATEWAY,SERVICE_UNAVAILABLE,GATEWAY_TIMEOUT",
				RETRY + "exceptions=java.io.IOException,java.util.concurrent.TimeoutException,"
						+ "org.springframework.cloud.gateway.support.NotFoundException",
				RETRY + "backoff.firstBackoff=20ms", RETRY + "backoff.maxBackoff=200ms", RETRY + "backoff.factor=2",
				"--logging.level.org.springframework.cloud.loadbalancer=error");
	}

	private static int port(ConfigurableApplicationContext gateway) {
		return ((WebServerApplicationContext) gateway).getWebServer().getPort();
	}

	private static HttpRequest.Builder request(ConfigurableApplicationContext gateway, String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port(gateway) + path)).timeout(TIMEOUT);
	}

	private Path file() {
		return this.folder.resolve("port-registry.json");
	}

	/**
	 * The jar that {@code start-aidis.sh} runs.
	 */
	private JavaProcess sample() throws IOException {
		Path jar = Path.of(System.getProperty("aidis-mcp.jar")).toRealPath();
		return JavaProcess.startJar(this.folder, jar, "--aidis.port.registry.file=" + file(), "--AIDIS_MCP_PORT=0");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Gateway {

	}

}
