package dev.aidis.port.sample.command.registries;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.aidis.port.RequiredProgram;
import dev.aidis.port.ReservedPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Debian's etcd.
 */
final class Etcd implements Registry {

	private final HttpClient http = HttpClient.newHttpClient();

	private final ReservedPort client = new ReservedPort();

	private final ReservedPort peer = new ReservedPort();

	private final Process process;

	Etcd(Path folder) throws IOException {
		RequiredProgram.require("etcd", "etcd-server");
		String peerUrl = "http://127.0.0.1:" + this.peer;
		this.process = new ProcessBuilder("etcd", "--name=single", "--data-dir=" + folder.resolve("etcd"),
				"--listen-client-urls=" + address(), "--advertise-client-urls=" + address(),
				"--listen-peer-urls=" + peerUrl, "--initial-advertise-peer-urls=" + peerUrl,
				"--initial-cluster=single=" + peerUrl, "--logger=zap", "--log-level=warn", "--log-outputs=stderr")
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("etcd.log").toFile())
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(this.process::destroyForcibly));
		await().atMost(Duration.ofMinutes(1))
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(ports("nobody")).isEmpty());
	}

	@Override
	public String address() {
		return "http://127.0.0.1:" + this.client;
	}

	@Override
	public List<Integer> ports(String service) throws IOException, InterruptedException {
		// '0' comes after '/'.
		String key = "/aidis/default/" + service;
		String range = "{\"key\": \"" + base64(key + "/") + "\", \"range_end\": \"" + base64(key + "0") + "\"}";
		HttpResponse<String> answer = this.http.send(HttpRequest.newBuilder(URI.create(address() + "/v3/kv/range"))
			.timeout(Duration.ofSeconds(10))
			.POST(BodyPublishers.ofString(range))
			.build(), BodyHandlers.ofString());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return JsonMapper.shared()
			.readTree(answer.body())
			.path("kvs")
			.valueStream()
			.map((entry) -> registration(entry).required("port").intValue())
			.toList();
	}

	private static JsonNode registration(JsonNode entry) {
		return JsonMapper.shared().readTree(Base64.getDecoder().decode(entry.required("value").stringValue()));
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public void close() throws Exception {
		this.process.destroyForcibly();
		assertThat(this.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		this.client.close();
		this.peer.close();
	}

}
