package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.registry.file.LiveSlots.State;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of removals that fail.
 */
@ExtendWith(OutputCaptureExtension.class)
class RemovalsTests {

	private static final Duration HOUR = Duration.ofHours(1);

	@TempDir
	Path folder;

	Path file;

	private FailingStorage storage;

	private final List<FilePortRegistry> registries = new ArrayList<>();

	private final PortRegistration orders = PortRegistration.builder("orders", 41873).build();

	@BeforeEach
	void createStorage() {
		this.file = this.folder.resolve("port-registry.json");
		this.storage = new FailingStorage(this.file);
	}

	@AfterEach
	void close() {
		this.storage.failing = false;
		this.registries.forEach(FilePortRegistry::close);
	}

	@Test
	void removalThatFailsAHundredTimesMoreIsLeftAndToldOf(CapturedOutput output) {
		FilePortRegistry registry = registry(Duration.ofMillis(1));
		registry.register(this.orders);
		this.storage.failing = true;
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> registry.deregister(this.orders.instanceId()));
		assertThat(this.storage.attempts).hasPositiveValue();
		registry.close();
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(output).contains("Could not remove the entries of ["
					+ this.orders.instanceId() + "], which stay until this process ends"));
		await().until(() -> keepers().isEmpty());
		// To close the registry may interrupt one before it comes to writing.
		assertThat(this.storage.attempts.get()).isBetween(100, 101);
		assertThat(this.file).content().contains("orders");
		assertThat(LiveSlots.state(this.file, 1)).as("given back").isNotEqualTo(State.HELD);
	}

	@Test
	void attemptsAreCountedAnewForTheNextRemovalThatFails() {
		FilePortRegistry registry = registry(Duration.ofMillis(1));
		for (int round = 0; round < 2; round++) {
			registry.register(this.orders);
			this.storage.fail(60);
			assertThatExceptionOfType(PortRegistryException.class)
				.isThrownBy(() -> registry.deregister(this.orders.instanceId()));
			await().untilAsserted(() -> assertThat(this.file).content().isEqualTo("{}\n"));
		}
	}

	@Test
	void removalOfAnotherRegistrysInstanceThatFailsIsNotTriedAgain() throws IOException {
		Files.writeString(this.file, "{ \"x\": { \"port\": 1, \"pid\": " + ProcessHandle.current().pid()
				+ ", \"instanceId\": \"other\" } }");
		this.storage.failing = true;
		FilePortRegistry registry = registry(HOUR);
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> registry.deregister("other"));
		assertThat(keepers()).isEmpty();
		this.storage.failing = false;
		registry.deregister("other");
		assertThat(this.file).content().isEqualTo("{}\n");
		assertThat(keepers()).isEmpty();
	}

	@Test
	void deadEntriesGoWithARemoval() throws IOException {
		FilePortRegistry registry = registry(HOUR);
		registry.register(this.orders);
		Files.writeString(this.file, Files.readString(this.file)
			.replaceFirst("\\{", "{ \"dead\": { \"port\": 1, \"pid\": 999999999 }, \"note\": { \"port\": 2 },"));
		registry.deregister(this.orders.instanceId());
		assertThat(this.file).content().contains("note").doesNotContain("dead").doesNotContain("orders");
	}

	@Test
	void instanceThatIsWantedAgainIsNotRemovedThoughItsRemovalHadFailed() {
		FilePortRegistry registry = registry(Duration.ofMillis(20));
		registry.register(this.orders);
		this.storage.failing = true;
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> registry.deregister(this.orders.instanceId()));
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(
				() -> registry.register(this.orders.with((builder) -> builder.status(PortRegistration.Status.UP))));
		this.storage.failing = false;
		await().during(Duration.ofMillis(200))
			.untilAsserted(() -> assertThat(registry.registrations("orders")).hasSize(1)
				.extracting(PortRegistration::status)
				.containsExactly(PortRegistration.Status.UP));
	}

	@Test
	void registryThatIsGoneHasNothingToRemove() throws IOException {
		FilePortRegistry registry = registry(HOUR);
		registry.register(this.orders);
		Files.delete(this.file);
		registry.deregister(this.orders.instanceId());
		assertThat(this.file).doesNotExist();
		assertThat(LiveSlots.state(this.file, 1)).isNotEqualTo(State.HELD);
	}

	@Test
	void removalThatSucceedsIsWatchedOverForSomeSecondsAndThenTheThreadEnds() {
		FilePortRegistry registry = registry(Duration.ofMillis(20));
		registry.register(this.orders);
		registry.deregister(this.orders.instanceId());
		long start = System.nanoTime();
		await().during(Duration.ofSeconds(2)).until(() -> !keepers().isEmpty());
		await().until(() -> keepers().isEmpty());
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(4));
	}

	private List<Thread> keepers() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("aidis-port-keeper of " + this.file))
			.toList();
	}

	private FilePortRegistry registry(Duration checkInterval) {
		FileRegistryProperties properties = FileRegistryProperties.withLockTimeout(Duration.ofSeconds(30));
		properties.setCheckInterval(checkInterval);
		properties.setWatch(false);
		ProcessTable processes = ProcessTable.system();
		FilePortRegistry registry = new FilePortRegistry(this.storage, properties, InstanceProbe.NONE, processes,
				ProcessIdentity.current(processes));
		this.registries.add(registry);
		return registry;
	}

	private static final class FailingStorage extends RegistryStorage {

		private final AtomicInteger attempts = new AtomicInteger();

		private final AtomicInteger failures = new AtomicInteger();

		private volatile boolean failing;

		FailingStorage(Path file) {
			super(file);
		}

		void fail(int times) {
			this.failures.set(times);
		}

		@Override
		Path prepare(byte[] content) throws IOException {
			if (this.failing || this.failures.get() > 0) {
				this.failures.decrementAndGet();
				this.attempts.incrementAndGet();
				throw new IOException("No space left on device");
			}
			return super.prepare(content);
		}

	}

}
