package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.PortRegistryObserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What an observer is told of the registry.
 */
class RegistryObserverTests {

	@TempDir
	Path folder;

	private Path file;

	private final Recorder recorder = new Recorder();

	private FilePortRegistry registry;

	private final PortRegistration orders = PortRegistration.builder("orders", 41873).build();

	@BeforeEach
	void setFile() {
		this.file = this.folder.resolve("port-registry.json");
		this.registry = registry(Duration.ofMinutes(1), this.recorder);
	}

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Test
	void aWriteTakesTheLockAndIsToldAfterIt() {
		this.registry.register(this.orders);
		assertThat(this.recorder.calls).startsWith("locked", "written").doesNotContain("reasserted 1", "recovered");
		assertThat(this.recorder.nanos).allMatch((nanos) -> nanos > 0);
	}

	@Test
	void aChangeThatChangesNothingIsNoWrite() {
		this.registry.prune();
		assertThat(this.recorder.calls).containsExactly("locked");
	}

	@Test
	void lookUpsAreNotToldOf() {
		this.registry.registrations("orders");
		this.registry.registrations();
		this.registry.staleRegistrations();
		assertThat(this.recorder.calls).isEmpty();
	}

	@Test
	void anEntryThatIsPutBackIsToldOfOnce() throws IOException {
		this.registry.register(this.orders);
		Files.writeString(this.file, "{}\n");
		await().untilAsserted(() -> assertThat(this.recorder.calls).contains("reasserted 1"));
		assertThat(this.registry.registrations()).containsExactly(this.orders);
		assertThat(this.recorder.calls.stream().filter("reasserted 1"::equals)).hasSize(1);
	}

	@Test
	void aBrokenFileThatIsRebuiltIsToldOf() throws IOException {
		Files.writeString(this.file, "[]");
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.now().minusSeconds(10)));
		this.registry.register(this.orders);
		assertThat(this.recorder.calls).containsOnlyOnce("recovered");
		assertThat(this.registry.registrations()).containsExactly(this.orders);
	}

	@Test
	void aLockThatIsNotToBeHadInTimeIsToldOf() throws Exception {
		try (JavaProcess holder = JavaProcess.start(RegistryProcess.class, "lock", this.file.toString());
				FilePortRegistry impatient = registry(Duration.ofMillis(100), this.recorder)) {
			holder.awaitLine("locked");
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> impatient.register(this.orders));
			assertThat(this.recorder.calls).contains("timeout").doesNotContain("locked");
			assertThat(this.recorder.nanos.get(0)).isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
		}
	}

	@Test
	void anObserverThatFailsHarmsNothing() throws IOException {
		Files.writeString(this.file, "[]");
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.now().minusSeconds(10)));
		try (FilePortRegistry observed = registry(Duration.ofMinutes(1), new Failing())) {
			observed.register(this.orders);
			assertThat(observed.registrations()).containsExactly(this.orders);
			Files.writeString(this.file, "{}\n");
			await().untilAsserted(() -> assertThat(this.registry.registrations()).containsExactly(this.orders));
		}
	}

	private FilePortRegistry registry(Duration lockTimeout, PortRegistryObserver observer) {
		return new FilePortRegistry(this.file, FileRegistryProperties.withLockTimeout(lockTimeout), InstanceProbe.NONE,
				observer);
	}

	private static final class Recorder implements PortRegistryObserver {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		private final List<Long> nanos = new CopyOnWriteArrayList<>();

		@Override
		public void locked(long waitedNanos) {
			this.calls.add("locked");
			this.nanos.add(waitedNanos);
		}

		@Override
		public void lockTimedOut(long waitedNanos) {
			this.calls.add("timeout");
			this.nanos.add(waitedNanos);
		}

		@Override
		public void written(long tookNanos) {
			this.calls.add("written");
			this.nanos.add(tookNanos);
		}

		@Override
		public void reasserted(int entries) {
			this.calls.add("reasserted " + entries);
		}

		@Override
		public void recovered() {
			this.calls.add("recovered");
		}

	}

	private static final class Failing implements PortRegistryObserver {

		@Override
		public void locked(long waitedNanos) {
			throw new IllegalStateException("locked");
		}

		@Override
		public void written(long tookNanos) {
			throw new IllegalStateException("written");
		}

		@Override
		public void reasserted(int entries) {
			throw new IllegalStateException("reasserted");
		}

		@Override
		public void recovered() {
			throw new IllegalStateException("recovered");
		}

	}

}
