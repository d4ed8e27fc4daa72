package dev.aidis.port.scale;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;

/**
 * Registers more and more instances and measures, at each number, what one more costs,
 * what a look-up costs, and how soon another application sees a change.
 */
public final class RegistryScale {

	private static final int LOOK_UPS = 2000;

	private static final int CHANGES = 20;

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final ScaleOptions options;

	private final PrintStream console;

	private final Random random = new Random(1);

	private final List<PortRegistry> applications = new ArrayList<>();

	private int registered;

	private RegistryScale(ScaleOptions options, PrintStream console) {
		this.options = options;
		this.console = console;
	}

	/**
	 * Run the measurement.
	 * @param arguments the options, see {@code --help}
	 * @throws Exception if the registry fails
	 */
	public static void main(String[] arguments) throws Exception {
		System.exit(run(System.out, arguments));
	}

	/**
	 * Run the measurement.
	 * @param console where to tell the results
	 * @param arguments the options
	 * @return 0 when it ran, 2 for wrong use
	 */
	static int run(PrintStream console, String... arguments) throws Exception {
		ScaleOptions options;
		try {
			options = ScaleOptions.of(arguments);
		}
		catch (IllegalArgumentException ex) {
			console.println(ex.getMessage());
			return 2;
		}
		if (options.help()) {
			console.println(ScaleOptions.HELP);
			return 0;
		}
		try (Store store = (options.etcd() != null) ? new EtcdStore(options.etcd()) : new FileStore()) {
			new RegistryScale(options, console).measure(store);
		}
		return 0;
	}

	private void measure(Store store) throws Exception {
		this.console.println("| instances | registering one | look-up | seen elsewhere after | bytes per instance | |");
		this.console.println("|---|---|---|---|---|---|");
		for (int i = 0; i < this.options.applications(); i++) {
			this.applications.add(store.open());
			connect(this.applications.get(i));
		}
		PortRegistry reader = store.open();
		for (int instances : this.options.instances()) {
			double writes = store.writes();
			int added = instances - this.registered;
			double registering = fill(instances);
			writes = (store.writes() - writes) / added;
			awaitAll(reader, instances);
			double lookUp = lookUps(reader, instances);
			double seen = changes(reader);
			this.console.printf(Locale.ROOT, "| %d | %.2f ms | %.1f µs | %.1f ms | %d | %s%s |%n", instances,
					registering / 1e6, lookUp / 1e3, seen / 1e6, store.size() / instances,
					(writes > 0) ? String.format(Locale.ROOT, "%.1f writes each, ", writes) : "",
					store.atRest(this.options.rest()));
		}
	}

	/**
	 * What the first registration of an application takes, it takes at its start.
	 */
	private static void connect(PortRegistry application) {
		PortRegistration first = PortRegistration.builder("first", 1024).build();
		application.register(first);
		application.deregister(first.instanceId());
	}

	/**
	 * Register instances until there are so many, all applications at once.
	 * @return how long one took in the mean, in nanoseconds of each application
	 */
	private double fill(int instances) throws Exception {
		int before = this.registered;
		ExecutorService executor = Executors.newFixedThreadPool(this.applications.size());
		try {
			List<Future<Long>> parts = new ArrayList<>();
			for (int i = 0; i < this.applications.size(); i++) {
				int first = i;
				parts.add(executor.submit(() -> fill(first, before, instances)));
			}
			long spent = 0;
			for (Future<Long> part : parts) {
				spent += part.get();
			}
			this.registered = instances;
			return spent / (double) Math.max(1, instances - before);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private long fill(int first, int from, int to) {
		long spent = 0;
		for (int number = from; number < to; number++) {
			if (number % this.applications.size() == first) {
				long start = System.nanoTime();
				this.applications.get(first).register(instance(number));
				spent += System.nanoTime() - start;
			}
		}
		return spent;
	}

	private static PortRegistration instance(int number) {
		return PortRegistration.builder(name(number), 1024 + number % 60_000)
			.status(Status.UP)
			.healthEndpoint("/actuator/health")
			.instanceId("instance-" + number)
			.metadata(PortRegistration.REQUESTED_PORT, "0")
			.build();
	}

	private static String name(int number) {
		return "service-" + number;
	}

	private static void awaitAll(PortRegistry reader, int instances) throws InterruptedException {
		long start = System.nanoTime();
		while (reader.registrations().size() < instances) {
			if (System.nanoTime() - start > PATIENCE.toNanos()) {
				throw new IllegalStateException(
						"Of " + instances + " instances only " + reader.registrations().size() + " are found");
			}
			Thread.sleep(10);
		}
	}

	/**
	 * The first half warms up.
	 * @return the median in nanoseconds
	 */
	private double lookUps(PortRegistry reader, int instances) throws InterruptedException {
		// A file that was written a moment ago is read each time, since it may have
		// changed.
		Thread.sleep(3000);
		List<Long> times = new ArrayList<>();
		for (int i = 0; i < 2 * LOOK_UPS; i++) {
			String name = name(this.random.nextInt(instances));
			long start = System.nanoTime();
			int found = reader.registrations(name).size();
			long took = System.nanoTime() - start;
			if (found != 1) {
				throw new IllegalStateException(name + " is found " + found + " times");
			}
			if (i >= LOOK_UPS) {
				times.add(took);
			}
		}
		return median(times);
	}

	/**
	 * Change an instance and wait until another application's look-up returns it so.
	 * @return the median in nanoseconds, the change itself included
	 */
	private double changes(PortRegistry reader) {
		List<Long> times = new ArrayList<>();
		for (int i = 0; i < CHANGES; i++) {
			int port = 30_000 + i;
			long start = System.nanoTime();
			this.applications.get(0).register(instance(0).with((builder) -> builder.port(port)));
			while (reader.registrations(name(0)).stream().noneMatch((found) -> found.port() == port)) {
				if (System.nanoTime() - start > PATIENCE.toNanos()) {
					throw new IllegalStateException("A change is not seen by another application");
				}
				Thread.onSpinWait();
			}
			times.add(System.nanoTime() - start);
		}
		return median(times);
	}

	private static double median(List<Long> times) {
		List<Long> sorted = times.stream().sorted().toList();
		return sorted.get(sorted.size() / 2);
	}

}
