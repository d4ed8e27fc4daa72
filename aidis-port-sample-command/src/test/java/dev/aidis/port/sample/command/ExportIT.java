package dev.aidis.port.sample.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Exports real samples to real proxies, sends requests through them, moves a sample and
 * lets them reload.
 */
@EnabledOnOs(OS.LINUX)
@TestInstance(Lifecycle.PER_CLASS)
class ExportIT {

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private static Path samplesFolder;

	@TempDir
	private Path folder;

	private Path registry;

	private final List<SampleProcess> samples = new ArrayList<>();

	private SampleProcess mcp;

	@BeforeAll
	void start() throws IOException {
		this.registry = samplesFolder.resolve("run").resolve("port-registry.json");
		this.mcp = startMcp();
		start("aidis-command", "AIDIS_COMMAND_DEV_PORT", Map.of());
		awaitUp("aidis-mcp", this.mcp);
		awaitUp("aidis-command-dev", this.samples.get(1));
	}

	private SampleProcess startMcp() throws IOException {
		// It serves the hosts that it is told to.
		return start("aidis-mcp", "AIDIS_MCP_PORT", Map.of("AIDIS_MCP_ALLOWED_HOSTS", "aidis-mcp.localhost:*"));
	}

	private SampleProcess start(String service, String variable, Map<String, String> more) throws IOException {
		Map<String, String> variables = new HashMap<>(more);
		variables.putAll(Map.of("AIDIS_PORT_REGISTRY", this.registry.toString(), variable, "0"));
		SampleProcess sample = SampleProcess.start(service, samplesFolder, variables);
		this.samples.add(sample);
		return sample;
	}

	@AfterAll
	void stop() throws InterruptedException {
		for (SampleProcess sample : this.samples) {
			sample.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aProxyTakesTheExportAndFollowsAServiceThatMoves(Proxy proxy) throws Exception {
		RequiredProgram.require(proxy.program, proxy.debianPackage);
		RequiredProgram.require("curl", "curl");
		int port = freePort();
		export(proxy, port);
		check(proxy);
		Path log = this.folder.resolve("proxy.log");
		Process process = new ProcessBuilder(command(proxy, proxy.run)).directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			for (String service : List.of("aidis-mcp", "aidis-command-dev")) {
				awaitAnswerOf(service, port, log);
			}
			assertThat(ask("unknown.localhost", port)).contains("404");

			this.mcp.stop();
			String before = registered("aidis-command-dev").required("instanceId").stringValue();
			this.mcp = startMcp();
			awaitUp("aidis-mcp", this.mcp);
			export(proxy, port);
			check(proxy);
			if (proxy.reload.length != 0) {
				Command.run(this.folder, Map.of(), command(proxy, proxy.reload)).succeeds();
			}
			else {
				Command.run(this.folder, Map.of(), "kill", "-USR2", String.valueOf(process.pid())).succeeds();
			}
			awaitAnswerOf("aidis-mcp", port, log);
			awaitAnswerOf("aidis-command-dev", port, log);
			assertThat(registered("aidis-command-dev").required("instanceId").stringValue()).isEqualTo(before);
		}
		finally {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly().waitFor();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aProxyTakesTheExportOfWhateverIsRegistered(Proxy proxy) throws Exception {
		RequiredProgram.require(proxy.program, proxy.debianPackage);
		String live = ", \"pid\": " + this.mcp.pid();
		String text = Files.readString(this.registry).strip();
		Files.writeString(this.registry,
				text.substring(0, text.length() - 1) + "," + "\"" + "x".repeat(63) + "\": { \"port\": 1" + live
						+ "}, \"a\\n} b {\": { \"port\": 2" + live + "}, \"{{ .X }} {$HOME} `\": { \"port\": 3" + live
						+ "}, \"a.b-c.d\": { \"port\": 4" + live + ", \"host\": \"::1\"}, \"six\": { \"port\": 5" + live
						+ ", \"scheme\": \"https\"}," + "\"six#2\": { \"port\": 6" + live
						+ ", \"scheme\": \"https\"}}\n");
		export(proxy, freePort());
		assertThat(Files.readString(this.folder.resolve("export"))).contains("x".repeat(63) + ".localhost", "[::1]:4",
				"localhost:5", "localhost:6");
		check(proxy);
	}

	private void export(Proxy proxy, int port) throws Exception {
		HttpResponse<String> export = get("http://localhost:" + registered("aidis-command-dev").required("port")
				+ "/api/export/" + proxy.name().toLowerCase(Locale.ROOT) + "?port=" + port);
		assertThat(export.statusCode()).as(export.body()).isEqualTo(200);
		Files.writeString(this.folder.resolve("export"), export.body());
		if (!proxy.around.isEmpty()) {
			Files.writeString(this.folder.resolve("around"), proxy.around.replace("@folder@", this.folder.toString()));
		}
	}

	private void check(Proxy proxy) throws Exception {
		Command.run(this.folder, Map.of(), command(proxy, proxy.check)).succeeds();
	}

	private String[] command(Proxy proxy, String[] arguments) {
		return Arrays.stream(arguments)
			.map((argument) -> argument.replace("@folder@", this.folder.toString()))
			.toArray(String[]::new);
	}

	/**
	 * An instance proves by the id in its answer that it is the one that registered.
	 */
	private void awaitAnswerOf(String service, int port, Path log) throws Exception {
		String instance = registered(service).required("instanceId").stringValue();
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(ask(service + ".localhost", port)).as(() -> read(log))
				.contains("HTTP/1.1 200")
				.containsIgnoringCase("Aidis-Instance-Id: " + instance));
	}

	private String ask(String host, int port) throws Exception {
		return Command
			.run(this.folder, Map.of(), "curl", "-q", "--silent", "--include", "--noproxy", "*", "--max-time", "10",
					"--header", "Host: " + host + ":" + port, "--header", "Aidis-Probe: 1",
					"http://127.0.0.1:" + port + "/healthz")
			.output();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private void awaitUp(String service, SampleProcess process) {
		await().atMost(TIMEOUT)
			.ignoreExceptions()
			.failFast(() -> assertThat(process.isAlive()).as(process::log).isTrue())
			.untilAsserted(() -> {
				assertThat(registered(service).required("status").stringValue()).as(process::log).isEqualTo("UP");
				assertThat(registered(service).required("pid").asLong()).isEqualTo(process.pid());
			});
	}

	private JsonNode registered(String service) throws IOException {
		return JsonMapper.shared().readTree(Files.readString(this.registry)).required(service);
	}

	private HttpResponse<String> get(String url) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(),
				BodyHandlers.ofString());
	}

	/**
	 * The programs, each with what stands around the export, how it checks the
	 * configuration, how it runs and how it is told to read it again.
	 */
	enum Proxy {

		CADDY("caddy", "caddy", """
				{
					admin unix/@folder@/admin.sock
					storage file_system @folder@/caddy
				}
				import @folder@/export
				""", new String[] { "caddy", "validate", "--config", "@folder@/around", "--adapter", "caddyfile" },
				new String[] { "caddy", "run", "--config", "@folder@/around", "--adapter", "caddyfile" },
				new String[] { "caddy", "reload", "--config", "@folder@/around", "--adapter", "caddyfile", "--address",
						"unix/@folder@/admin.sock" }),

		NGINX("nginx", "nginx-light", """
				daemon off;
				pid @folder@/nginx.pid;
				error_log stderr;
				events {
				}
				http {
					access_log off;
					client_body_temp_path @folder@/client;
					proxy_temp_path @folder@/proxy;
					fastcgi_temp_path @folder@/fastcgi;
					uwsgi_temp_path @folder@/uwsgi;
					scgi_temp_path @folder@/scgi;
					include @folder@/export;
				}
				""", new String[] { "nginx", "-t", "-c", "@folder@/around" },
				new String[] { "nginx", "-c", "@folder@/around" },
				new String[] { "nginx", "-s", "reload", "-c", "@folder@/around" }),

		HAPROXY("haproxy", "haproxy", "", new String[] { "haproxy", "-c", "-f", "@folder@/export" },
				new String[] { "haproxy", "-W", "-db", "-f", "@folder@/export" }, new String[0]);

		private final String program;

		private final String debianPackage;

		private final String around;

		private final String[] check;

		private final String[] run;

		private final String[] reload;

		Proxy(String program, String debianPackage, String around, String[] check, String[] run, String[] reload) {
			this.program = program;
			this.debianPackage = debianPackage;
			this.around = around;
			this.check = check;
			this.run = run;
			this.reload = reload;
		}

	}

}
