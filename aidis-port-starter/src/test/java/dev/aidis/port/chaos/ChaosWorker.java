package dev.aidis.port.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * One of the processes that work on the registry at once, until they are killed. It tells
 * on its standard output what is done, a line each: {@code warm} from time to time while
 * it warms up; {@code ready}; {@code + id port} an entry is registered; {@code - id} an
 * entry is about to be removed; {@code u micros} an update took so long; {@code l} a
 * look-up; {@code m id} a look-up did not return our own entry as it is;
 * {@code e lock text} and {@code e other text} something failed; {@code pong number};
 * {@code stopped}. It obeys {@code go}, {@code stop} and {@code ping number} on its
 * standard input and ends with it.
 */
final class ChaosWorker {

	private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

	private static final int NAMES = 5;

	private static final int MAX_PASSING = 2;

	/**
	 * How many of a hundred updates are followed by a look-up where updates alone are to
	 * be measured.
	 */
	private static final int LOOK_UPS = 10;

	private static final int WARM_UP = 3;

	private static final int WARM_UP_ENTRIES = 16;

	private final PrintStream output;

	private final Path file;

	private final PortRegistry registry;

	private final Random random;

	private final int number;

	private final int updates;

	private final int pauseMillis;

	private final int warmUp;

	private final CountDownLatch go = new CountDownLatch(1);

	private final List<PortRegistration> passing = new ArrayList<>();

	private volatile boolean stopped;

	private PortRegistration kept;

	private ChaosWorker(PrintStream output, String[] arguments) {
		this.output = output;
		this.file = Path.of(arguments[0]);
		this.registry = new FilePortRegistry(this.file, LOCK_TIMEOUT);
		this.number = Integer.parseInt(arguments[1]);
		this.random = new Random(Long.parseLong(arguments[2]));
		this.updates = Integer.parseInt(arguments[3]);
		this.pauseMillis = Integer.parseInt(arguments[4]);
		this.warmUp = (arguments.length > 5) ? Integer.parseInt(arguments[5]) : 0;
		this.kept = PortRegistration.builder("chaos-" + this.number % NAMES, randomPort())
			.healthEndpoint("/healthz")
			.build();
	}

	/**
	 * Work.
	 * @param arguments the registry file, the number of this worker, the random seed, the
	 * number of updates (0 for a random mix without end), the longest pause between
	 * operations in milliseconds, and perhaps the number of updates to warm up with
	 */
	public static void main(String[] arguments) throws IOException {
		PrintStream output = System.out;
		// What a library prints must not look like a line of ours.
		System.setOut(System.err);
		ChaosWorker worker = new ChaosWorker(output, arguments);
		Thread thread = new Thread(worker::run, "chaos-worker");
		thread.setDaemon(true);
		thread.start();
		worker.obey();
		System.exit(0);
	}

	private void obey() throws IOException {
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			if (line.equals("go")) {
				this.go.countDown();
			}
			else if (line.equals("stop")) {
				this.stopped = true;
			}
			else if (line.startsWith("ping ")) {
				say("pong " + line.substring(5));
			}
		}
	}

	private void run() {
		try {
			prepare();
			say("ready");
			this.go.await();
			if (this.updates == 0) {
				register(this.kept);
			}
			for (int count = 0; !this.stopped && (this.updates == 0 || count < this.updates); count++) {
				step();
				pause(this.pauseMillis);
			}
			say("stopped");
		}
		catch (InterruptedException | RuntimeException ex) {
			fail(ex);
		}
	}

	/**
	 * Load what it takes, as a service has when it runs. Where waits are compared, nobody
	 * should wait for his own classes.
	 */
	private void prepare() {
		warmUp();
		this.registry.registrations();
		for (int count = 0; this.updates > 0 && count < WARM_UP; count++) {
			PortRegistration changed = this.kept.with((builder) -> builder.port(randomPort()));
			this.registry.register(changed);
			this.kept = changed;
		}
	}

	/**
	 * Run until it is compiled, as a service has that is not just starting, with about as
	 * many entries.
	 */
	private void warmUp() {
		if (this.warmUp > 0) {
			Path own = this.file.resolveSibling("warm-up-" + this.number).resolve("port-registry.json");
			try (FilePortRegistry practice = new FilePortRegistry(own, LOCK_TIMEOUT)) {
				for (int count = 0; count < this.warmUp; count++) {
					practice.register(PortRegistration.builder("warm-up-" + count % WARM_UP_ENTRIES, randomPort())
						.instanceId("warm-up-" + count % WARM_UP_ENTRIES)
						.build());
					practice.registrations();
					if (count % 100 == 0) {
						say("warm");
					}
				}
			}
		}
	}

	private void step() {
		try {
			int dice = this.random.nextInt(100);
			if (this.updates > 0) {
				change();
				if (this.warmUp == 0 || dice < LOOK_UPS) {
					lookUp();
				}
			}
			else if (dice < 40) {
				change();
			}
			else if (dice < 70) {
				lookUp();
			}
			else if (this.passing.isEmpty() || (dice < 85 && this.passing.size() < MAX_PASSING)) {
				PortRegistration added = PortRegistration.builder("passing-" + this.number % NAMES, randomPort())
					.status(Status.UP)
					.build();
				register(added);
				this.passing.add(added);
			}
			else {
				deregister(this.passing.remove(this.random.nextInt(this.passing.size())));
			}
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
	}

	private void change() {
		PortRegistration changed = this.kept.with((builder) -> builder.port(randomPort())
			.status(this.random.nextBoolean() ? Status.UP : Status.STARTING));
		register(changed);
		this.kept = changed;
	}

	private void register(PortRegistration registration) {
		long start = System.nanoTime();
		this.registry.register(registration);
		say("+ " + registration.instanceId() + " " + registration.port() + "\nu " + microsSince(start));
	}

	private void deregister(PortRegistration registration) {
		say("- " + registration.instanceId());
		long start = System.nanoTime();
		this.registry.deregister(registration.instanceId());
		say("u " + microsSince(start));
	}

	private void lookUp() {
		List<PortRegistration> found = this.random.nextBoolean() ? this.registry.registrations()
				: this.registry.registrations(this.kept.serviceName());
		boolean complete = found.stream()
			.anyMatch((registration) -> registration.instanceId().equals(this.kept.instanceId())
					&& registration.port() == this.kept.port());
		say(complete ? "l" : "m " + this.kept.instanceId() + "\nl");
	}

	private void pause(int maximumMillis) {
		if (maximumMillis > 0) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(this.random.nextInt(maximumMillis) + 1L));
		}
	}

	private void fail(Exception ex) {
		boolean locked = false;
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			locked |= cause.getClass().getSimpleName().equals("RegistryLockedException");
		}
		say("e " + (locked ? "lock " : "other ") + ex.toString().replace('\n', ' '));
	}

	private synchronized void say(String line) {
		this.output.print(line + "\n");
		this.output.flush();
	}

	private int randomPort() {
		return 1024 + this.random.nextInt(60_000);
	}

	private static long microsSince(long start) {
		return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
	}

}
