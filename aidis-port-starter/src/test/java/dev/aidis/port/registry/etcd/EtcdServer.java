package dev.aidis.port.registry.etcd;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.Client;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

import dev.aidis.port.RequiredProgram;
import dev.aidis.port.ReservedPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A real etcd, one member or one of several, on ports of its own. It is killed when it is
 * closed.
 */
final class EtcdServer implements AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final Path folder;

	private final String name;

	private final String scheme;

	private final List<String> more;

	private final Machine machine;

	private final ReservedPort client = new ReservedPort();

	private final ReservedPort peer = new ReservedPort();

	private final ReservedPort metrics = new ReservedPort();

	private String cluster;

	private @Nullable Process process;

	private EtcdServer(Machine machine, Path folder, String name, String scheme, List<String> more) throws IOException {
		this.machine = machine;
		this.folder = folder;
		this.name = name;
		this.scheme = scheme;
		this.more = more;
		this.cluster = peer();
	}

	private String peer() {
		return this.name + "=http://" + this.machine.back() + ":" + this.peer;
	}

	/**
	 * Start one that is a cluster by itself.
	 */
	static EtcdServer start(Path folder) throws IOException {
		return start(folder, "http", List.of());
	}

	/**
	 * Start one whose database is full when it has that many bytes.
	 */
	static EtcdServer startWithQuota(Path folder, int bytes) throws IOException {
		return start(folder, "http", List.of("--quota-backend-bytes=" + bytes));
	}

	static EtcdServer startWithTls(Path folder, Path certificate, Path key) throws IOException {
		return start(folder, "https", List.of("--cert-file=" + certificate, "--key-file=" + key));
	}

	private static EtcdServer start(Path folder, String scheme, List<String> more) throws IOException {
		RequiredProgram.require("etcd", "etcd-server");
		EtcdServer server = new EtcdServer(Machine.THIS, Files.createTempDirectory(folder, "etcd"), "single", scheme,
				more);
		server.start();
		server.awaitHealthy();
		return server;
	}

	/**
	 * Start several that are a cluster together.
	 */
	static List<EtcdServer> startSeveral(Path folder, int members) throws IOException {
		List<EtcdServer> servers = startOn(folder, Collections.nCopies(members, Machine.THIS));
		servers.forEach(EtcdServer::awaitHealthy);
		return servers;
	}

	/**
	 * Start one on each machine, all of which are a cluster together. They may not be
	 * healthy yet.
	 */
	static List<EtcdServer> startOn(Path folder, List<Machine> machines) throws IOException {
		RequiredProgram.require("etcd", "etcd-server");
		List<EtcdServer> servers = new ArrayList<>();
		for (Machine machine : machines) {
			servers.add(new EtcdServer(machine, Files.createTempDirectory(folder, "etcd"), "member" + servers.size(),
					"http", List.of("--heartbeat-interval=100", "--election-timeout=1000")));
		}
		String cluster = String.join(",", servers.stream().map(EtcdServer::peer).toList());
		for (EtcdServer server : servers) {
			server.cluster = cluster;
			server.start();
		}
		return servers;
	}

	/**
	 * Start it, again or for the first time. It may not be healthy yet.
	 */
	void start() throws IOException {
		List<String> command = new ArrayList<>(this.machine.through());
		String peers = "http://" + this.machine.back() + ":" + this.peer;
		command.addAll(List.of("etcd", "--name=" + this.name, "--data-dir=" + this.folder.resolve("data"),
				"--listen-client-urls=" + url(), "--advertise-client-urls=" + url(), "--listen-peer-urls=" + peers,
				"--initial-advertise-peer-urls=" + peers, "--initial-cluster=" + this.cluster,
				"--listen-metrics-urls=http://127.0.0.1:" + this.metrics, "--logger=zap", "--log-level=warn",
				"--log-outputs=stderr"));
		command.addAll(this.more);
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(this.folder.resolve("log").toFile()));
		Process started = builder.start();
		this.process = started;
		Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
	}

	void awaitHealthy() {
		await().atMost(Duration.ofMinutes(1)).ignoreExceptions().untilAsserted(() -> {
			HttpResponse<String> response = HTTP
				.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.metrics + "/health"))
					.timeout(Duration.ofSeconds(5))
					.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(response.body()).contains("\"true\"");
		});
	}

	String url() {
		return this.scheme + "://" + this.machine.front() + ":" + this.client;
	}

	/**
	 * Return a client for what a person would do with {@code etcdctl}.
	 */
	Client connect() {
		return Client.builder().endpoints(url()).build();
	}

	void kill() throws InterruptedException {
		Process running = this.process;
		if (running != null) {
			running.descendants().forEach(ProcessHandle::destroyForcibly);
			running.destroyForcibly();
			assertThat(running.waitFor(1, TimeUnit.MINUTES)).isTrue();
		}
	}

	/**
	 * Remove what it has stored, as somebody does who sets it up anew.
	 */
	void forget() throws IOException {
		FileSystemUtils.deleteRecursively(this.folder.resolve("data"));
	}

	/**
	 * Let it neither answer nor close its connections.
	 */
	void freeze() throws Exception {
		signal("STOP", process().pid());
	}

	void thaw() throws Exception {
		signal("CONT", process().pid());
	}

	private Process process() {
		assertThat(this.process).isNotNull();
		return this.process;
	}

	static void signal(String signal, long pid) throws Exception {
		Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	@Override
	public void close() throws Exception {
		kill();
		this.client.close();
		this.peer.close();
		this.metrics.close();
	}

}
