package dev.aidis.port.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import tools.jackson.databind.JsonNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * Lets workers work, kills them, and looks all the time whether the registry tells the
 * truth about those that live and those that don't.
 */
final class ChaosRun {

	static final String LIVE_LOST = "live entries lost";

	static final String DEAD_RETURNED = "dead returned";

	static final String REMOVED_RETURNED = "removed returned at rest";

	static final String WRONG_AT_REST = "wrong entries at rest";

	static final String TEMPORARY_FILES = "temporary files left";

	static final String STUCK_LOCKS = "stuck locks";

	static final String FILE_BROKEN = "broken file at rest";

	static final String FOREIGN_CHANGED = "foreign entries changed";

	static final String OTHER_ERRORS = "other errors";

	static final String THEIRS_LOST = "lock-less changes lost over 0.1 %";

	/**
	 * Replacements are started ahead, so that the load stays the same while a JVM starts.
	 */
	private static final int SPARES = 2;

	private static final long CHECK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final long REASSERTED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);

	/**
	 * Until a lock-less writer's change counts as lost at the end.
	 */
	private static final long MERGED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(2);

	private static final int PAUSE_BESIDE_LOCKLESS_MILLIS = 20;

	private static final int MOST_KILLS_AT_ONCE = 4;

	private final ChaosOptions options;

	private final PrintStream console;

	private final Surroundings surroundings;

	private final Children children;

	private final WorkerJvm jvm;

	private final Random random;

	private final PortRegistry registry;

	private final ForeignEntries foreign = new ForeignEntries();

	private final ChaosReport report = new ChaosReport("Chaos: workers that are killed at random");

	private final Waits updates = new Waits();

	private final List<WorkerProcess> workers = new ArrayList<>();

	private final Deque<WorkerProcess> spares = new ArrayDeque<>();

	private final List<LocklessWriter> lockless = new ArrayList<>();

	private final Set<Long> deadPids = new HashSet<>();

	private final Set<String> deadIds = new HashSet<>();

	private final Set<String> lost = new HashSet<>();

	private final Map<String, Long> missingSince = new HashMap<>();

	private final Waits missingTimes = new Waits();

	private int kills;

	private int lookupsOfKilled;

	private int checks;

	private int started;

	private double nextKill;

	private ChaosRun(ChaosOptions options, PrintStream console, Surroundings surroundings, Children children)
			throws IOException, InterruptedException {
		this.options = options;
		this.console = console;
		this.surroundings = surroundings;
		this.children = children;
		this.random = new Random(options.seed());
		this.jvm = new WorkerJvm(surroundings.workFolder(), children, options.workers() + options.kills() + SPARES,
				WorkerJvm.SHORT_LIVED);
		this.registry = new FilePortRegistry(surroundings.file(), Duration.ofSeconds(30));
	}

	/**
	 * Run, and clean up whatever happens.
	 * @param options what to do
	 * @param console where the progress is told
	 */
	static ChaosReport run(ChaosOptions options, PrintStream console) throws Exception {
		try (Surroundings surroundings = new Surroundings(options.folder()); Children children = new Children()) {
			return new ChaosRun(options, console, surroundings, children).run();
		}
	}

	private ChaosReport run() throws Exception {
		this.report.mustNotHappen(LIVE_LOST, DEAD_RETURNED, WRONG_AT_REST, REMOVED_RETURNED, TEMPORARY_FILES,
				STUCK_LOCKS, FILE_BROKEN, FOREIGN_CHANGED, OTHER_ERRORS);
		this.foreign.plant(this.surroundings.file());
		long start = System.nanoTime();
		try {
			work(start);
			this.report.fact("operations", operations() + " of " + this.options.operations());
			this.report.fact("kills", this.kills + " of " + this.options.kills());
			this.report.fact("seconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
			rest();
		}
		finally {
			if (this.registry instanceof AutoCloseable closeable) {
				closeable.close();
			}
		}
		this.report.fact("look-ups by the coordinator", this.checks);
		this.report.fact("update", this.updates);
		this.report.fact("workers", this.options.workers() + " and " + SPARES + " spare, " + this.started + " started");
		this.report.fact("seed", this.options.seed());
		this.surroundings.describe(this.report);
		if (!this.report.isPassed()) {
			this.surroundings.keep(this.report);
		}
		return this.report;
	}

	private void work(long start) throws IOException {
		for (int i = 0; i < this.options.workers() + SPARES; i++) {
			this.spares.add(startWorker());
		}
		for (int i = 0; i < this.options.workers(); i++) {
			employ();
		}
		for (int i = 1; i <= this.options.node(); i++) {
			this.lockless.add(LocklessWriter.start(this.surroundings, this.children, i, this.options.nodeOperations(),
					this.options.seed()));
		}
		scheduleKill();
		long end = start + TimeUnit.SECONDS.toNanos(this.options.seconds());
		long nextProgress = start + PROGRESS_NANOS;
		while (!isDone() && System.nanoTime() - end < 0) {
			if (this.kills < this.options.kills() && operations() >= this.nextKill) {
				killSome();
				scheduleKill();
			}
			check();
			if (System.nanoTime() - nextProgress > 0) {
				nextProgress += PROGRESS_NANOS;
				this.console.printf("%4d s: %d operations, %d kills, %s%n",
						TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), operations(), this.kills,
						this.report.isPassed() ? "all well" : "violations: " + this.report.counts());
			}
			LockSupport.parkNanos((long) (this.random.nextDouble() * CHECK_PAUSE_NANOS));
		}
	}

	private boolean isDone() {
		return operations() >= this.options.operations() && this.kills >= this.options.kills()
				&& this.lockless.stream().allMatch(LocklessWriter::isDone);
	}

	private int operations() {
		return this.updates.size() + this.lookupsOfKilled
				+ this.workers.stream().mapToInt(WorkerProcess::lookups).sum();
	}

	/**
	 * Kills are spread over the operations, so that both totals are reached together.
	 */
	private void scheduleKill() {
		double share = (double) this.options.operations() / Math.max(1, this.options.kills());
		this.nextKill = (this.kills + this.random.nextDouble()) * share;
	}

	private WorkerProcess startWorker() throws IOException {
		boolean beside = this.options.node() > 0;
		Process process = this.jvm.start(List.of(this.surroundings.file().toString(), Integer.toString(++this.started),
				Long.toString(this.random.nextLong()), "0",
				Integer.toString(beside ? PAUSE_BESIDE_LOCKLESS_MILLIS : 0)));
		// The system gives the numbers of processes anew.
		this.deadPids.remove(process.pid());
		return new WorkerProcess(process, this.updates);
	}

	private void employ() {
		WorkerProcess worker = this.spares.remove();
		worker.tell("go");
		this.workers.add(worker);
	}

	/**
	 * Kill mostly one, and now and then several at the same moment.
	 */
	private void killSome() throws IOException {
		int count = (this.random.nextInt(10) > 0) ? 1 : 1 + this.random.nextInt(MOST_KILLS_AT_ONCE);
		Set<WorkerProcess> victims = new LinkedHashSet<>();
		for (int i = 0; i < Math.min(count, this.options.kills() - this.kills); i++) {
			victims.add(this.workers.get(this.random.nextInt(this.workers.size())));
		}
		victims.forEach(WorkerProcess::kill);
		for (WorkerProcess victim : victims) {
			bury(victim);
			this.kills++;
			this.spares.add(startWorker());
			employ();
		}
	}

	private void bury(WorkerProcess worker) {
		worker.reap();
		collectErrors(worker);
		this.workers.remove(worker);
		this.lookupsOfKilled += worker.lookups();
		this.deadPids.add(worker.pid());
		this.deadIds.addAll(worker.registered().keySet());
		this.deadIds.addAll(worker.removed());
		worker.registered().keySet().forEach(this.missingSince::remove);
	}

	/**
	 * Look everything up, and compare.
	 */
	private void check() {
		Map<String, WorkerProcess> expected = new HashMap<>();
		this.workers.forEach((worker) -> worker.registered().keySet().forEach((id) -> expected.put(id, worker)));
		List<PortRegistration> found = lookUp();
		found.stream().map(PortRegistration::instanceId).forEach(expected::remove);
		expected.forEach((id, worker) -> {
			// It may have said meanwhile that it removes the entry.
			if (!worker.hearAll()) {
				this.report.happened(STUCK_LOCKS, "process " + worker.pid() + " does not answer");
			}
			if (worker.isRegistered(id)) {
				missing(id, worker);
			}
		});
		this.missingSince.keySet().removeIf((id) -> !expected.containsKey(id) && isBack(id));
		for (WorkerProcess worker : List.copyOf(this.workers)) {
			collectErrors(worker);
			if (worker.hasEnded()) {
				this.report.happened(OTHER_ERRORS, "process " + worker.pid() + " ended by itself; " + errorOutput());
				bury(worker);
			}
		}
	}

	private List<PortRegistration> lookUp() {
		this.checks++;
		try {
			List<PortRegistration> found = this.registry.registrations();
			found.stream()
				.filter((registration) -> this.deadPids.contains(registration.pid())
						|| this.deadIds.contains(registration.instanceId()))
				.forEach((registration) -> this.report.happened(DEAD_RETURNED, registration.toString()));
			return found;
		}
		catch (PortRegistryException ex) {
			this.report.happened(OTHER_ERRORS, "look-up failed: " + ex.getMessage());
			return List.of();
		}
	}

	/**
	 * A program that takes no lock may throw an entry out, for a moment.
	 */
	private void missing(String id, WorkerProcess worker) {
		if (!this.lockless.isEmpty()) {
			this.missingSince.putIfAbsent(id, System.nanoTime());
		}
		else if (this.lost.add(id)) {
			this.report.happened(LIVE_LOST, id + " of process " + worker.pid());
		}
	}

	private boolean isBack(String id) {
		this.missingTimes.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - this.missingSince.get(id)));
		return true;
	}

	private void collectErrors(WorkerProcess worker) {
		for (String error : worker.takeErrors()) {
			String[] words = error.split(" ", 2);
			if (!words[0].equals("missed")) {
				this.report.happened(words[0].equals("lock") ? STUCK_LOCKS : OTHER_ERRORS, words[1]);
			}
			else if (this.lockless.isEmpty() && this.lost.add(words[1])) {
				this.report.happened(LIVE_LOST, words[1] + " in the look-up of its own process " + worker.pid());
			}
		}
	}

	private String errorOutput() {
		try {
			return this.jvm.errors();
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/**
	 * Let everything come to rest and compare exactly.
	 */
	private void rest() throws IOException {
		this.spares.forEach(WorkerProcess::kill);
		this.workers.forEach((worker) -> worker.tell("stop"));
		for (WorkerProcess worker : this.workers) {
			if (!worker.awaitStopped()) {
				this.report.happened(STUCK_LOCKS, "process " + worker.pid() + " does not come to an end");
			}
		}
		checkLockless();
		Map<String, Integer> expected = new HashMap<>();
		this.workers.forEach((worker) -> {
			worker.hearAll();
			expected.putAll(worker.registered());
		});
		awaitReassertion(expected.keySet());
		check();
		updateOurselves();
		compare(expected);
		JsonNode registry = this.foreign.check(this.surroundings.file(), this.report);
		registry.forEachEntry((key, entry) -> {
			if (this.deadPids.contains(entry.path("pid").asLong(0))) {
				this.report.happened(WRONG_AT_REST, "the file still has the dead entry " + key);
			}
		});
		for (Path file : this.surroundings.temporaryFiles()) {
			this.report.happened(TEMPORARY_FILES, file.toString());
		}
		List<WorkerProcess> last = List.copyOf(this.workers);
		last.forEach(WorkerProcess::kill);
		last.forEach(this::bury);
		lookUp();
		this.lockless.forEach(LocklessWriter::kill);
	}

	/**
	 * Whoever writes next finds the lock free and clears away what the killed left.
	 */
	private void updateOurselves() {
		try {
			PortRegistration own = PortRegistration.builder("foreign-coordinator", 9).build();
			this.registry.register(own);
			this.registry.prune();
			this.registry.deregister(own.instanceId());
		}
		catch (PortRegistryException ex) {
			this.report.happened(STUCK_LOCKS, "the coordinator cannot write: " + ex.getMessage());
		}
	}

	private void compare(Map<String, Integer> expected) {
		Set<String> removed = new HashSet<>();
		this.workers.forEach((worker) -> removed.addAll(worker.removed()));
		Map<String, Integer> found = new HashMap<>();
		lookUp().stream()
			.filter((registration) -> !this.foreign.isForeign(registration.serviceName())
					&& !registration.serviceName().startsWith("lockless-"))
			.forEach((registration) -> found.put(registration.instanceId(), registration.port()));
		expected.forEach((id, port) -> {
			if (!found.containsKey(id)) {
				if (this.lost.add(id)) {
					this.report.happened(LIVE_LOST, id + " at rest");
				}
			}
			else if (!Objects.equals(port, found.get(id))) {
				this.report.happened(WRONG_AT_REST, id + " has port " + found.get(id) + ", not " + port);
			}
		});
		found.keySet().stream().filter((id) -> !expected.containsKey(id)).forEach((id) -> {
			if (removed.contains(id)) {
				this.report.happened(REMOVED_RETURNED, id);
			}
			else if (!this.deadIds.contains(id)) {
				this.report.happened(WRONG_AT_REST, id + " belongs to nobody");
			}
		});
	}

	private void awaitReassertion(Set<String> expected) {
		long start = System.nanoTime();
		while (!this.lockless.isEmpty() && System.nanoTime() - start < REASSERTED_WITHIN_NANOS) {
			check();
			if (this.missingSince.isEmpty()) {
				return;
			}
			LockSupport.parkNanos(CHECK_PAUSE_NANOS);
		}
	}

	/**
	 * Among several programs that take no lock each loses changes of the others, whatever
	 * we do; so only with one of them its losses are ours.
	 */
	private void checkLockless() throws IOException {
		if (this.lockless.isEmpty()) {
			return;
		}
		this.report.mustNotHappen(THEIRS_LOST);
		int operations = 0;
		int lostChanges = 0;
		int torn = 0;
		for (LocklessWriter writer : this.lockless) {
			if (!writer.isDone()) {
				writer.kill();
			}
			JsonNode result = writer.result();
			operations += result.path("operations").asInt(0);
			torn += result.path("torn").asInt(0);
			lostChanges += result.path("lost").asInt(0) + lostAtRest(result.path("entries"));
			if (result.isEmpty()) {
				this.report.happened(OTHER_ERRORS, "a lock-less writer did not come to its end");
			}
		}
		this.report.fact("lock-less changes", operations);
		this.report.fact("lock-less changes lost", lostChanges);
		this.report.fact("torn reads of lock-less writers", torn);
		this.report.fact("until ours was back", this.missingTimes.toString());
		if (this.lockless.size() == 1 && lostChanges * 1000L > operations) {
			this.report.happened(THEIRS_LOST, lostChanges + " of " + operations);
		}
	}

	private int lostAtRest(JsonNode entries) throws IOException {
		long start = System.nanoTime();
		while (true) {
			JsonNode registry = this.foreign.check(this.surroundings.file(), new ChaosReport(""));
			int count = 0;
			for (Map.Entry<String, JsonNode> entry : entries.properties()) {
				JsonNode now = registry.path(entry.getKey());
				boolean same = entry.getValue().isNull() ? now.isMissingNode() : entry.getValue().equals(now);
				count += same ? 0 : 1;
			}
			if (count == 0 || System.nanoTime() - start > MERGED_WITHIN_NANOS) {
				return count;
			}
			LockSupport.parkNanos(CHECK_PAUSE_NANOS);
		}
	}

}
