package dev.aidis.port.sample.mcp.bridge;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.function.SingletonSupplier;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.Printable;
import dev.aidis.port.assignment.StandaloneEnvironment;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.FileRegistryProperties;
import dev.aidis.port.registry.file.RegistryLocation;

/**
 * The program {@code aidis-mcp-bridge}. An agent's client starts it, speaks MCP to it
 * over standard input and output, and waits for its first answer: so it starts no Spring
 * application, and opens its own port only after that.
 */
public final class McpBridge {

	/**
	 * How long to wait for answers once the client says no more. Shorter than the two
	 * seconds after which clients use force.
	 */
	private static final long DRAIN_MILLIS = 1500;

	private static final long SERVICE_DELAY_MILLIS = 3000;

	private static final long LOG_MILLIS = 200;

	/**
	 * The part of the memory that requests under way may take.
	 */
	private static final int MEMORY_PART = 8;

	private McpBridge() {
	}

	/**
	 * Run the bridge.
	 * @param args see {@code --help}
	 */
	public static void main(String[] args) {
		OutputStream protocol = new FileOutputStream(FileDescriptor.out);
		ErrorStream error = new ErrorStream(new FileOutputStream(FileDescriptor.err));
		System.setErr(new PrintStream(error, true, StandardCharsets.UTF_8));
		// Whoever else prints must not be taken for the server.
		System.setOut(System.err);
		System.setProperty("java.util.logging.SimpleFormatter.format", "aidis-mcp-bridge: %5$s%6$s%n");
		Consumer<String> log = (message) -> System.err.println("aidis-mcp-bridge: " + message);
		int code = run(List.of(args), protocol, error, log);
		System.exit(code);
	}

	private static int run(List<String> args, OutputStream protocol, ErrorStream error, Consumer<String> log) {
		ConfigurableEnvironment environment = StandaloneEnvironment.create(BridgeService.NAME);
		try {
			BridgeOptions options = BridgeOptions.of(args, environment);
			if (options.help()) {
				protocol.write(Json.bytes(BridgeOptions.USAGE));
			}
			else {
				run(options, environment, protocol, error, log);
			}
			return 0;
		}
		catch (IllegalArgumentException ex) {
			log.accept(ex.getMessage() + ". See --help");
			finish(error);
			return 2;
		}
		catch (IOException ex) {
			log.accept("The client is not there any more: " + ex.getMessage());
			return 0;
		}
	}

	private static void finish(ErrorStream error) {
		try {
			error.finish(LOG_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void run(BridgeOptions options, ConfigurableEnvironment environment, OutputStream protocol,
			ErrorStream error, Consumer<String> log) throws IOException {
		SingletonSupplier<PortRegistry> registry = SingletonSupplier.of(() -> registry(environment));
		CountDownLatch answered = new CountDownLatch(1);
		LineWriter writer = new LineWriter(protocol, () -> System.exit(0));
		Consumer<byte[]> client = (message) -> {
			writer.write(message);
			answered.countDown();
		};
		HttpTransport http = new HttpTransport(options.token());
		PendingCalls calls = new PendingCalls(Runtime.getRuntime().maxMemory() / MEMORY_PART);
		Connection connection = new Connection(locator(options, registry, http), http, options.patience(), calls,
				client, log);
		BridgeService service = new BridgeService(environment, registry::obtain, options.service(),
				() -> status(connection.state()), log);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			connection.close();
			service.close();
			finish(error);
		}, "aidis-mcp-bridge-end"));
		connection.open();
		http.prepare();
		if (!options.stdioOnly()) {
			openAfterFirstAnswer(service, answered);
		}
		new Bridge(new LineReader(new FileInputStream(FileDescriptor.in), Bridge.MAX_LINE), client, calls, connection,
				log)
			.run();
		drain(calls);
	}

	private static Locator locator(BridgeOptions options, SingletonSupplier<PortRegistry> registry,
			HttpTransport http) {
		return (options.url() != null)
				? new ServerLocator.Fixed(options.url(), "as " + options.urlSetting() + " says", http)
				: new ServerLocator(options.service(), options.path(), options.defaultPort(), registry::obtain, http);
	}

	private static PortRegistry registry(ConfigurableEnvironment environment) {
		FileRegistryProperties properties = new FileRegistryProperties();
		properties.setFile(environment.getProperty("aidis.port.registry.file"));
		properties.setShared(environment.getProperty("aidis.port.registry.shared", Boolean.class, false));
		properties.setRequireLock(environment.getProperty("aidis.port.registry.require-lock", Boolean.class, true));
		Path file = RegistryLocation.find(environment, properties);
		return new FilePortRegistry(file, properties, new ServerProbe());
	}

	/**
	 * The client waits for its first answer, so nothing else may take its time. A client
	 * that gets none, since there is no server, should still be seen by people.
	 */
	private static void openAfterFirstAnswer(BridgeService service, CountDownLatch answered) {
		Thread thread = new Thread(() -> {
			try {
				answered.await(SERVICE_DELAY_MILLIS, TimeUnit.MILLISECONDS);
				service.open();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}, "aidis-mcp-bridge-service");
		thread.setDaemon(true);
		thread.start();
	}

	private static void drain(PendingCalls calls) {
		try {
			calls.awaitEmpty(DRAIN_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String status(Connection.State state) {
		Server server = state.server();
		String found = (server != null)
				? "{\"url\":" + Json.quote(server.endpoint().toString()) + ",\"found\":" + Json.quote(server.foundIn())
						+ ((server.registration() != null) ? ",\"pid\":" + server.registration().pid()
								+ ",\"instanceId\":" + Json.quote(server.registration().instanceId()) : "")
						+ "}"
				: "null";
		return "{\"status\":\"" + ((server != null) ? "CONNECTED" : "WAITING") + "\",\"server\":" + found
				+ ",\"problem\":" + Json.quote(Printable.of(state.problem(), 1000)) + ",\"connections\":"
				+ state.connections() + ",\"pending\":" + state.pending() + ",\"answered\":" + state.answered()
				+ ",\"repeated\":" + state.repeated() + ",\"failed\":" + state.failed() + ",\"pid\":"
				+ ProcessHandle.current().pid() + ",\"at\":\"" + Instant.now() + "\"}";
	}

}
