package dev.aidis.port.sample.mcp.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Restarts the server again and again, always on another port, in turns as it ends by
 * itself and as it is killed, under a client that calls a tool ten times a second. With
 * {@code -Dbridge.restarts=50} it does what {@code docs/benchmarks.md} reports.
 */
class BridgeRestartIT {

	private static final int RESTARTS = Integer.getInteger("bridge.restarts", 4);

	private static final Duration SLACK = Duration.ofSeconds(1);

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private static final Pattern ANSWER = Pattern.compile("\\{\"jsonrpc\":\"2.0\",\"id\":[0-9]+,");

	private static final HttpClient http = HttpClient.newHttpClient();

	private final AtomicInteger ids = new AtomicInteger();

	private final List<Long> sent = new ArrayList<>();

	@TempDir
	private Path temp;

	@Test
	void noCallIsLostOrAnsweredTwiceAndNoneIsSlowerThanTheServerWasAway() throws Exception {
		Path file = this.temp.resolve("run/port-registry.json");
		Map<String, String> variables = Map.of("AIDIS_PORT_REGISTRY", file.toString(), "AIDIS_MCP_PORT", "0",
				"AIDIS_MCP_BRIDGE_PORT", "0");
		FilePortRegistry registry = new FilePortRegistry(file, Duration.ofSeconds(10));
		ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
		List<Absence> absences = new ArrayList<>();
		Set<Integer> ports = new HashSet<>();
		ChildProcess server = ChildProcess.server(this.temp, variables);
		try (ChildProcess bridge = ChildProcess.bridge(this.temp, variables, "--wait", "120")) {
			StdioClient client = new StdioClient(bridge).initialize();
			ports.add(awaitHealthy(registry, server));
			clock.scheduleAtFixedRate(() -> call(client), 0, 100, TimeUnit.MILLISECONDS);
			for (int i = 0; i < RESTARTS; i++) {
				awaitCalls(client, 5);
				long start = System.nanoTime();
				if (i % 2 == 0) {
					server.stop();
				}
				else {
					server.kill();
				}
				server = ChildProcess.server(this.temp, variables);
				ports.add(awaitHealthy(registry, server));
				absences.add(new Absence(start, System.nanoTime()));
			}
			awaitCalls(client, 10);
			clock.shutdown();
			assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
			awaitCalls(client, 0);
			check(client, absences);
			assertThat(bridge.log()).doesNotContain("should not have happened");
			assertThat(ports).hasSizeGreaterThan(RESTARTS / 2);
		}
		finally {
			clock.shutdownNow();
			server.close();
		}
	}

	private void call(StdioClient client) {
		int id = this.ids.get();
		synchronized (this.sent) {
			this.sent.add(System.nanoTime());
		}
		client.request(id, "tools/call", "{\"name\":\"list_services\",\"arguments\":{}}");
		this.ids.incrementAndGet();
	}

	/**
	 * Wait until some more calls are sent, and all that have been before are answered.
	 */
	private void awaitCalls(StdioClient client, int more) {
		int wanted = this.ids.get() + more;
		Awaitility.await().atMost(TIMEOUT).until(() -> this.ids.get() >= wanted);
		Awaitility.await().atMost(TIMEOUT).until(() -> answers(client).size() >= wanted);
	}

	/**
	 * Cheap, since it is asked often while the processor is needed elsewhere.
	 */
	private static List<StdioClient.Line> answers(StdioClient client) {
		return client.lines().stream().filter((line) -> ANSWER.matcher(line.text()).lookingAt()).toList();
	}

	/**
	 * Wait until the server is back, as a client sees it that speaks to it directly: it
	 * is healthy and answers its first request, which takes it longer than every later
	 * one.
	 * @return its port
	 */
	private static int awaitHealthy(FilePortRegistry registry, ChildProcess server) {
		List<Integer> port = new ArrayList<>();
		Awaitility.await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(10)).until(() -> {
			assertThat(server.process().isAlive()).as(server::log).isTrue();
			for (PortRegistration registration : registry.registrations("aidis-mcp")) {
				URI health = registration.healthUri();
				if (registration.pid() == server.process().pid() && health != null
						&& http.send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
							.statusCode() == 200) {
					assertThat(http.send(initialize(registration.uri().resolve("/mcp")), BodyHandlers.discarding())
						.statusCode()).isEqualTo(200);
					port.add(registration.port());
					return true;
				}
			}
			return false;
		});
		return port.get(0);
	}

	private static HttpRequest initialize(URI endpoint) {
		return HttpRequest.newBuilder(endpoint)
			.header("Content-Type", "application/json")
			.header("Accept", "application/json, text/event-stream")
			.POST(HttpRequest.BodyPublishers.ofString(BridgeHarness.INITIALIZE))
			.build();
	}

	private void check(StdioClient client, List<Absence> absences) {
		Map<Integer, List<StdioClient.Line>> answers = new HashMap<>();
		answers(client).forEach(
				(line) -> answers.computeIfAbsent(line.json().path("id").asInt(), (id) -> new ArrayList<>()).add(line));
		List<Call> calls = new ArrayList<>();
		for (int id = 0; id < this.ids.get(); id++) {
			assertThat(answers.get(id)).as("answers to call %s", id).hasSize(1);
			StdioClient.Line answer = answers.get(id).get(0);
			assertThat(answer.json().path("result").path("isError").asBoolean(true)).as(answer.text()).isFalse();
			long sent = this.sent.get(id);
			long away = absences.stream()
				.filter((absence) -> absence.end > sent && absence.start < answer.time())
				.mapToLong(Absence::millis)
				.sum();
			calls.add(new Call(id, (answer.time() - sent) / 1_000_000, away));
		}
		report(absences, calls);
		// Other builds on the machine may keep single calls waiting, so only a long run
		// judges the time.
		if (System.getProperty("bridge.restarts") != null) {
			assertThat(calls).as("calls that took at most %s longer than the server was away", SLACK)
				.allMatch((call) -> call.overhead() <= SLACK.toMillis());
		}
	}

	private static void report(List<Absence> absences, List<Call> calls) {
		List<Long> overheads = calls.stream().map(Call::overhead).sorted().toList();
		System.out.printf(
				"%d restarts, %d calls, each answered once. The server was away for %d to %d ms. The slowest call took "
						+ "%d ms; more than the server was away: at most %d ms, 99 %% of the calls at most %d ms%n",
				absences.size(), calls.size(), absences.stream().mapToLong(Absence::millis).min().orElse(0),
				absences.stream().mapToLong(Absence::millis).max().orElse(0),
				calls.stream().mapToLong(Call::millis).max().orElse(0), overheads.get(overheads.size() - 1),
				overheads.get(overheads.size() * 99 / 100));
	}

	private record Call(int id, long millis, long away) {

		long overhead() {
			return this.millis - this.away;
		}

	}

	private record Absence(long start, long end) {

		long millis() {
			return (this.end - this.start) / 1_000_000;
		}

	}

}
