package dev.aidis.port.discovery.cloud.gateway;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A real Spring Cloud Gateway before a service that restarts, in processes of its own, on
 * another port each time. What is configured here stands in {@code docs/spring-cloud.md}.
 */
class GatewayIT {

	private static final int RESTARTS = 10;

	private static final Pattern NOT_FOR_THE_SERVICE = Pattern.compile("spring-cloud-|hibernate-validator");

	private static final String ROUTE = "--spring.cloud.gateway.server.webflux.routes[0].";

	private static final String RETRY = ROUTE + "filters[0].args.";

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	private final Queue<String> answers = new ConcurrentLinkedQueue<>();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean asking = new AtomicBoolean(true);

	@TempDir
	Path folder;

	@Test
	void routeFollowsAServiceThroughTenRestartsWithoutAFailedRequest() throws Exception {
		ExecutorService callers = Executors.newFixedThreadPool(2);
		Set<String> ports = new LinkedHashSet<>();
		try (ConfigurableApplicationContext gateway = gateway()) {
			HttpRequest request = request(gateway).GET().build();
			JavaProcess service = service();
			try {
				ports.add(port(service));
				callers.execute(() -> ask(request));
				callers.execute(() -> ask(request));
				awaitAnswerFrom(ports.iterator().next());
				for (int restart = 0; restart < RESTARTS; restart++) {
					end(service, restart % 2 == 0);
					service.close();
					service = service();
					String port = port(service);
					ports.add(port);
					awaitAnswerFrom(port);
				}
			}
			finally {
				this.asking.set(false);
				callers.shutdown();
				boolean ended = callers.awaitTermination(1, TimeUnit.MINUTES);
				service.close();
				assertThat(ended).isTrue();
			}
		}
		assertThat(this.failures).isEmpty();
		assertThat(ports).hasSizeGreaterThan(RESTARTS / 2);
		assertThat(Set.copyOf(this.answers)).isEqualTo(ports);
	}

	@Test
	void requestThatIsNotSafeToRepeatIsSentOnce() throws Exception {
		try (ConfigurableApplicationContext gateway = gateway()) {
			HttpResponse<String> answer = this.client
				.send(request(gateway).POST(BodyPublishers.ofString("one")).build(), BodyHandlers.ofString());
			assertThat(answer.statusCode()).isEqualTo(503);
		}
	}

	private void awaitAnswerFrom(String port) {
		await().atMost(Duration.ofMinutes(1)).until(() -> this.answers.contains(port) || !this.failures.isEmpty());
	}

	/**
	 * As kill -9 does, or as kill does, which lets it answer what it has been asked.
	 */
	private static void end(JavaProcess service, boolean crash) throws Exception {
		if (crash) {
			service.kill();
		}
		else {
			service.terminate();
			service.awaitEnd();
		}
	}

	private void ask(HttpRequest request) {
		while (this.asking.get()) {
			try {
				HttpResponse<String> answer = this.client.send(request, BodyHandlers.ofString());
				(answer.statusCode() == 200 ? this.answers : this.failures)
					.add((answer.statusCode() == 200) ? answer.body() : answer.statusCode() + " " + answer.body());
			}
			catch (IOException ex) {
				this.failures.add(ex.toString());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	private ConfigurableApplicationContext gateway() {
		SpringApplication application = new SpringApplication(Gateway.class);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		return application.run("--spring.application.name=gateway", "--spring.main.banner-mode=off",
				"--aidis.port.registry.file=" + file(), ROUTE + "id=aidis-mcp", ROUTE + "uri=lb://aidis-mcp",
				ROUTE + "predicates[0]=Path=/**", ROUTE + "filters[0].name=Retry", RETRY + "retries=300",
				RETRY + "methods=GET,HEAD", RETRY + "statuses=BAD_GATEWAY,SERVICE_UNAVAILABLE,GATEWAY_TIMEOUT",
				RETRY + "exceptions=java.io.IOException,java.util.concurrent.TimeoutException,"
						+ "org.springframework.cloud.gateway.support.NotFoundException",
				RETRY + "backoff.firstBackoff=20ms", RETRY + "backoff.maxBackoff=200ms", RETRY + "backoff.factor=2",
				"--logging.level.org.springframework.cloud.loadbalancer=error");
	}

	private static HttpRequest.Builder request(ConfigurableApplicationContext gateway) {
		int port = ((WebServerApplicationContext) gateway).getWebServer().getPort();
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/port")).timeout(Duration.ofMinutes(1));
	}

	private Path file() {
		return this.folder.resolve("port-registry.json");
	}

	/**
	 * The service has no Gateway on its class path, and nothing else of Spring Cloud.
	 */
	private JavaProcess service() throws IOException {
		String classPath = Stream.of(JavaProcess.classPath().split(File.pathSeparator))
			.filter((entry) -> !NOT_FOR_THE_SERVICE.matcher(entry).find())
			.collect(Collectors.joining(File.pathSeparator));
		return JavaProcess.start(classPath, Map.of(), RestartedService.class.getName(),
				"--spring.application.name=aidis-mcp", "--aidis.port.registry.file=" + file(), "--AIDIS_MCP_PORT=0");
	}

	private static String port(JavaProcess service) throws IOException {
		String line = service.awaitLine("ready on port ");
		return List.of(line.split(" ")).get(3);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Gateway {

	}

}
