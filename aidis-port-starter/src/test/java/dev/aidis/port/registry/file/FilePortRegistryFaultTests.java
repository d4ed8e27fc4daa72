package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.registry.file.Faults.Variant;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left in the file when an I/O operation of a writer fails, or when the writer is
 * killed there, for each of its operations. Nothing is assumed about which these are, or
 * on which threads.
 * <p>
 * The file holds an entry of a program that is not ours and one of a neighbour, another
 * registry that is not disturbed.
 */
class FilePortRegistryFaultTests {

	/**
	 * How often a process is killed at each operation. The long form of the tests takes
	 * 100.
	 */
	private static final int HALTS = Integer.getInteger("aidis.chaos.halts", 1);

	/**
	 * No writer has fewer; if one had, it would not go through the faulty file system.
	 */
	private static final int FEWEST_OPERATIONS = 5;

	private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

	private static final String FILE_NAME = "port-registry.json";

	private static final String FOREIGN = """
			{
			  "legacy": {
			    "serviceName": "legacy",
			    "port": 5000,
			    "pid": %d,
			    "startedAt": "2099-01-01T00:00:00.000Z",
			    "healthEndpoint": "/healthz",
			    "owner": { "team": "Ünïcode", "ratio": 1.10, "list": [ 1, null, true ] }
			  },
			  "not a service": 42
			}
			""".formatted(ProcessHandle.current().pid());

	private static final PortRegistration NEIGHBOUR = PortRegistration.builder("neighbour", 41870).build();

	private static final PortRegistration ORDERS = PortRegistration.builder("orders", 41873).build();

	private static final PortRegistration LATER = PortRegistration.builder("later", 41874).build();

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	@TempDir
	Path folder;

	static Stream<Arguments> failures() {
		return Stream.of(Write.values())
			.flatMap((write) -> Stream
				.<Variant[]>of(new Variant[0], new Variant[] { Variant.PARTLY }, new Variant[] { Variant.LASTING },
						new Variant[] { Variant.PARTLY, Variant.LASTING })
				.map((variants) -> Arguments.of(write, variants)));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void writerWhoseOperationFailsLosesNothing(Write write, Variant[] variants) throws IOException {
		int operations = 0;
		while (failAt(operations + 1, write, variants)) {
			operations++;
		}
		assertThat(operations).isGreaterThanOrEqualTo(FEWEST_OPERATIONS);
	}

	/**
	 * Let an operation fail.
	 * @return whether the writer came to it
	 */
	private boolean failAt(int number, Write write, Variant... variants) throws IOException {
		try (Scene scene = new Scene(write)) {
			scene.process.failAt(number, variants);
			boolean failed = false;
			try {
				write.run(scene.registry);
			}
			catch (PortRegistryException ex) {
				failed = true;
			}
			boolean reached = scene.process.operations().size() >= number;
			scene.process.reset();
			boolean present = scene.assertWhole();
			if (failed) {
				assertThat(reached).as("something failed that was not planned").isTrue();
			}
			else {
				assertThat(present).as("entry present").isEqualTo(write.leavesAnEntry());
			}
			write.run(scene.registry);
			assertThat(scene.assertWhole()).as("entry present").isEqualTo(write.leavesAnEntry());
			assertThat(scene.neighbour.registrations(ORDERS.serviceName()))
				.isEqualTo(write.leavesAnEntry() ? List.of(ORDERS) : List.of());
			close(scene.registry);
			scene.assertIsInOrderAfterTheNextWrite();
			return reached;
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError(write + " with operation " + number + " failing", ex);
		}
	}

	@ParameterizedTest
	@MethodSource("kills")
	void writerThatIsKilledLeavesEverythingWholeAndNothingLocked(Write write, Variant[] variants) throws IOException {
		int kills = 0;
		while (killAt(kills / HALTS + 1, write, variants)) {
			kills++;
		}
		assertThat(kills / HALTS).isGreaterThanOrEqualTo(FEWEST_OPERATIONS);
		System.out.printf("%s killed %s: %d operations, %d kills, every one recovered%n", write,
				Arrays.toString(variants), kills / HALTS, kills);
	}

	/**
	 * Kill a writer at an operation, and let its neighbour go on.
	 * @return whether the writer came to it
	 */
	private boolean killAt(int number, Write write, Variant... variants) throws IOException {
		try (Scene scene = new Scene(write)) {
			boolean reached = haltAt(number, scene, variants);
			scene.assertWhole();
			scene.assertIsInOrderAfterTheNextWrite();
			return reached;
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError(write + " killed at operation " + number, ex);
		}
	}

	static Stream<Arguments> kills() {
		return Stream.of(Write.values())
			.flatMap((write) -> Stream.<Variant[]>of(new Variant[0], new Variant[] { Variant.PARTLY })
				.map((variants) -> Arguments.of(write, variants)));
	}

	/**
	 * Kill the process at an operation. How its code takes that does not matter.
	 * @return whether the process came to it
	 */
	private static boolean haltAt(int number, Scene scene, Variant... variants) {
		scene.process.haltAt(number, variants);
		try {
			scene.write.run(scene.registry);
			return scene.process.isHalted();
		}
		catch (Throwable ex) {
			assertThat(scene.process.isHalted()).as("killed when it threw " + ex).isTrue();
			return true;
		}
	}

	@Test
	void killedWriterThatGoesOnTryingDisturbsNobody() throws IOException {
		try (Scene scene = new Scene(Write.REGISTER)) {
			for (int attempt = 0; attempt < 3; attempt++) {
				assertThat(haltAt(1, scene)).isTrue();
				assertThat(scene.assertWhole()).isFalse();
			}
			scene.assertIsInOrderAfterTheNextWrite();
		}
	}

	/**
	 * Return a document without the entries that come and go.
	 */
	private static String others(ObjectNode document) {
		ObjectNode others = document.deepCopy();
		others.remove(ORDERS.serviceName());
		others.remove(LATER.serviceName());
		return others.toString();
	}

	/**
	 * Create a registry whose background thread does nothing, so that each operation is
	 * one of the call under test.
	 */
	private static FilePortRegistry quiet(Path file, Duration lockTimeout) {
		FileRegistryProperties properties = FileRegistryProperties.withLockTimeout(lockTimeout);
		properties.setCheckInterval(Duration.ofHours(1));
		properties.setWatch(false);
		return new FilePortRegistry(file, properties, InstanceProbe.NONE);
	}

	private static void close(FilePortRegistry registry) {
		try {
			registry.close();
		}
		catch (Throwable ex) {
			// The process it belongs to may be dead.
		}
	}

	/**
	 * What the process is about to do.
	 */
	private enum Write {

		REGISTER {
			@Override
			void run(FilePortRegistry registry) {
				registry.register(ORDERS);
			}

			@Override
			boolean leavesAnEntry() {
				return true;
			}
		},

		DEREGISTER {
			@Override
			void run(FilePortRegistry registry) {
				registry.deregister(ORDERS.instanceId());
			}

			@Override
			boolean leavesAnEntry() {
				return false;
			}
		};

		abstract void run(FilePortRegistry registry);

		abstract boolean leavesAnEntry();

	}

	/**
	 * A new file with its neighbour, and a process that is about to write it.
	 */
	private final class Scene implements AutoCloseable {

		private final Write write;

		private final Path file;

		private final FilePortRegistry neighbour;

		private final FaultyFileSystem process;

		private final FilePortRegistry registry;

		private final String others;

		private final List<String> fileNames;

		Scene(Write write) throws IOException {
			this.write = write;
			this.file = Files.createTempDirectory(FilePortRegistryFaultTests.this.folder, "scene").resolve(FILE_NAME);
			Files.writeString(this.file, FOREIGN);
			this.neighbour = quiet(this.file, LOCK_TIMEOUT);
			this.neighbour.register(NEIGHBOUR);
			this.others = others(read());
			this.fileNames = fileNames();
			this.process = FaultyFileSystem.over(this.file.getParent());
			this.registry = quiet(this.process.path(FILE_NAME), LOCK_TIMEOUT);
			if (!write.leavesAnEntry()) {
				this.registry.register(ORDERS);
				assertThat(assertWhole()).isTrue();
			}
			this.process.reset();
		}

		private ObjectNode read() throws IOException {
			JsonNode document = JSON.readTree(Files.readAllBytes(this.file));
			assertThat(document).isInstanceOf(ObjectNode.class);
			return (ObjectNode) document;
		}

		/**
		 * Assert that the file holds either what it held or what should be written.
		 * @return whether the entry that comes and goes is there
		 */
		private boolean assertWhole() throws IOException {
			ObjectNode document = read();
			assertThat(others(document)).isEqualTo(this.others);
			assertThat(this.neighbour.registrations(NEIGHBOUR.serviceName())).containsExactly(NEIGHBOUR);
			// Whether a process that was killed counts as one that lives is left open
			// here.
			assertThat(this.neighbour.registrations(ORDERS.serviceName())).isSubsetOf(ORDERS);
			JsonNode entry = document.path(ORDERS.serviceName());
			if (!entry.isMissingNode()) {
				assertThat(entry.path("instanceId").stringValue()).isEqualTo(ORDERS.instanceId());
				assertThat(entry.path("port").intValue()).isEqualTo(ORDERS.port());
			}
			return !entry.isMissingNode();
		}

		/**
		 * Assert that the lock is free, and that nothing is left lying about.
		 */
		private void assertIsInOrderAfterTheNextWrite() throws IOException {
			this.neighbour.register(LATER);
			assertThat(read().has(LATER.serviceName())).isTrue();
			this.neighbour.deregister(LATER.instanceId());
			assertThat(read().has(LATER.serviceName())).isFalse();
			assertWhole();
			// A background thread may be about to write.
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.untilAsserted(() -> assertThat(fileNames()).isEqualTo(this.fileNames));
		}

		private List<String> fileNames() throws IOException {
			try (Stream<Path> files = Files.list(this.file.getParent())) {
				return files.map((path) -> path.getFileName().toString()).sorted().toList();
			}
		}

		@Override
		public void close() {
			FilePortRegistryFaultTests.close(this.registry);
			FilePortRegistryFaultTests.close(this.neighbour);
		}

	}

}
