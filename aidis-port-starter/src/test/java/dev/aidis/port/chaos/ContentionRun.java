package dev.aidis.port.chaos;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * Lets several processes update the file at the same time, and compares what is in it.
 */
final class ContentionRun {

	static final String WRONG = "wrong results";

	private ContentionRun() {
	}

	static List<ChaosReport> run(ChaosOptions options, PrintStream console) throws Exception {
		List<ChaosReport> reports = new ArrayList<>();
		int starts = options.contention().stream().mapToInt(Integer::intValue).sum();
		try (Surroundings surroundings = new Surroundings(options.folder()); Children children = new Children()) {
			WorkerJvm jvm = new WorkerJvm(surroundings.workFolder(), children, starts, List.of());
			for (int processes : options.contention()) {
				console.println(processes + " processes update at once");
				ChaosReport report = new ChaosReport("Contention: " + processes + " processes update at once");
				report.mustNotHappen(WRONG);
				run(options, processes, surroundings, jvm, report);
				surroundings.describe(report);
				reports.add(report);
			}
		}
		return reports;
	}

	private static void run(ChaosOptions options, int processes, Surroundings surroundings, WorkerJvm jvm,
			ChaosReport report) throws Exception {
		Waits waits = new Waits();
		List<WorkerProcess> workers = new ArrayList<>();
		for (int number = 1; number <= processes; number++) {
			workers.add(new WorkerProcess(jvm.start(List.of(surroundings.file().toString(), Integer.toString(number),
					Long.toString(options.seed() + number), Integer.toString(options.updates()), "0",
					Integer.toString(options.warmUp()))), waits));
		}
		workers.forEach(WorkerProcess::awaitReady);
		long start = System.nanoTime();
		workers.forEach((worker) -> worker.tell("go"));
		for (WorkerProcess worker : workers) {
			if (!worker.awaitStopped() || worker.hasEnded()) {
				report.happened(WRONG, "process " + worker.pid() + " did not come to its end: " + jvm.errors());
			}
			worker.takeErrors().forEach((error) -> report.happened(WRONG, error));
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		compare(workers, surroundings, report);
		report.fact("operations", waits.size());
		if (waits.size() != processes * options.updates()) {
			report.happened(WRONG, waits.size() + " updates were made, not " + processes * options.updates());
		}
		report.fact("operations per second", Math.round(waits.size() / seconds));
		report.fact("update", waits);
		workers.forEach(WorkerProcess::kill);
		workers.forEach(WorkerProcess::reap);
	}

	private static void compare(List<WorkerProcess> workers, Surroundings surroundings, ChaosReport report)
			throws Exception {
		Map<String, Integer> expected = new HashMap<>();
		workers.forEach((worker) -> expected.putAll(worker.registered()));
		FilePortRegistry registry = new FilePortRegistry(surroundings.file(), Duration.ofSeconds(30));
		Map<String, Integer> found = new HashMap<>();
		registry.registrations().forEach((registration) -> add(found, registration));
		registry.close();
		if (expected.size() != workers.size()) {
			report.happened(WRONG, expected.size() + " processes have registered, not " + workers.size());
		}
		expected.forEach((id, port) -> {
			if (!Objects.equals(found.remove(id), port)) {
				report.happened(WRONG, id + " is not as it was written last");
			}
		});
		found.keySet().forEach((id) -> report.happened(WRONG, id + " belongs to nobody"));
	}

	private static void add(Map<String, Integer> found, PortRegistration registration) {
		found.put(registration.instanceId(), registration.port());
	}

}
