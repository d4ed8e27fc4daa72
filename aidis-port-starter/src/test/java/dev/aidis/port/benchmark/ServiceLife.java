package dev.aidis.port.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.springframework.util.FileSystemUtils;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.Options;

/**
 * Starts and ends real applications, and measures how soon another process sees it: a
 * port after the server is bound, a death after {@code kill -9}, and the removal after
 * SIGTERM, which should come before connections are refused. Every way of announcing has
 * its turn in each round.
 */
public final class ServiceLife {

	private static final String HELP = """
			Measures how soon other processes see that an application starts, ends or is killed.

			  --rounds N   how often, for each way of announcing (default 5)
			  --etcd URL   also with an etcd, such as http://localhost:2379
			  --help       this text
			""";

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private static final Duration LOOKING = Duration.ofMillis(300);

	private final PrintStream console;

	/**
	 * What was measured, in nanoseconds, by the way of announcing and the name of the
	 * figure.
	 */
	private final Map<String, Map<String, List<Long>>> figures = new LinkedHashMap<>();

	private final BenchmarkApplications applications;

	private ServiceLife(PrintStream console, BenchmarkApplications applications) {
		this.console = console;
		this.applications = applications;
	}

	/**
	 * Run the measurement.
	 * @param arguments the options, see {@code --help}
	 * @throws Exception if an application does not start or is not seen
	 */
	public static void main(String[] arguments) throws Exception {
		System.exit(run(System.out, arguments));
	}

	static int run(PrintStream console, String... arguments) throws Exception {
		return run(console, Map::of, arguments);
	}

	/**
	 * Run the measurement.
	 * @param console where to tell the results
	 * @param peers opens other ways of announcing, by their names, which are closed in
	 * the end
	 * @param arguments the options
	 * @return 0 when it ran, 2 for wrong use
	 */
	static int run(PrintStream console, Callable<Map<String, Announcement>> peers, String... arguments)
			throws Exception {
		Options options;
		int rounds;
		Optional<String> etcd;
		try {
			options = Options.of(List.of("--rounds", "--etcd"), arguments);
			rounds = options.number("--rounds", 5, 1);
			etcd = options.findUrl("--etcd");
		}
		catch (IllegalArgumentException ex) {
			console.println(ex.getMessage());
			return 2;
		}
		if (options.isHelp()) {
			console.println(HELP);
			return 0;
		}
		Path folder = Files.createTempDirectory("aidis-benchmark-");
		Map<String, Announcement> announcements = new LinkedHashMap<>();
		try {
			announcements.put("registry file", RegistryAnnouncement.inFile(folder));
			announcements.put("Spring Boot's port file", new PortFileAnnouncement(folder));
			etcd.ifPresent((url) -> announcements.put("etcd", RegistryAnnouncement.inEtcd(url)));
			announcements.putAll(peers.call());
			new ServiceLife(console, new BenchmarkApplications(folder)).measure(announcements, rounds);
		}
		finally {
			announcements.values().forEach(Announcement::close);
			FileSystemUtils.deleteRecursively(folder);
		}
		return 0;
	}

	private void measure(Map<String, Announcement> announcements, int rounds) throws Exception {
		for (int round = 0; round <= rounds; round++) {
			if (round == 1) {
				// What the first round measured is how this process loads its classes.
				this.figures.clear();
			}
			for (Map.Entry<String, Announcement> entry : announcements.entrySet()) {
				this.console.println("Round " + round + " of " + rounds + ": " + entry.getKey());
				endOnRequest(entry.getKey(), entry.getValue());
				kill(entry.getKey(), entry.getValue());
			}
		}
		this.console.println("| | | median | smallest | largest |");
		this.console.println("|---|---|---|---|---|");
		this.figures.forEach((way, found) -> found.forEach((what, times) -> {
			List<Long> sorted = times.stream().sorted().toList();
			this.console.printf(Locale.ROOT, "| %s | %s | %.4f ms | %.4f ms | %.4f ms |%n", way, what,
					sorted.get(sorted.size() / 2) / 1e6, sorted.get(0) / 1e6, sorted.get(sorted.size() - 1) / 1e6);
		}));
	}

	private JavaProcess start(String way, Announcement announcement) throws Exception {
		announcement.clear();
		List<String> arguments = new ArrayList<>(List.of("--spring.application.name=" + ServiceLifeApplication.NAME,
				"--spring.main.banner-mode=off", "--server.port=0"));
		arguments.addAll(announcement.needs().arguments());
		JavaProcess application = JavaProcess.start(this.applications.with(announcement.needs()), Map.of(),
				ServiceLifeApplication.class.getName(), arguments.toArray(String[]::new));
		try {
			OptionalInt port = await("is seen", announcement, true);
			long seen = System.nanoTime();
			String[] bound = application.awaitLine(ServiceLifeApplication.BOUND).split(" ");
			if (port.orElse(0) != Integer.parseInt(bound[1])) {
				throw new IllegalStateException("Port " + port + " is seen instead of " + bound[1]);
			}
			note(way, "a port is seen after its server is bound", seen - Long.parseLong(bound[2]));
			application.awaitLine(ServiceLifeApplication.READY);
			return application;
		}
		catch (Exception ex) {
			application.close();
			throw ex;
		}
	}

	/**
	 * Look at which port it is for a while, and note what that takes.
	 */
	private void lookUp(String way, Announcement announcement) {
		long start = System.nanoTime();
		long end = start + LOOKING.toNanos();
		long looks = 0;
		long now;
		do {
			announcement.port();
			looks++;
			now = System.nanoTime();
		}
		while (now < end);
		note(way, "another process looks it up", (now - start) / looks);
	}

	private void kill(String way, Announcement announcement) throws Exception {
		try (JavaProcess application = start(way, announcement)) {
			application.kill();
			long dead = System.nanoTime();
			if (announcement.noticesDeath()) {
				await("is gone", announcement, false);
				note(way, "a killed service is not returned any more", System.nanoTime() - dead);
			}
		}
	}

	private void endOnRequest(String way, Announcement announcement) throws Exception {
		try (JavaProcess application = start(way, announcement)) {
			int port = announcement.port().orElseThrow();
			lookUp(way, announcement);
			connect(port);
			AtomicLong answered = new AtomicLong(System.nanoTime());
			CompletableFuture<Long> refused = CompletableFuture.supplyAsync(() -> {
				awaitTrue("refuses connections", () -> !isAnswered(port, answered));
				return System.nanoTime();
			});
			long asked = System.nanoTime();
			application.terminate();
			await("is removed", announcement, false);
			long removed = System.nanoTime();
			note(way, "its entry is gone after SIGTERM", removed - asked);
			note(way, "and connections are refused after that", refused.get() - removed);
			note(way, "and the last request is answered after that", answered.get() - removed);
			application.awaitEnd();
		}
	}

	private static boolean isAnswered(int port, AtomicLong lastAnswer) {
		boolean answered = connect(port);
		if (answered) {
			lastAnswer.set(System.nanoTime());
		}
		return answered;
	}

	/**
	 * Send a request and read the first line of its answer.
	 * @return whether a server has answered
	 */
	private static boolean connect(int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
			socket.setSoTimeout(1000);
			socket.getOutputStream()
				.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			return socket.getInputStream().read() == 'H';
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static OptionalInt await(String what, Announcement announcement, boolean present) {
		OptionalInt[] port = new OptionalInt[1];
		awaitTrue(what, () -> {
			port[0] = announcement.port();
			return port[0].isPresent() == present;
		});
		return port[0];
	}

	/**
	 * Look again and again: half a millisecond between two looks leaves the processor to
	 * the application, and is part of what is measured.
	 */
	private static void awaitTrue(String what, BooleanSupplier condition) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException("No application " + what + " within " + PATIENCE);
			}
			try {
				Thread.sleep(0, 500_000);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	private void note(String way, String what, long nanos) {
		this.figures.computeIfAbsent(way, (key) -> new LinkedHashMap<>())
			.computeIfAbsent(what, (key) -> new ArrayList<>())
			.add(nanos);
	}

}
