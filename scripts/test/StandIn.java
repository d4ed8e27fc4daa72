import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;

/**
 * Stands in for a sample where the scripts are tested: answers health requests, and is in
 * the registry while it runs. Started without "-jar" it only answers, and prints its
 * port; with "--hold" it only holds a registry's lock. STAND_IN makes it misbehave, with one or more of: "command-dies", "silent" (never
 * registers), "misnamed" (registers as another service), "ripens" (is healthy when it is
 * asked for the third time), "stubborn" (ignores SIGTERM).
 */
public class StandIn {

	private static final String MODE = System.getenv().getOrDefault("STAND_IN", "");

	private static final AtomicInteger ASKED = new AtomicInteger();

	/**
	 * How many slow answers are being waited for, and were at most.
	 */
	private static final AtomicInteger WAITING = new AtomicInteger();

	private static final AtomicInteger MOST_WAITING = new AtomicInteger();

	public static void main(String[] args) throws IOException, InterruptedException {
		if (args.length == 2 && args[0].equals("--hold")) {
			hold(Path.of(args[1]));
		}
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		answer(server, "/healthz", 200);
		answer(server, "/down", 503);
		answer(server, "/redirect", 302);
		answer(server, "/slow", 200);
		server.createContext("/most-waiting", (exchange) -> {
			byte[] body = MOST_WAITING.toString().getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		server.setExecutor(Executors.newCachedThreadPool());
		server.start();
		int port = server.getAddress().getPort();
		String arguments = String.join(" ", args);
		if (!arguments.contains("-jar ")) {
			System.out.println(port);
			return;
		}
		System.out.println("arguments: " + arguments);
		System.getenv().forEach((name, value) -> System.out.println("env: " + name + "=" + value));
		if (MODE.contains("command-dies") && !arguments.contains("sample-mcp")) {
			System.out.println("Port 8080 is in use by somebody else");
			System.exit(1);
		}
		String profile = arguments.contains("active=prod") ? "prod" : "dev";
		String name = arguments.contains("sample-mcp") ? "aidis-mcp" : "aidis-command-" + profile;
		String service = MODE.contains("misnamed") ? "not-" + name : name;
		if (!MODE.contains("silent")) {
			register(service, port);
		}
		Runtime.getRuntime().addShutdownHook(new Thread(() -> end(service)));
	}

	/**
	 * Hold the byte of the lock file that one writer of the registry at a time holds.
	 */
	private static void hold(Path lock) throws IOException, InterruptedException {
		try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			channel.lock(1L << 30, 1, false);
			System.out.println("held");
			Thread.currentThread().join();
		}
	}

	private static void answer(HttpServer server, String path, int status) {
		server.createContext(path, (exchange) -> {
			if (path.equals("/slow")) {
				MOST_WAITING.accumulateAndGet(WAITING.incrementAndGet(), Math::max);
				LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
				WAITING.decrementAndGet();
			}
			if (status == 302) {
				exchange.getResponseHeaders().add("Location", "/healthz");
			}
			boolean unripe = MODE.contains("ripens") && ASKED.incrementAndGet() < 3;
			exchange.sendResponseHeaders(unripe ? 503 : status, -1);
			exchange.close();
		});
	}

	private static void end(String service) {
		try {
			while (MODE.contains("stubborn")) {
				Thread.sleep(1000);
			}
			update(service, null);
		}
		catch (IOException | InterruptedException ex) {
			ex.printStackTrace();
		}
	}

	private static void register(String service, int port) throws IOException {
		update(service, """
				  "%s": {
				    "serviceName": "%s",
				    "port": %d,
				    "pid": %d,
				    "startedAt": "%s",
				    "healthEndpoint": "/healthz",
				    "status": "UP"
				  }""".formatted(service, service, port, ProcessHandle.current().pid(), Instant.now()));
	}

	/**
	 * Each entry has a file of its own; under the lock the registry is put together.
	 */
	private static void update(String service, String entry) throws IOException {
		Path registry = registry();
		Path entries = Files.createDirectories(registry.resolveSibling("entries"));
		try (FileChannel channel = FileChannel.open(registry.resolveSibling("lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE)) {
			channel.lock();
			Path own = entries.resolve(service);
			if (entry != null) {
				Files.writeString(own, entry);
			}
			else {
				Files.delete(own);
			}
			try (Stream<Path> files = Files.list(entries)) {
				List<String> all = files.sorted().map(StandIn::read).collect(Collectors.toList());
				Path temporary = registry.resolveSibling("new");
				Files.writeString(temporary, all.isEmpty() ? "{}\n" : "{\n" + String.join(",\n", all) + "\n}\n");
				Files.move(temporary, registry, StandardCopyOption.ATOMIC_MOVE);
			}
		}
	}

	private static Path registry() {
		String file = System.getenv("AIDIS_PORT_REGISTRY");
		String folder = System.getenv().getOrDefault("AIDIS_RUN_DIR", "run");
		return (file != null) ? Path.of(file) : Path.of(folder, "port-registry.json").toAbsolutePath();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
