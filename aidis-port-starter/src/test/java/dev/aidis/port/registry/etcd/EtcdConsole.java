package dev.aidis.port.registry.etcd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;

import dev.aidis.port.ConsoleProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.actuate.PortRegistryHealthIndicator;

/**
 * An application on another machine that does what a {@link ConsoleProcess} is told. It
 * ends with its standard input.
 */
final class EtcdConsole {

	private final EtcdPortRegistry registry;

	private final List<String> told = new CopyOnWriteArrayList<>();

	private @Nullable PortRegistration own;

	/**
	 * The threads that were there before.
	 */
	private final Set<Thread> threads = Thread.getAllStackTraces().keySet();

	private EtcdConsole(EtcdRegistryProperties properties) {
		this.registry = new EtcdPortRegistry(properties, "default", null, PortRegistryObserver.NONE);
	}

	/**
	 * Start one.
	 * @param machine where it runs
	 * @param timing how long it waits, and for what
	 * @param servers the members of its etcd
	 */
	static ConsoleProcess start(Machine machine, Timing timing, List<EtcdServer> servers) throws IOException {
		List<String> arguments = new ArrayList<>(
				List.of(timing.leaseTtl().toString(), timing.timeout().toString(), timing.connectTimeout().toString()));
		servers.forEach((server) -> arguments.add(server.url()));
		return ConsoleProcess.start(machine.through(), EtcdConsole.class, arguments.toArray(String[]::new));
	}

	public static void main(String[] arguments) throws Exception {
		EtcdRegistryProperties properties = new EtcdRegistryProperties();
		properties.setLeaseTtl(Duration.parse(arguments[0]));
		properties.setRequestTimeout(Duration.parse(arguments[1]));
		properties.setConnectTimeout(Duration.parse(arguments[2]));
		properties.setEndpoints(List.of(arguments).subList(3, arguments.length));
		new EtcdConsole(properties).run();
	}

	private void run() throws Exception {
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		this.registry.watch((change) -> this.told
			.add(change.getClass().getSimpleName() + " " + change.registration().instanceId()));
		answer("ready");
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			answer(perform(line.split(" ")));
		}
	}

	private static void answer(String text) {
		System.out.println(ConsoleProcess.ANSWER + text);
		System.out.flush();
	}

	private String perform(String... words) throws Exception {
		try {
			return switch (words[0]) {
				case "register" -> register(words[1]);
				case "deregister" -> deregister(words[1]);
				case "look" -> look(this.registry.registrations());
				case "health" -> health();
				case "told" -> String.join(", ", this.told);
				case "close" -> close();
				case "get" -> get(words[1]);
				default -> throw new IllegalArgumentException(words[0]);
			};
		}
		catch (PortRegistryException ex) {
			return "failed: " + ex.getMessage();
		}
	}

	/**
	 * Register an instance of a service that has the same name.
	 */
	private String register(String instanceId) {
		PortRegistration registration = PortRegistration.builder(instanceId, 41873).instanceId(instanceId).build();
		this.own = registration;
		this.registry.register(registration);
		return "registered";
	}

	private String deregister(String instanceId) {
		this.registry.deregister(instanceId);
		return "deregistered";
	}

	/**
	 * Tell how fresh the answer is, and which instances are in it.
	 */
	private static String look(List<PortRegistration> found) {
		String freshness = found.stream()
			.map((registration) -> registration.metadata().containsKey(PortRegistration.STALE_SINCE) ? "stale" : "live")
			.distinct()
			.collect(Collectors.joining("-and-"));
		return found.stream()
			.map(PortRegistration::instanceId)
			.sorted()
			.collect(Collectors.joining(", ", freshness + ": ", ""));
	}

	private String health() {
		PortRegistration registration = this.own;
		Health health = new PortRegistryHealthIndicator(this.registry, this.registry::registrations,
				() -> Optional.ofNullable(registration), () -> Optional.ofNullable(registration)
					.flatMap((present) -> this.registry.problem(present.instanceId())),
				List.of())
			.health();
		return health.getStatus() + " " + health.getDetails().getOrDefault("problem", "");
	}

	/**
	 * Close the registry, and tell which threads go on after a minute.
	 */
	private String close() throws InterruptedException {
		this.registry.close();
		long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
		Set<Thread> more = moreThreads();
		while (!more.isEmpty() && System.nanoTime() < end) {
			more.iterator().next().join(100);
			more = moreThreads();
		}
		return more.stream().map(Thread::getName).sorted().collect(Collectors.joining(", ", "threads: ", ""));
	}

	private Set<Thread> moreThreads() {
		Set<Thread> more = new HashSet<>(Thread.getAllStackTraces().keySet());
		more.removeAll(this.threads);
		return more;
	}

	private static String get(String url) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
		try {
			return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
		}
		catch (IOException ex) {
			return "failed: " + ex;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * How long an application waits.
	 *
	 * @param leaseTtl how long it stays without a sign of life
	 * @param timeout for an answer
	 * @param connectTimeout for a connection
	 */
	record Timing(Duration leaseTtl, Duration timeout, Duration connectTimeout) {

		static final Timing SHORT = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2));

		/**
		 * Return what an application has that sets nothing.
		 */
		static Timing usual() {
			EtcdRegistryProperties properties = new EtcdRegistryProperties();
			return new Timing(properties.getLeaseTtl(), properties.getRequestTimeout(), properties.getConnectTimeout());
		}

	}

}
