package dev.aidis.port.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * Measures look-ups and updates with few and with many entries in the file, in one
 * process and after it has warmed up.
 */
final class FiguresRun {

	private static final int[] SIZES = { 1, 100, 10_000 };

	private static final Duration SETTLED = Duration.ofSeconds(10);

	private FiguresRun() {
	}

	static ChaosReport run(ChaosOptions options, PrintStream console) throws Exception {
		ChaosReport report = new ChaosReport("Figures: medians in one process");
		for (int size : SIZES) {
			console.println("Measuring with " + size + " entries");
			try (Surroundings surroundings = new Surroundings(options.folder())) {
				PortRegistry registry = new FilePortRegistry(surroundings.file(), Duration.ofSeconds(30));
				measure(registry, surroundings.file(), size, report);
				if (registry instanceof AutoCloseable closeable) {
					closeable.close();
				}
				if (size == SIZES[SIZES.length - 1]) {
					surroundings.describe(report);
				}
			}
		}
		return report;
	}

	private static void measure(PortRegistry registry, Path file, int size, ChaosReport report) throws IOException {
		PortRegistration own = PortRegistration.builder("own", 9).build();
		registry.register(own);
		fill(file, size);
		Supplier<Object> lookUp = () -> registry.registrations("own");
		settle(file);
		report.fact("cached look-up, " + size, median(lookUp, 20_000, () -> {
		}));
		int repetitions = (size > 1000) ? 60 : 1000;
		report.fact("look-up of a changed file, " + size, median(lookUp, repetitions, () -> replaceByCopy(file)));
		int[] port = { 10_000 };
		report.fact("update, " + size, median(() -> {
			registry.register(own.with((builder) -> builder.port(++port[0])));
			return registry;
		}, repetitions, () -> {
		}));
	}

	/**
	 * All others are entries of this process, too, under names of their own.
	 */
	private static void fill(Path file, int size) throws IOException {
		JsonMapper mapper = new JsonMapper();
		ObjectNode registry = (ObjectNode) mapper.readTree(Files.readAllBytes(file));
		JsonNode pattern = registry.path("own");
		for (int number = 1; number < size; number++) {
			ObjectNode entry = (ObjectNode) pattern.deepCopy();
			String name = "other-" + number;
			entry.put("serviceName", name);
			entry.put("instanceId", name);
			entry.remove("slot");
			registry.set(name, entry);
		}
		Files.writeString(file, registry.toPrettyString() + "\n");
	}

	/**
	 * What was written a moment ago may change again without looking changed.
	 */
	private static void settle(Path file) throws IOException {
		Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(SETTLED)));
	}

	private static void replaceByCopy(Path file) throws IOException {
		Path copy = file.resolveSibling("copy.json");
		Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
		settle(copy);
		Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	/**
	 * The first half warms up.
	 */
	private static String median(Supplier<Object> action, int repetitions, Preparation before) throws IOException {
		Waits waits = new Waits();
		for (int count = 0; count < repetitions * 2; count++) {
			before.prepare();
			long start = System.nanoTime();
			action.get();
			long end = System.nanoTime();
			if (count >= repetitions) {
				waits.add(TimeUnit.NANOSECONDS.toMicros(end - start));
			}
		}
		return waits.median();
	}

	private interface Preparation {

		void prepare() throws IOException;

	}

}
