package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What the registry does by itself, while nobody calls it.
 */
@ExtendWith(OutputCaptureExtension.class)
class OwnInstancesTests {

	private static final String LIVE_FOREIGN = "{ \"legacy\": { \"port\": 5000, \"pid\": "
			+ ProcessHandle.current().pid() + " } }";

	@TempDir
	Path folder;

	Path file;

	private final List<FilePortRegistry> registries = new ArrayList<>();

	private final PortRegistration orders = PortRegistration.builder("orders", 41873).build();

	@BeforeEach
	void setFile() {
		this.file = this.folder.resolve("port-registry.json");
	}

	@AfterEach
	void close() {
		this.registries.forEach(FilePortRegistry::close);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void entryThatSomebodyRemovesOrAltersIsPutBack(boolean watch) throws IOException {
		FilePortRegistry registry = registry(new RegistryStorage(this.file), watch);
		registry.register(this.orders);
		String good = Files.readString(this.file);
		for (String bad : List.of("{}\n", good.replace("41873", "1"), good.replace("\"slot\": 1", "\"slot\": 9"),
				good.replace("\"instanceId\"", "\"other\""))) {
			assertThat(bad).isNotEqualTo(good);
			Files.writeString(this.file, bad);
			await().untilAsserted(() -> assertThat(registry.registrations("orders")).containsExactly(this.orders));
		}
		await().untilAsserted(() -> assertThat(this.file).content().contains("\"slot\": 1"));
	}

	@Test
	void registryThatIsDeletedIsCompleteAgainWithWhatIsForeignAndLives() throws IOException {
		Files.writeString(this.file, LIVE_FOREIGN);
		FilePortRegistry one = registry();
		FilePortRegistry two = registry();
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		one.register(this.orders);
		two.register(stock);
		assertThat(one.registrations()).hasSize(3);
		assertThat(two.registrations()).hasSize(3);
		Files.delete(this.file);
		await().untilAsserted(() -> assertThat(registry().registrations()).extracting(PortRegistration::serviceName)
			.containsExactlyInAnyOrder("legacy", "orders", "stock"));
	}

	@Test
	void folderThatIsDeletedIsMadeAnew() throws IOException {
		Path deeper = this.folder.resolve("run").resolve("port-registry.json");
		FilePortRegistry registry = registry(new RegistryStorage(deeper), true);
		registry.register(this.orders);
		// In one step, since the registry may be putting something back.
		Path deleted = Files.move(deeper.getParent(), this.folder.resolve("deleted"));
		FileSystemUtils.deleteRecursively(deleted);
		await().untilAsserted(() -> assertThat(registry.registrations("orders")).containsExactly(this.orders));
	}

	@Test
	void brokenFileIsHealedThoughNobodyCalls(CapturedOutput output) throws IOException {
		FilePortRegistry one = registry();
		FilePortRegistry two = registry();
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		one.register(this.orders);
		two.register(stock);
		Files.writeString(this.file, "{ \"half\": ");
		assertThat(one.registrations()).as("what was last good").isNotEmpty();
		await().ignoreExceptions().untilAsserted(() -> {
			one.verify();
			assertThat(registry().registrations()).containsExactlyInAnyOrder(this.orders, stock);
		});
		assertThat(output).containsOnlyOnce("The broken file is kept as port-registry.json.corrupt-1");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void deletedLockAndLiveFilesAreMadeAnewAndTheByteTakenAgain() throws IOException {
		FilePortRegistry registry = registry();
		registry.register(this.orders);
		Path live = LiveSlots.fileFor(this.file);
		Files.delete(RegistryLock.fileFor(this.file));
		Files.delete(live);
		await().until(() -> Files.exists(live) && LiveSlots.state(this.file, 1) == LiveSlots.State.HELD);
		registry.register(this.orders.with((builder) -> builder.status(Status.UP)));
		assertThat(RegistryLock.fileFor(this.file)).exists();
		assertThat(registry.problem(this.orders.instanceId())).isEmpty();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void somethingElseInThePlaceOfTheBytesIsToldOfAndTheByteTakenOnceItIsGone() throws IOException {
		FilePortRegistry registry = registry();
		registry.register(this.orders);
		Path live = LiveSlots.fileFor(this.file);
		Files.delete(live);
		Files.createDirectory(live);
		await().until(() -> registry.problem(this.orders.instanceId())
			.filter((problem) -> problem.contains("no regular file but a folder"))
			.isPresent());
		Files.delete(live);
		await().until(() -> registry.problem(this.orders.instanceId()).isEmpty());
		assertThat(LiveSlots.state(this.file, 1)).isEqualTo(LiveSlots.State.HELD);
		registry.deregister(this.orders.instanceId());
		assertThat(this.file).content().isEqualTo("{}\n");
	}

	@Test
	void deadEntryThatCannotBeRemovedForNowIsRemovedLater() throws IOException {
		FailingStorage storage = new FailingStorage(this.file);
		FilePortRegistry registry = registry(storage, true);
		registry.register(this.orders);
		storage.failing = true;
		Path written = this.folder.resolve("written");
		Files.writeString(written,
				Files.readString(this.file).replaceFirst("\\{", "{ \"dead\": { \"port\": 5000, \"pid\": 999999999 },"));
		Files.move(written, this.file, StandardCopyOption.REPLACE_EXISTING);
		await().until(() -> storage.attempts > 1);
		assertThat(registry.problem(this.orders.instanceId())).as("our own is in order").isEmpty();
		storage.failing = false;
		await().untilAsserted(() -> assertThat(this.file).content().doesNotContain("dead").contains("orders"));
	}

	@Test
	void whatCannotBeWrittenIsTriedAgainAndToldOfOnce(CapturedOutput output) {
		FailingStorage storage = new FailingStorage(this.file);
		FilePortRegistry registry = registry(storage, true);
		storage.failing = true;
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> registry.register(this.orders))
			.withMessageContaining("No space left on device");
		assertThat(registry.problem(this.orders.instanceId()))
			.hasValueSatisfying((problem) -> assertThat(problem).contains("No space left on device"));
		await().until(() -> storage.attempts > 3);
		assertThat(this.file).doesNotExist();
		storage.failing = false;
		await().untilAsserted(() -> assertThat(registry.registrations("orders")).containsExactly(this.orders));
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("Service 'orders' is now registered in"));
		assertThat(registry.problem(this.orders.instanceId())).isEmpty();
	}

	@Test
	void registryThatFailsLaterIsToldOfOnce(CapturedOutput output) throws IOException {
		FailingStorage storage = new FailingStorage(this.file);
		FilePortRegistry registry = registry(storage, true);
		registry.register(this.orders);
		storage.failing = true;
		Files.writeString(this.file, "{}\n");
		await().until(() -> storage.attempts > 3);
		assertThat(output)
			.containsOnlyOnce("Service 'orders' at http://localhost:41873 runs, but others cannot find it for now");
		assertThat(registry.problem(this.orders.instanceId())).isPresent();
		storage.failing = false;
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("Service 'orders' is now registered in"));
	}

	@Test
	void whatCannotBeRemovedIsTriedAgainAlsoAfterTheRegistryIsClosed() {
		FailingStorage storage = new FailingStorage(this.file);
		FilePortRegistry registry = registry(storage, true);
		registry.register(this.orders);
		storage.failing = true;
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> registry.deregister(this.orders.instanceId()));
		registry.close();
		assertThat(registry().registrations("orders")).as("still there").isNotEmpty();
		storage.failing = false;
		await().untilAsserted(() -> assertThat(this.file).content().isEqualTo("{}\n"));
	}

	@Test
	void whatAProgramWithoutALockBringsBackIsRemovedAgain() throws IOException {
		FilePortRegistry registry = registry();
		registry.register(this.orders);
		String before = Files.readString(this.file);
		registry.deregister(this.orders.instanceId());
		Files.writeString(this.file, before);
		await().untilAsserted(() -> assertThat(this.file).content().isEqualTo("{}\n"));
		registry.register(this.orders);
		assertThat(registry.registrations("orders")).as("wanted again").containsExactly(this.orders);
		await().during(Duration.ofMillis(200))
			.untilAsserted(() -> assertThat(registry.registrations("orders")).containsExactly(this.orders));
	}

	@Test
	void removedInstanceFreesItsByte() {
		FilePortRegistry registry = registry();
		registry.register(this.orders);
		assertThat(LiveSlots.state(this.file, 1)).isEqualTo(LiveSlots.State.HELD);
		registry.deregister(this.orders.instanceId());
		assertThat(LiveSlots.state(this.file, 1)).isNotEqualTo(LiveSlots.State.HELD);
	}

	@Test
	void deadEntryIsRemovedThoughNobodyWrites() throws IOException {
		FilePortRegistry registry = registry();
		registry.register(this.orders);
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		registry.register(stock);
		Path written = this.folder.resolve("written");
		Files.writeString(written,
				Files.readString(this.file).replaceFirst("\\{", "{ \"dead\": { \"port\": 5000, \"pid\": 999999999 },"));
		Files.move(written, this.file, StandardCopyOption.REPLACE_EXISTING);
		await().untilAsserted(() -> assertThat(this.file).content().doesNotContain("dead").contains("stock"));
	}

	@Test
	void replicaTakesThePlainNameThatSomebodyRemoved() throws IOException {
		Files.writeString(this.file, LIVE_FOREIGN.replace("legacy", "orders"));
		FilePortRegistry registry = registry();
		registry.register(this.orders);
		assertThat(this.file).content().contains("\"orders#2\"");
		Files.writeString(this.file, Files.readString(this.file).replace("\"orders\": {", "\"gone\": {"));
		await().untilAsserted(
				() -> assertThat(this.file).content().contains("\"orders\": {").doesNotContain("\"orders#2\""));
	}

	@Test
	void entryWhoseProcessIdBelongsToAnotherByNowGivesUpThePlainName() throws IOException {
		Files.writeString(this.file, "{ \"orders\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid()
				+ ", \"startedAt\": \"2001-01-01T00:00:00.000Z\" } }");
		FilePortRegistry registry = registry();
		registry.register(this.orders);
		assertThat(registry.registrations("orders")).containsExactly(this.orders);
		assertThat(this.file).content().contains("\"orders#2\": {\n    \"port\": 5000");
	}

	@Test
	void listenerThatFailsBadlyOrTakesLongKeepsNothingFromBeingPutBack() throws Exception {
		FilePortRegistry registry = registry();
		CountDownLatch listening = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		try (PortRegistry.Watch bad = registry.watch((change) -> {
			throw new AssertionError("planted failure");
		}); PortRegistry.Watch slow = registry.watch((change) -> {
			listening.countDown();
			awaitUninterruptibly(release);
		})) {
			registry.register(this.orders);
			listening.await();
			Files.delete(this.file);
			await().untilAsserted(() -> assertThat(registry.registrations("orders")).containsExactly(this.orders));
		}
		finally {
			release.countDown();
		}
	}

	@Test
	void watcherIsToldOnceOfEntriesThatAreAlike() throws Exception {
		String alike = "{ \"port\": 5000, \"serviceName\": \"x\", \"pid\": " + ProcessHandle.current().pid() + " }";
		Files.writeString(this.file, "{ \"one\": " + alike + ", \"two\": " + alike.replace("5000", "5001") + " }");
		List<PortRegistryChange> changes = new CopyOnWriteArrayList<>();
		FilePortRegistry registry = registry();
		try (PortRegistry.Watch watch = registry.watch(changes::add)) {
			await().untilAsserted(() -> assertThat(changes).hasSize(2));
			await().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(changes).hasSize(2));
		}
	}

	@Test
	void watcherIsNotToldOfAServiceThatWasMissingForAMoment() throws Exception {
		List<PortRegistryChange> changes = new CopyOnWriteArrayList<>();
		FilePortRegistry registry = registry();
		registry.register(this.orders);
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		try (PortRegistry.Watch watch = registry.watch(changes::add)) {
			await().untilAsserted(() -> assertThat(changes).hasSize(1));
			Files.writeString(this.file, "{}\n");
			await().untilAsserted(() -> assertThat(registry.registrations("orders")).isNotEmpty());
			registry.register(stock);
			await().untilAsserted(() -> assertThat(changes).hasSize(2));
		}
		assertThat(changes).containsExactly(new PortRegistryChange.Registered(this.orders),
				new PortRegistryChange.Registered(stock));
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("nobody may interrupt a listener", ex);
		}
	}

	@Test
	void threadRunsOnlyWhileThereIsSomethingToKeep() {
		FilePortRegistry registry = registry();
		registry.registrations();
		assertThat(keepers()).isEmpty();
		registry.register(this.orders);
		assertThat(keepers()).hasSize(1);
		registry.close();
		await().untilAsserted(() -> assertThat(keepers()).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "Orders", "orders#2", "-orders", "a/b", "ünïcode",
			"a2345678901234567890123456789012345678901234567890123456789012345" })
	void nameThatCannotBeOneIsRefusedWithTheRule(String name) {
		PortRegistration registration = PortRegistration.builder(name, 41873).build();
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> registry().register(registration))
			.withMessageContaining("cannot be a service's name")
			.withMessageContaining("lower-case letters");
		assertThat(this.file).doesNotExist();
	}

	private List<Thread> keepers() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("aidis-port-keeper of " + this.file))
			.toList();
	}

	private FilePortRegistry registry() {
		return registry(new RegistryStorage(this.file), true);
	}

	private FilePortRegistry registry(RegistryStorage storage, boolean watch) {
		FileRegistryProperties properties = FileRegistryProperties.withLockTimeout(Duration.ofSeconds(30));
		properties.setCheckInterval(Duration.ofMillis(20));
		properties.setWatch(watch);
		ProcessTable processes = ProcessTable.system();
		FilePortRegistry registry = new FilePortRegistry(storage, properties, InstanceProbe.NONE, processes,
				ProcessIdentity.current(processes));
		this.registries.add(registry);
		return registry;
	}

	private static final class FailingStorage extends RegistryStorage {

		private volatile boolean failing;

		private volatile int attempts;

		FailingStorage(Path file) {
			super(file);
		}

		@Override
		Path prepare(byte[] content) throws IOException {
			if (this.failing) {
				synchronized (this) {
					this.attempts++;
				}
				throw new IOException("No space left on device");
			}
			return super.prepare(content);
		}

	}

}
