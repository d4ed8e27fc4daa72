package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.registry.file.LiveSlots.State;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How an instance gets into a file in which others have written something. Nothing
 * happens in the background here.
 */
class OwnEntriesTests {

	private static final long SELF = ProcessHandle.current().pid();

	@TempDir
	Path folder;

	Path file;

	private final List<FilePortRegistry> registries = new ArrayList<>();

	private final PortRegistration orders = PortRegistration.builder("orders", 41873).build();

	private final PortRegistration ordersUp = this.orders.with((builder) -> builder.status(Status.UP));

	@BeforeEach
	void setFile() {
		this.file = this.folder.resolve("port-registry.json");
	}

	@AfterEach
	void close() {
		this.registries.forEach(FilePortRegistry::close);
	}

	@Test
	void secondEntryOfOneInstanceIsRemoved() throws IOException {
		FilePortRegistry registry = registry(OnDuplicate.REPLICATE);
		registry.register(this.orders);
		String whole = Files.readString(this.file);
		String entry = whole.substring(whole.indexOf("\"orders\""), whole.lastIndexOf('}')).strip();
		Files.writeString(this.file, "{ " + entry + ", " + entry.replace("\"orders\": {", "\"copy\": {") + " }");
		registry.register(this.orders);
		assertThat(this.file).content().isEqualTo(whole);
	}

	@Test
	void entryOfAnotherProcessWithOurPortIsNotTakenForOurs() throws IOException {
		long other = ProcessHandle.allProcesses()
			.filter((process) -> process.pid() != SELF && process.isAlive())
			.findFirst()
			.orElseThrow()
			.pid();
		Files.writeString(this.file, "{ \"orders\": { \"port\": 41873, \"pid\": " + other + " } }");
		registry(OnDuplicate.REPLICATE).register(this.orders);
		assertThat(keys()).containsExactly("orders", "orders#2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"port\": 41872, ", "\"port\": 0, ", "" })
	void entryOfThisProcessWithAnotherPortOrNoneIsNotTakenForOurs(String port) throws IOException {
		Files.writeString(this.file, "{ \"orders\": { " + port + "\"pid\": " + SELF + " } }");
		registry(OnDuplicate.REPLICATE).register(this.orders);
		assertThat(keys()).containsExactly("orders", "orders#2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"pid\": 0, \"port\": 41872", "\"pid\": PID", "\"pid\": PID, \"port\": 0" })
	void entryThatCannotBeUsedIsNoDuplicate(String entry) throws IOException {
		Files.writeString(this.file,
				"{ \"orders\": { " + entry.replace("PID", Long.toString(SELF)) + ", \"note\": 1 } }");
		for (OnDuplicate onDuplicate : List.of(OnDuplicate.FAIL, OnDuplicate.REPLACE)) {
			FilePortRegistry registry = registry(onDuplicate);
			registry.register(this.orders);
			assertThat(keys()).containsExactly("orders", "orders#2");
			registry.deregister(this.orders.instanceId());
			assertThat(keys()).containsExactly("orders");
		}
	}

	@Test
	void entryOfAnotherNameIsNoDuplicate() throws IOException {
		registry(OnDuplicate.FAIL).register(PortRegistration.builder("stock", 41874).build());
		registry(OnDuplicate.FAIL).register(this.orders);
		registry(OnDuplicate.REPLACE).register(PortRegistration.builder("other", 41875).build());
		assertThat(keys()).containsExactly("stock", "orders", "other");
	}

	@Test
	void entryOfThisBootThatNamesOurByteIsOutOfDateAndOneOfAnotherBootIsNot() throws IOException {
		FilePortRegistry registry = registry(OnDuplicate.REPLICATE);
		registry.register(this.orders);
		String boot = ProcessIdentity.current(ProcessTable.system()).bootId();
		String ownBoot = (boot != null) ? "\"bootId\": \"" + boot + "\", " : "";
		String slot = "\"port\": 1, \"pid\": " + SELF + ", \"hostId\": \"elsewhere\", \"slot\": 1 }";
		Files.writeString(this.file,
				Files.readString(this.file)
					.replaceFirst("\\{",
							"{ \"here\": { " + ownBoot + slot + ", \"there\": { \"bootId\": \"other\", " + slot + ","));
		registry.register(this.ordersUp);
		assertThat(keys()).containsExactly("there", "orders");
		assertThat(registry.registrations("orders")).containsExactly(this.ordersUp);
	}

	@Test
	void byteThatAnotherEntryNamesIsNotTaken() throws IOException {
		Files.writeString(this.file,
				"{ \"there\": { \"port\": 1, \"pid\": 1, \"hostId\": \"x\", \"bootId\": \"y\", \"slot\": 1 } }");
		registry(OnDuplicate.REPLICATE).register(this.orders);
		assertThat(this.file).content().contains("\"slot\": 2");
		assertThat(keys()).containsExactly("there", "orders");
	}

	@Test
	void whereBytesCannotBeLockedAnEntryHasNoneAndIsRemovedAllTheSame() throws IOException {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("tryLock port-registry.json.live", () -> {
			throw new IOException("Function not implemented");
		});
		FilePortRegistry registry = registry(fileSystem.path("port-registry.json"), OnDuplicate.REPLICATE);
		registry.register(this.orders);
		assertThat(registry.registrations("orders")).containsExactly(this.orders);
		assertThat(this.file).content().doesNotContain("\"slot\"");
		registry.register(this.orders);
		registry.deregister(this.orders.instanceId());
		assertThat(keys()).isEmpty();
	}

	@Test
	void instanceThatADeadOneHadReplacedIsBack() throws IOException {
		FilePortRegistry registry = registry(OnDuplicate.REPLICATE);
		registry.register(this.orders);
		Files.writeString(this.file, "{ \"orders\": { \"port\": 1, \"pid\": 999999999, \"instanceId\": \"successor\", "
				+ "\"replaces\": [ \"" + this.orders.instanceId() + "\" ] } }");
		registry.register(this.orders);
		assertThat(registry.registrations("orders")).containsExactly(this.orders);
		assertThat(registry.problem(this.orders.instanceId())).isEmpty();
		assertThat(this.file).content().doesNotContain("successor");
	}

	@Test
	void instanceWithdrawsItsEntryFromBesideTheLiveOneThatReplacedIt() throws IOException {
		FilePortRegistry registry = registry(OnDuplicate.REPLICATE);
		registry.register(this.orders);
		Files.writeString(this.file,
				Files.readString(this.file)
					.replaceFirst("\\{", "{ \"successor\": { \"port\": 1, \"serviceName\": \"orders\", \"pid\": " + SELF
							+ ", \"replaces\": [ \"" + this.orders.instanceId() + "\" ] },"));
		registry.register(this.orders);
		assertThat(registry.registrations("orders")).extracting(PortRegistration::port).containsExactly(1);
		assertThat(registry.problem(this.orders.instanceId()))
			.hasValueSatisfying((problem) -> assertThat(problem).startsWith("process " + SELF + " took its place"));
	}

	@Test
	void entryOfTheNameUnderAKeyThatIsNoReplicasKeepsIt() throws IOException {
		FilePortRegistry registry = registry(OnDuplicate.REPLICATE);
		registry.register(this.orders);
		Files.writeString(this.file, Files.readString(this.file)
			.replaceFirst("\\{", "{ \"odd\": { \"port\": 1, \"serviceName\": \"orders\", \"pid\": " + SELF + " },"));
		registry.deregister(this.orders.instanceId());
		assertThat(keys()).containsExactly("odd");
	}

	@Test
	void byteIsFreedWithTheEntryAndTheNextInstanceTakesIt() throws IOException {
		FilePortRegistry registry = registry(OnDuplicate.REPLICATE);
		registry.register(this.orders);
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		registry.register(stock);
		assertThat(LiveSlots.state(this.file, 1)).isEqualTo(State.HELD);
		assertThat(LiveSlots.state(this.file, 2)).isEqualTo(State.HELD);
		registry.deregister(this.orders.instanceId());
		assertThat(LiveSlots.state(this.file, 1)).isNotEqualTo(State.HELD);
		registry.register(PortRegistration.builder("other", 41875).build());
		assertThat(LiveSlots.state(this.file, 1)).isEqualTo(State.HELD);
	}

	@Test
	void processIdMayBeLargerThanAnInt() throws IOException {
		FilePortRegistry registry = registry(OnDuplicate.REPLICATE);
		registry.register(PortRegistration.builder("large", 41875).pid(5_000_000_000L).build());
		assertThat(this.file).content().contains("\"pid\": 5000000000");
		assertThat(registry.staleRegistrations()).singleElement()
			.extracting(PortRegistration::pid)
			.isEqualTo(5_000_000_000L);
	}

	private List<String> keys() throws IOException {
		try {
			return List.copyOf(RegistryFormat.parse(Files.readAllBytes(this.file)).values().keySet());
		}
		catch (BrokenRegistryException ex) {
			throw new IOException(ex);
		}
	}

	private FilePortRegistry registry(OnDuplicate onDuplicate) {
		return registry(this.file, onDuplicate);
	}

	private FilePortRegistry registry(Path path, OnDuplicate onDuplicate) {
		FileRegistryProperties properties = FileRegistryProperties.withLockTimeout(Duration.ofSeconds(30));
		properties.setCheckInterval(Duration.ofHours(1));
		properties.setWatch(false);
		properties.setOnDuplicate(onDuplicate);
		FilePortRegistry registry = new FilePortRegistry(path, properties, InstanceProbe.NONE);
		this.registries.add(registry);
		return registry;
	}

}
