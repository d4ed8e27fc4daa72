package dev.aidis.port.sample.command;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.aidis.port.actuate.PortMetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Asks the queries of the Grafana dashboard of real samples: whether what they name is in
 * the scrape, and whether a real Prometheus that scrapes the samples has an answer to
 * each.
 */
@EnabledOnOs(OS.LINUX)
@TestInstance(Lifecycle.PER_CLASS)
class DashboardIT {

	private static final Path DASHBOARD = Path.of("..", "config", "grafana", "aidis-port-dashboard.json");

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private static final Pattern SELECTOR = Pattern.compile("(aidis_[a-z_]+)(?:\\{([^}]*)})?");

	private static final Pattern MATCHER = Pattern.compile("(\\w+)=\"([^\"$]*)\"");

	private final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private static Path folder;

	private static final String FALLBACK = " or vector(0)";

	private Path registry;

	private final List<SampleProcess> samples = new ArrayList<>();

	@BeforeAll
	void start() throws Exception {
		this.registry = folder.resolve("run").resolve("port-registry.json");
		this.samples.add(start("aidis-mcp", "AIDIS_MCP_PORT", "28000-28049"));
		this.samples.add(start("aidis-command", "AIDIS_COMMAND_DEV_PORT", "28050-28099"));
		awaitUp("aidis-mcp");
		awaitUp("aidis-command-dev");
		await().atMost(TIMEOUT).until(() -> get(url("aidis-command-dev") + "/api/mcp").statusCode() == 200);
	}

	private SampleProcess start(String service, String variable, String range) throws IOException {
		return SampleProcess.start(service, folder,
				Map.of("AIDIS_PORT_REGISTRY", this.registry.toString(), variable, range));
	}

	private void awaitUp(String service) {
		await().atMost(TIMEOUT)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(registered(service).get("status").stringValue())
				.as(() -> this.samples.stream().map(SampleProcess::log).toList().toString())
				.isEqualTo("UP"));
	}

	@AfterAll
	void stop() throws InterruptedException {
		for (SampleProcess sample : this.samples) {
			sample.close();
		}
	}

	@Test
	void everyMetricAndTagThatAQueryNamesIsInTheScrape() throws Exception {
		String scrape = scrape("aidis-command-dev");
		List<String> queries = queries();
		assertThat(queries).hasSizeGreaterThan(15);
		for (String query : queries) {
			Matcher selector = SELECTOR.matcher(query);
			assertThat(selector.find()).as(query).isTrue();
			do {
				assertThat(scrape.lines()).as(query).anyMatch(series(selector.group(1), selector.group(2)));
			}
			while (selector.find());
		}
	}

	/**
	 * A series of this name that has the tags which are asked for.
	 */
	private static Predicate<String> series(String name, String matchers) {
		List<String> wanted = new ArrayList<>();
		Matcher matcher = MATCHER.matcher((matchers != null) ? matchers : "");
		while (matcher.find()) {
			// What did not go wrong has no series of its own.
			if (!matcher.group(2).equals("miss")) {
				wanted.add(matcher.group());
			}
		}
		return (line) -> line.matches(Pattern.quote(name) + "(\\{.*)? \\S+")
				&& wanted.stream().allMatch(line::contains);
	}

	@Test
	void everyMetricIsInTheScrapeOfBothSamplesAndOnTheDashboard() throws Exception {
		String queries = String.join("\n", queries());
		for (PortMetrics metric : PortMetrics.values()) {
			String name = metric.getName().replace('.', '_');
			assertThat(queries).as("the dashboard").contains(name);
			assertThat(scrape("aidis-command-dev")).as("aidis-command-dev").contains("\n" + name);
			if (metric != PortMetrics.LOOKUPS) {
				assertThat(scrape("aidis-mcp")).as("aidis-mcp, which looks nobody up").contains("\n" + name);
			}
		}
	}

	@Test
	void prometheusHasAnAnswerToEveryQuery() throws Exception {
		RequiredProgram.require("prometheus", "prometheus");
		Path configuration = Files.writeString(folder.resolve("prometheus.yml"), """
				global:
				  scrape_interval: 500ms
				scrape_configs:
				  - job_name: aidis-port
				    metrics_path: /actuator/prometheus
				    static_configs:
				      - targets: ["%s", "%s"]
				""".formatted(authority("aidis-mcp"), authority("aidis-command-dev")));
		Path log = folder.resolve("prometheus.log");
		Process prometheus = new ProcessBuilder("prometheus", "--config.file=" + configuration,
				"--storage.tsdb.path=" + folder.resolve("prometheus"), "--web.listen-address=127.0.0.1:0")
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			String address = await().atMost(TIMEOUT).until(() -> address(log), (found) -> found != null);
			for (String query : queries()) {
				String asked = withoutFallback(query).replace("$__rate_interval", "1m").replace("$instance", ".*");
				await().atMost(TIMEOUT).untilAsserted(() -> {
					// Goes on looking somebody up: rates are of what goes on.
					get(url("aidis-command-dev") + "/api/mcp");
					JsonNode answer = ask(address, asked);
					assertThat(answer.path("status").asString("")).as("%s: %s", asked, answer).isEqualTo("success");
					assertThat(answer.path("data").path("result")).as("%s: %s", asked, answer).isNotEmpty();
				});
			}
		}
		finally {
			prometheus.destroyForcibly().waitFor();
		}
	}

	/**
	 * A query that answers 0 for want of anything else answers that whatever it names.
	 * There are no misses here, so what counts them counts all.
	 */
	private static String withoutFallback(String query) {
		return query.contains(FALLBACK) ? query.replace(FALLBACK, "").replace("outcome=\"miss\",", "") : query;
	}

	private static String address(Path log) throws IOException {
		Matcher address = Pattern.compile("\"Listening on\" address=(\\S+)").matcher(Files.readString(log));
		return address.find() ? address.group(1) : null;
	}

	private JsonNode ask(String address, String query) throws Exception {
		return JsonMapper.shared()
			.readTree(
					get("http://" + address + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
						.body());
	}

	@Test
	void whatIsCountedPerSecondIsNotDrawnAsATime() throws Exception {
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DASHBOARD));
		for (JsonNode panel : dashboard.path("panels")) {
			JsonNode settings = panel.path("fieldConfig");
			if (!settings.path("defaults").path("unit").asString("").equals("s")) {
				continue;
			}
			panel.path("targets").forEach((target) -> {
				String name = target.path("legendFormat").asString("");
				if (name.endsWith("per second")) {
					assertThat(settings.path("overrides").valueStream()).as(name)
						.anyMatch((override) -> override.path("matcher").path("options").asString("").equals(name)
								&& override.toString().contains("\"ops\""));
				}
			});
		}
	}

	@Test
	void panelsHaveIdsPlacesAndTitlesOfTheirOwn() throws Exception {
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DASHBOARD));
		Set<String> ids = new TreeSet<>();
		Set<String> titles = new TreeSet<>();
		Set<String> places = new TreeSet<>();
		dashboard.path("panels").forEach((panel) -> {
			ids.add(panel.required("id").toString());
			titles.add(panel.required("title").stringValue());
			places.add(panel.required("gridPos").required("x") + " " + panel.required("gridPos").required("y"));
			assertThat(panel.required("gridPos").required("x").intValue()
					+ panel.required("gridPos").required("w").intValue())
				.isLessThanOrEqualTo(24);
			assertThat(panel.required("datasource").required("uid").stringValue()).isEqualTo("${datasource}");
		});
		int panels = dashboard.path("panels").size();
		assertThat(ids).hasSize(panels);
		assertThat(titles).hasSize(panels);
		assertThat(places).hasSize(panels);
	}

	private static List<String> queries() throws IOException {
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DASHBOARD));
		return dashboard.findValues("expr").stream().map(JsonNode::stringValue).toList();
	}

	private String scrape(String service) throws Exception {
		HttpResponse<String> scrape = get(url(service) + "/actuator/prometheus");
		assertThat(scrape.statusCode()).isEqualTo(200);
		return scrape.body();
	}

	private String url(String service) throws IOException {
		return "http://" + authority(service);
	}

	private String authority(String service) throws IOException {
		return "localhost:" + registered(service).required("port");
	}

	private JsonNode registered(String service) throws IOException {
		return JsonMapper.shared().readTree(Files.readString(this.registry)).required(service);
	}

	private HttpResponse<String> get(String url) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(),
				BodyHandlers.ofString());
	}

}
