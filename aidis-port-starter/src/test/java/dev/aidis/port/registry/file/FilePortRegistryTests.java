package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.OrderedPortRegistryContract;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

class FilePortRegistryTests extends OrderedPortRegistryContract {

	private static final long NO_PROCESS = 999_999_999;

	private static final String FOREIGN = """
			{
			  "legacy": {
			    "serviceName": "legacy",
			    "port": 5000,
			    "pid": %d,
			    "startedAt": "2099-01-01T00:00:00.000Z",
			    "healthEndpoint": "/healthz",
			    "owner": {
			      "team": "Ünïcode",
			      "ratio": 1.10,
			      "big": 12345678901234567890.5,
			      "list": [
			        1,
			        null,
			        true
			      ],
			      "empty": {},
			      "none": []
			    }
			  },
			  "not a service": 42
			}
			""".formatted(ProcessHandle.current().pid());

	@TempDir
	Path folder;

	Path file;

	private @Nullable FilePortRegistry own;

	private final List<FilePortRegistry> registries = Collections.synchronizedList(new ArrayList<>());

	@BeforeEach
	void setFile() {
		this.file = this.folder.resolve("run").resolve("port-registry.json");
	}

	@Override
	protected PortRegistry registry() {
		return fileRegistry();
	}

	@Override
	protected PortRegistry own() {
		if (this.own == null) {
			this.own = fileRegistry();
		}
		return this.own;
	}

	private FilePortRegistry fileRegistry() {
		return open(new RegistryStorage(this.file));
	}

	private FilePortRegistry open(RegistryStorage storage) {
		return open(storage, InstanceProbe.NONE);
	}

	private FilePortRegistry open(RegistryStorage storage, InstanceProbe probe) {
		FilePortRegistry registry = new FilePortRegistry(storage,
				FileRegistryProperties.withLockTimeout(Duration.ofSeconds(30)), probe, ProcessTable.system(),
				ProcessIdentity.current(ProcessTable.system()));
		this.registries.add(registry);
		return registry;
	}

	@AfterEach
	void close() {
		this.registries.forEach(FilePortRegistry::close);
	}

	@Test
	void entryStartsWithTheFieldsThatOtherProgramsKnow() {
		own().register(PortRegistration.builder("aidis-mcp", 41873)
			.healthEndpoint("/healthz")
			.startedAt(Instant.parse("2026-11-23T08:57:12Z"))
			.build());
		assertThat(this.file).content()
			.startsWith("""
					{
					  "aidis-mcp": {
					    "serviceName": "aidis-mcp",
					    "port": 41873,
					    "pid": %d,
					    "startedAt": "2026-11-23T08:57:12.000Z",
					    "healthEndpoint": "/healthz",
					    "instanceId": "\
					""".formatted(ProcessHandle.current().pid()))
			.contains(
					"\"format\": 1,\n    \"scheme\": \"http\",\n    \"host\": \"localhost\",\n    \"status\": \"STARTING\"")
			.endsWith("\"metadata\": {}\n  }\n}\n");
	}

	@Test
	void foreignEntriesAndUnknownFieldsSurviveToTheByte() throws IOException {
		write(FOREIGN);
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		assertThat(this.file).content()
			.startsWith(FOREIGN.substring(0, FOREIGN.lastIndexOf('\n', FOREIGN.length() - 3)));
		own().deregister(orders.instanceId());
		assertThat(this.file).content().isEqualTo(FOREIGN);
	}

	@Test
	void unknownFieldsOfOwnEntrySurvive() throws IOException {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		write(Files.readString(this.file).replace("\"metadata\"", "\"note\": \"by an operator\",\n    \"metadata\""));
		own().register(orders.with((builder) -> builder.status(Status.UP)));
		assertThat(this.file).content().contains("\"note\": \"by an operator\"").contains("\"status\": \"UP\"");
	}

	@Test
	void registeringWhatIsThereWritesNothing() throws IOException {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		Object inode = FileSignature.of(this.file);
		own().register(orders);
		assertThat(FileSignature.of(this.file)).isEqualTo(inode);
	}

	@Test
	void entryThatAProgramStrippedToTheFiveFieldsIsMadeWholeInItsPlace() throws IOException {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		String whole = Files.readString(this.file);
		write("""
				{
				  "orders": {
				    "serviceName": "orders",
				    "port": 41873,
				    "pid": %d,
				    "startedAt": "2026-11-23T08:57:12.000Z"
				  }
				}
				""".formatted(ProcessHandle.current().pid()));
		own().register(orders);
		assertThat(this.file).content().isEqualTo(whole);
	}

	@Test
	void replicasGetNumbersAndTheLowestMovesUpWhenThePlainNameLeaves() throws IOException {
		List<PortRegistration> instances = Stream.of(1, 2, 3)
			.map((number) -> PortRegistration.builder("orders", 41000 + number).build())
			.toList();
		instances.forEach(own()::register);
		assertThat(keys()).containsExactly("orders", "orders#2", "orders#3");
		own().deregister(instances.get(0).instanceId());
		assertThat(keys()).containsExactly("orders", "orders#3");
		assertThat(registry().registrations("orders").get(0)).isEqualTo(instances.get(1));
		own().register(instances.get(0));
		assertThat(keys()).containsExactly("orders", "orders#3", "orders#2");
	}

	@Test
	void deadEntryIsNotReturnedIsListedAsDeadAndIsGoneAfterTheNextWrite() throws IOException {
		write("{ \"orders\": { \"port\": 5000, \"pid\": " + NO_PROCESS + " }, \"stays\": { \"port\": 5001, \"pid\": "
				+ ProcessHandle.current().pid() + " } }");
		assertThat(registry().registrations("orders")).isEmpty();
		assertThat(registry().registrations()).extracting(PortRegistration::serviceName).containsExactly("stays");
		assertThat(registry().staleRegistrations()).extracting(PortRegistration::serviceName).containsExactly("orders");
		PortRegistration successor = PortRegistration.builder("orders", 41873).build();
		own().register(successor);
		assertThat(keys()).containsExactly("stays", "orders");
		assertThat(registry().registrations("orders")).containsExactly(successor);
	}

	@Test
	void pruneRemovesTheDeadAndTellsWhich() throws IOException {
		write("{ \"orders\": { \"port\": 5000, \"pid\": " + NO_PROCESS + " }, \"note\": \"stays\" }");
		assertThat(registry().prune()).extracting(PortRegistration::serviceName).containsExactly("orders");
		assertThat(keys()).containsExactly("note");
		assertThat(registry().prune()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{ \"x\": { \"port\": \"abc\" } }", "{ \"x\": { \"port\": 70000 } }", "{ \"x\": {} }",
			"{ \"x\": null }", "{ \"x\": [1] }", "{ \"x\": { \"port\": 1.5 } }", "{ \"x\": { \"port\": -1 } }",
			"{ \"x\": { \"port\": 99999999999999999999 } }" })
	void entryWithoutAUsablePortIsIgnoredAndKept(String content) throws IOException {
		write(content);
		assertThat(registry().registrations()).isEmpty();
		own().register(PortRegistration.builder("orders", 41873).build());
		assertThat(keys()).containsExactly("x", "orders");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"\": { \"port\": 5000, \"pid\": PID }",
			"\"x\": { \"port\": 5000, \"pid\": PID, \"serviceName\": \" \" }",
			"\"x\": { \"port\": 5000, \"pid\": PID, \"instanceId\": \" \" }",
			"\"x\": { \"port\": 5000, \"pid\": PID, \"host\": \"user@host\" }",
			"\"x\": { \"port\": 5000, \"pid\": PID, \"startedAt\": \"+1000000000-12-31T23:59:59.999999999Z\" }",
			"\"x\": { \"port\": 5000, \"pid\": PID, \"startedAt\": \"-1000000000-01-01T00:00:00Z\" }" })
	void noForeignEntryKeepsOthersFromBeingListedOrRegistered(String foreign) throws IOException {
		write("{ " + foreign.replace("PID", String.valueOf(ProcessHandle.current().pid())) + " }");
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		assertThat(registry().registrations()).contains(orders);
		assertThat(registry().staleRegistrations()).hasSizeLessThan(2);
		assertThat(keys()).hasSize(2);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void whatTellsOfAProcessIsClosedWithTheRegistryOrWhenNobodyAsksForItAnyMore() throws Exception {
		FilePortRegistry registry = fileRegistry();
		FileRegistryProperties properties = FileRegistryProperties.withLockTimeout(Duration.ofMinutes(1));
		// The first look at all entries, which asks for them, comes after twenty seconds.
		properties.setCheckInterval(Duration.ofSeconds(2));
		FilePortRegistry registered = new FilePortRegistry(this.file, properties, InstanceProbe.NONE);
		this.registries.add(registered);
		try (SleepingProcess stock = new SleepingProcess()) {
			write("{ \"stock\": { \"port\": 5000, \"pid\": " + stock.pid() + " } }");
			// Two questions within a second.
			await().until(() -> !registry.registrations("stock").isEmpty() && stock.openStats() == 1);
			registry.close();
			assertThat(stock.openStats()).isZero();
			registered.register(PortRegistration.builder("orders", 41873).build());
			await().until(() -> !registered.registrations("stock").isEmpty() && stock.openStats() == 1);
			await().until(() -> stock.openStats() == 0);
		}
	}

	@Test
	void halfACharacterSurvives() throws IOException {
		write("{ \"x\": { \"note\": \"\\ud800 and \\udc00\" } }");
		own().register(PortRegistration.builder("orders", 41873).build());
		assertThat(this.file).content().contains("\"note\": \"\\ud800 and \\udc00\"");
	}

	@Test
	void fileNameMayHoldWhatPatternsAreMadeOf() throws IOException {
		this.file = this.folder.resolve("run").resolve("x[1{*.json");
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		assertThat(registry().registrations()).containsExactly(orders);
	}

	@Test
	void fileThatIsReachedThroughALinkIsTheSameFile() throws Exception {
		Path link = Files.createSymbolicLink(this.folder.resolve("link"), this.folder).resolve("run");
		FilePortRegistry linked = open(new RegistryStorage(link.resolve(this.file.getFileName())));
		List<Thread> writers = Stream.of(linked, fileRegistry()).map((registry) -> new Thread(() -> {
			for (int number = 0; number < 50; number++) {
				PortRegistration passing = PortRegistration.builder("passing", 1 + number).build();
				registry.register(passing);
				registry.deregister(passing.instanceId());
			}
			registry.register(PortRegistration.builder("kept", 41873).build());
		})).toList();
		writers.forEach(Thread::start);
		for (Thread writer : writers) {
			writer.join();
		}
		assertThat(registry().registrations()).extracting(PortRegistration::serviceName)
			.containsExactly("kept", "kept");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void folderThatNobodyMayWriteFailsWithItsPathAndTheWayOut() {
		this.file = Path.of("/sys/kernel/port-registry.json");
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> own().register(PortRegistration.builder("orders", 41873).build()))
			.withMessageContaining("/sys/kernel/port-registry.json")
			.withMessageContaining("AccessDenied")
			.withMessageContaining("AIDIS_PORT_REGISTRY");
		assertThat(registry().registrations()).isEmpty();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void folderThatMayNotBeReadFailsWithItsPathAndTheWayOut() throws IOException {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		Files.setPosixFilePermissions(this.file.getParent(), PosixFilePermissions.fromString("---------"));
		try {
			assumeThat(Files.isReadable(this.file)).as("not for root, who may read everything").isFalse();
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry()::registrations)
				.withMessageContaining(this.file.toString())
				.withMessageContaining("AIDIS_PORT_REGISTRY");
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry()::verify);
		}
		finally {
			Files.setPosixFilePermissions(this.file.getParent(), PosixFilePermissions.fromString("rwx------"));
		}
		assertThat(registry().registrations()).containsExactly(orders);
	}

	@Test
	void odditiesInForeignEntriesAreForgiven() throws IOException {
		write("{ \"x\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid()
				+ ", \"startedAt\": \"yesterday\", \"healthEndpoint\": \"//evil.example/\", \"host\": \"a b\","
				+ " \"scheme\": \"ftp\", \"status\": \"odd\", \"metadata\": 7, \"dependsOn\": {} } }");
		assertThat(registry().registrations("x")).singleElement().satisfies((found) -> {
			assertThat(found.startedAt()).isEqualTo(Instant.EPOCH);
			assertThat(found.healthUri()).isNull();
			assertThat(found.uri()).hasToString("http://localhost:5000");
			assertThat(found.status()).isEqualTo(Status.UNKNOWN);
			assertThat(found.metadata()).isEmpty();
			assertThat(found.dependsOn()).isEmpty();
		});
	}

	static Map<String, byte[]> brokenContents() {
		return Map.of("empty", new byte[0], "blank", bytes("  \n"), "truncated", bytes("{ \"kept\": { \"port\": 5000"),
				"no JSON", bytes("port=8080"), "an array", bytes("[]"), "a number", bytes("42"), "null", bytes("null"),
				"a second value", bytes("{} {}"), "UTF-16", "{}".getBytes(StandardCharsets.UTF_16), "a byte order mark",
				bytes("\uFEFF{}"));
	}

	static Stream<String> brokenContentNames() {
		return brokenContents().keySet().stream().sorted();
	}

	@ParameterizedTest
	@MethodSource("brokenContentNames")
	void brokenFileIsKeptAsideOnceAndRebuilt(String name) throws IOException {
		byte[] broken = brokenContents().get(name);
		writeSettled(broken);
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		assertThat(keys()).containsExactly("orders");
		own().register(orders.with((builder) -> builder.status(Status.UP)));
		assertThat(registry().registrations()).singleElement()
			.extracting(PortRegistration::status)
			.isEqualTo(Status.UP);
		assertThat(corruptCopies()).singleElement()
			.satisfies((copy) -> assertThat(Files.readAllBytes(copy)).isEqualTo(broken));
	}

	@ParameterizedTest
	@MethodSource("brokenContentNames")
	void brokenFileLosesNoEntryOfAServiceThatRuns(String name) throws IOException {
		PortRegistry one = registry();
		PortRegistry two = registry();
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		one.register(orders);
		two.register(stock);
		writeSettled(brokenContents().get(name));
		// As the check of each service's registrar does it.
		two.register(stock);
		one.register(orders);
		assertThat(registry().registrations()).containsExactlyInAnyOrder(orders, stock);
		assertThat(corruptCopies()).hasSize(1);
	}

	@Test
	void brokenFileLosesNoEntryThatCouldBeReadOrWasKnown() throws IOException {
		PortRegistry knows = registry();
		PortRegistration known = PortRegistration.builder("known", 41001).build();
		knows.register(PortRegistration.builder("orders", 41000).build());
		knows.register(known);
		assertThat(knows.registrations()).hasSize(2);
		String whole = Files.readString(this.file);
		String another = "{\n  \"another\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid() + " },";
		writeSettled(bytes(another + whole.substring(1, whole.indexOf("\"known\"") + 30)));
		assertThat(knows.registrations()).as("what was last good").hasSize(2);
		knows.register(PortRegistration.builder("new", 41002).build());
		assertThat(keys()).containsExactly("another", "orders", "known", "new");
	}

	@Test
	void readerThatNeverSawAGoodFileServesWhatCanBeReadOfABrokenOne() throws IOException {
		writeSettled(bytes("{ \"whole\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid()
				+ " }, \"half\": { \"port\": 50"));
		assertThat(registry().registrations()).extracting(PortRegistration::serviceName).containsExactly("whole");
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry()::verify)
			.withMessageContaining(this.file.toString())
			.withMessageContaining("broken");
	}

	@Test
	void halfWrittenFileIsWaitedForAndNotTakenForABrokenOne() throws Exception {
		write("{ \"slow\": { \"port\": 50");
		int[] looks = new int[1];
		FilePortRegistry patient = open(new RegistryStorage(this.file) {

			@Override
			FileSignature signature() throws IOException {
				if (++looks[0] == 10) {
					write("{ \"slow\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid() + " } }");
				}
				return super.signature();
			}

		});
		patient.register(PortRegistration.builder("orders", 41873).build());
		assertThat(keys()).containsExactly("slow", "orders");
		assertThat(corruptCopies()).isEmpty();
	}

	@Test
	void onlyThreeCopiesOfBrokenFilesAreKeptTheNewestFirst() throws IOException {
		for (int number = 1; number <= 5; number++) {
			writeSettled(bytes("broken " + number));
			own().register(PortRegistration.builder("orders", 41000 + number).build());
		}
		assertThat(corruptCopies()).extracting((copy) -> copy.getFileName() + "=" + Files.readString(copy))
			.containsExactly("port-registry.json.corrupt-1=broken 5", "port-registry.json.corrupt-2=broken 4",
					"port-registry.json.corrupt-3=broken 3");
	}

	@Test
	void fileThatIsTooLargeIsBrokenAndItsCopyIsCut() throws IOException {
		writeSettled(bytes(" ".repeat(RegistryFormat.MAX_SIZE + 1)));
		own().register(PortRegistration.builder("orders", 41873).build());
		assertThat(keys()).containsExactly("orders");
		assertThat(corruptCopies()).singleElement().satisfies((copy) -> assertThat(copy).hasSize(1024 * 1024));
	}

	@Test
	void registryThatIsAFolderFailsWithItsPathAndTheWayOut() throws IOException {
		Files.createDirectories(this.file);
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> own().register(PortRegistration.builder("orders", 41873).build()))
			.withMessageContaining(this.file.toString())
			.withMessageContaining("a folder")
			.withMessageContaining("AIDIS_PORT_REGISTRY");
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry()::registrations);
		assertThat(this.file).isEmptyDirectory();
	}

	@Test
	void folderThatCannotBeCreatedFailsWithItsPathAndTheWayOut() throws IOException {
		Files.writeString(this.folder.resolve("run"), "no folder");
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> own().register(PortRegistration.builder("orders", 41873).build()))
			.withMessageContaining(this.file.toString())
			.withMessageContaining("AIDIS_PORT_REGISTRY");
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry()::verify)
			.withMessageContaining(this.folder.resolve("run").toString());
	}

	@Test
	void failedWriteLeavesTheRegistryAsItWasAndNoTemporaryFile() throws IOException {
		own().register(PortRegistration.builder("orders", 41873).build());
		String before = Files.readString(this.file);
		FilePortRegistry failing = open(new RegistryStorage(this.file) {

			@Override
			void replace(Path temporary) throws IOException {
				discard(temporary);
				throw new IOException("No space left on device");
			}

		});
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> failing.register(PortRegistration.builder("stock", 41874).build()))
			.withMessageContaining("No space left on device");
		assertThat(this.file).content().isEqualTo(before);
		assertThat(names()).containsExactlyInAnyOrder("port-registry.json", "port-registry.json.lock",
				"port-registry.json.live", ".gitignore");
	}

	@Test
	void changeByAProgramThatTakesNoLockWhileWeWriteIsNotLost() throws IOException {
		own().register(PortRegistration.builder("orders", 41873).build());
		boolean[] interfered = new boolean[1];
		FilePortRegistry raced = open(new RegistryStorage(this.file) {

			@Override
			Path prepare(byte[] content) throws IOException {
				Path temporary = super.prepare(content);
				if (!interfered[0]) {
					interfered[0] = true;
					write("{ \"node\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid() + " } }");
				}
				return temporary;
			}

		});
		raced.register(PortRegistration.builder("stock", 41874).build());
		assertThat(interfered[0]).isTrue();
		assertThat(keys()).startsWith("node", "stock");
	}

	@Test
	void changeThatAProgramWritesIntoTheReplacedFileIsNotLost() throws Exception {
		write("{ \"removed\": { \"port\": 41872, \"pid\": " + ProcessHandle.current().pid() + " } }");
		own().register(PortRegistration.builder("orders", 41873).build());
		FilePortRegistry raced = open(new RegistryStorage(this.file) {

			private boolean interfered;

			@Override
			void replace(Path temporary) throws IOException {
				if (this.interfered) {
					super.replace(temporary);
					return;
				}
				this.interfered = true;
				// As Node does it: open and truncate, and write when the file is
				// another's.
				try (FileChannel late = FileChannel.open(this.file(), StandardOpenOption.WRITE,
						StandardOpenOption.TRUNCATE_EXISTING)) {
					super.replace(temporary);
					late.write(ByteBuffer.wrap(
							bytes("{ \"node\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid() + " } }")));
				}
			}

		});
		raced.register(PortRegistration.builder("stock", 41874).build());
		assertThat(keys()).as("of what it left out, only what is not its own stays")
			.containsExactlyInAnyOrder("orders", "stock", "node");
	}

	@Test
	void ofAnEntryThatBothChangedOursCountsAndWhatOthersLeftOutIsLeftOut() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		LateChange storage = new LateChange(this.file);
		FilePortRegistry raced = open(storage);
		raced.register(orders);
		write(Files.readString(this.file)
			.replaceFirst("\\{", "{ \"elsewhere\": { \"port\": 1, \"pid\": 1, \"hostId\": \"x\", \"bootId\": \"y\", "
					+ "\"slot\": 9, \"instanceId\": \"z\" }, \"note\": 42, \"same\": 1,"));
		storage.content = "{ \"orders\": { \"port\": 1 }, \"same\": 1 }";
		raced.register(orders.with((builder) -> builder.status(Status.UP)));
		assertThat(keys()).containsExactlyInAnyOrder("orders", "same");
		assertThat(this.file).content().contains("\"status\": \"UP\"").contains("41873");
	}

	@Test
	void whatIsWrittenOtherwiseIntoTheReplacedFileButSaysTheSameChangesNothing() throws Exception {
		own().register(PortRegistration.builder("orders", 41873).build());
		LateChange storage = new LateChange(this.file);
		storage.content = Files.readString(this.file).replace("\n", " ");
		open(storage).register(PortRegistration.builder("stock", 41874).build());
		assertThat(keys()).containsExactly("orders", "stock");
		assertThat(storage.writes).isEqualTo(1);
	}

	@Test
	void whatIsHalfWrittenIntoTheReplacedFileIsWaitedForAndThenLeft() throws Exception {
		own().register(PortRegistration.builder("orders", 41873).build());
		FilePortRegistry raced = open(new RegistryStorage(this.file) {

			@Override
			void replace(Path temporary) throws IOException {
				Path replaced = Files.createLink(this.file().resolveSibling("replaced"), this.file());
				super.replace(temporary);
				Files.writeString(replaced, "{ \"node\": { \"po");
			}

		});
		raced.register(PortRegistration.builder("stock", 41874).build());
		assertThat(keys()).containsExactly("orders", "stock");
	}

	/**
	 * As Windows does it.
	 */
	@Test
	void fileThatCannotBeReplacedWhileItIsOpenIsClosedBefore() throws IOException {
		List<OpenFile> opened = new ArrayList<>();
		FilePortRegistry registry = open(new RegistryStorage(this.file) {

			@Override
			OpenFile open() throws IOException {
				OpenFile open = super.open();
				opened.add(open);
				return open;
			}

			@Override
			boolean replacesOpenFiles() {
				return false;
			}

			@Override
			void replace(Path temporary) throws IOException {
				if (opened.stream().anyMatch(OpenFile::isOpen)) {
					discard(temporary);
					throw new AccessDeniedException(this.file().toString());
				}
				super.replace(temporary);
			}

		});
		registry.register(PortRegistration.builder("orders", 41873).build());
		registry.register(PortRegistration.builder("stock", 41874).build());
		assertThat(keys()).containsExactly("orders", "stock");
		assertThat(opened).hasSizeGreaterThan(1).noneMatch(OpenFile::isOpen);
	}

	@Test
	void instanceWhoseProcessCannotBeToldIsAskedAndOneOfAnotherHostForItsIdentity() throws IOException {
		write("""
				{
				  "unknown": { "port": 5001 },
				  "elsewhere": { "port": 5002, "pid": 1, "startTicks": "1", "hostId": "x", "bootId": "y" },
				  "portless": { "pid": 0 }
				}
				""");
		List<String> asked = new ArrayList<>();
		Set<String> there = new HashSet<>();
		FilePortRegistry registry = open(new RegistryStorage(this.file), new InstanceProbe() {

			@Override
			public boolean answers(PortRegistration registration) {
				asked.add("answers " + registration.serviceName());
				return there.contains(registration.serviceName());
			}

			@Override
			public boolean isInstance(PortRegistration registration) {
				asked.add("is " + registration.serviceName());
				return there.contains(registration.serviceName());
			}

		});
		assertThat(registry.registrations()).isEmpty();
		assertThat(asked).containsExactly("answers unknown", "is elsewhere");
		there.addAll(Set.of("unknown", "elsewhere"));
		assertThat(registry.registrations()).extracting(PortRegistration::serviceName)
			.containsExactly("unknown", "elsewhere");
		assertThat(registry.prune()).isEmpty();
		assertThat(keys()).containsExactly("unknown", "elsewhere", "portless");
	}

	@Test
	void programThatNeverStopsRewritingTheFileGivesAnError() throws IOException {
		registry().registrations();
		write("{}");
		int[] rewrites = new int[1];
		FilePortRegistry raced = open(new RegistryStorage(this.file) {

			@Override
			Path prepare(byte[] content) throws IOException {
				Path temporary = super.prepare(content);
				write("{ \"node\": { \"port\": " + (5000 + rewrites[0]++) + " } }");
				return temporary;
			}

		});
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> raced.register(PortRegistration.builder("stock", 41874).build()))
			.withMessageContaining("another program keeps rewriting it");
		assertThat(keys()).containsExactly("node");
		assertThat(names()).noneMatch((name) -> name.contains(".tmp-"));
	}

	@Test
	void whatIsWrittenMayBeWaitedForUntilTheDiskHasIt() throws IOException {
		FileRegistryProperties properties = FileRegistryProperties.withLockTimeout(Duration.ofSeconds(30));
		properties.setSync(true);
		try (FilePortRegistry synced = new FilePortRegistry(this.file, properties, InstanceProbe.NONE)) {
			synced.register(PortRegistration.builder("orders", 41873).build());
			assertThat(keys()).containsExactly("orders");
		}
	}

	@Test
	void entryOfAnotherHostIsNotShownWhereNobodyIsAsked() throws IOException {
		write("{ \"elsewhere\": { \"port\": 5002, \"pid\": 1, \"startTicks\": \"1\", \"hostId\": \"x\", "
				+ "\"bootId\": \"y\" } }");
		assertThat(registry().registrations()).isEmpty();
		assertThat(registry().staleRegistrations()).hasSize(1);
	}

	@Test
	void registryInAFolderThatMayNotBeWrittenIsNotInOrder() throws IOException {
		own().register(PortRegistration.builder("orders", 41873).build());
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.file.getParent());
		int[] looks = new int[1];
		fileSystem.before("checkAccess run", () -> {
			if (++looks[0] == 2) {
				throw new AccessDeniedException(this.file.getParent().toString());
			}
		});
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(open(new RegistryStorage(fileSystem.wrap(this.file)))::verify)
			.withMessage("The port registry " + this.file + " cannot be written: " + this.file.getParent()
					+ " is not writable");
	}

	/**
	 * As on Windows, where the file is then just not found.
	 */
	@Test
	void registryInAFileThatIsNoFolderIsNotInOrder() throws IOException {
		Path noFolder = Files.writeString(this.folder.resolve("run"), "no folder");
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		fileSystem.before("readAttributes port-registry.json", () -> {
			throw new NoSuchFileException(this.file.toString());
		});
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(open(new RegistryStorage(fileSystem.wrap(this.file)))::verify)
			.withMessage("The port registry " + this.file + " cannot be written: " + noFolder + " is no folder");
	}

	@Test
	void fileThatIsDeletedJustBeforeItIsOpenedOrReadCountsAsNew() throws IOException {
		write("{}");
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.file.getParent());
		FilePortRegistry registry = open(new RegistryStorage(fileSystem.wrap(this.file)));
		fileSystem.before("newInputStream port-registry.json", () -> Files.deleteIfExists(this.file));
		assertThat(registry.registrations()).isEmpty();
		write("{ \"x\": 1 }");
		fileSystem.before("newFileChannel port-registry.json", () -> Files.deleteIfExists(this.file));
		registry.register(PortRegistration.builder("orders", 41873).build());
		assertThat(keys()).containsExactly("orders");
	}

	@Test
	void folderThatAnotherCreatesAtTheSameMomentIsUsedAndAFileInItsPlaceIsNot() throws IOException {
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.folder);
		FilePortRegistry registry = open(new RegistryStorage(fileSystem.wrap(this.file)));
		fileSystem.before("createDirectory run", () -> Files.createFile(this.folder.resolve("run")));
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> registry.register(PortRegistration.builder("orders", 41873).build()))
			.withMessageContaining("FileAlreadyExists")
			.withMessageContaining("AIDIS_PORT_REGISTRY");
		Files.delete(this.folder.resolve("run"));
		fileSystem.before("createDirectory run", () -> Files.createDirectory(this.folder.resolve("run")));
		registry.register(PortRegistration.builder("stock", 41874).build());
		assertThat(keys()).contains("stock");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void fileThatMayNotBeReplacedFailsWithItsPathAndTheWayOut() throws IOException {
		write("{}");
		FaultyFileSystem fileSystem = FaultyFileSystem.over(this.file.getParent());
		fileSystem.before("move port-registry.json", () -> {
			throw new AccessDeniedException(this.file.toString());
		});
		FilePortRegistry registry = open(new RegistryStorage(fileSystem.wrap(this.file)));
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> registry.register(PortRegistration.builder("orders", 41873).build()))
			.withMessageContaining(this.file.toString())
			.withMessageContaining("AccessDenied")
			.withMessageContaining("AIDIS_PORT_REGISTRY");
		assertThat(keys()).isEmpty();
		assertThat(names()).noneMatch((name) -> name.contains(".tmp-"));
	}

	@Test
	void registryThatIsNotThereYetIsInOrderIfItCanBeMade() throws IOException {
		this.file = this.folder.resolve("a").resolve("b").resolve("port-registry.json");
		registry().verify();
		Files.writeString(this.folder.resolve("a"), "no folder");
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry()::verify)
			.withMessageContaining("The port registry " + this.file + " cannot be ")
			.withMessageMatching(".*(Not a directory|is no folder).*");
	}

	/**
	 * As it seems after the clock was set back by a day.
	 */
	@Test
	void brokenFileOfTheFutureIsHealedAllTheSame() throws IOException {
		write("broken");
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.now().plus(Duration.ofDays(1))));
		own().register(PortRegistration.builder("orders", 41873).build());
		assertThat(keys()).containsExactly("orders");
		assertThat(corruptCopies()).hasSize(1);
	}

	@Test
	void fileOfTheFutureIsReadOnceItHasNotChangedForAWhile() throws Exception {
		write("{}");
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.now().plus(Duration.ofDays(1))));
		RegistryReader reader = new RegistryReader(new RegistryStorage(this.file), new RegistryCodec());
		org.awaitility.Awaitility.await().until(() -> reader.read() == reader.read());
		write("{ \"x\": { \"port\": 5000 } }");
		assertThat(reader.read().entries("x")).hasSize(1);
	}

	@Test
	void orderOfEntriesIsPartOfADocument() throws Exception {
		RegistryDocument one = RegistryFormat.parse(bytes("{ \"a\": 1, \"b\": 2 }"));
		RegistryDocument other = RegistryFormat.parse(bytes("{ \"b\": 2, \"a\": 1 }"));
		assertThat(one).isNotEqualTo(other).isEqualTo(one.copy()).isNotEqualTo("a").hasSameHashCodeAs(one.copy());
	}

	@Test
	void temporaryFilesOfDeadWritersAreSwept() throws IOException {
		own().register(PortRegistration.builder("orders", 41873).build());
		Files.writeString(this.file.resolveSibling(".port-registry.json.tmp-1-1"), "left behind");
		own().register(PortRegistration.builder("stock", 41874).build());
		assertThat(names()).containsExactlyInAnyOrder("port-registry.json", "port-registry.json.lock",
				"port-registry.json.live", ".gitignore");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void folderIsPrivateAndTheFileKeepsTheModeItHas() throws IOException {
		own().register(PortRegistration.builder("orders", 41873).build());
		assertThat(Files.getPosixFilePermissions(this.file.getParent()))
			.isEqualTo(PosixFilePermissions.fromString("rwx------"));
		Files.setPosixFilePermissions(this.file, PosixFilePermissions.fromString("rw-rw----"));
		own().register(PortRegistration.builder("stock", 41874).build());
		assertThat(Files.getPosixFilePermissions(this.file)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
	}

	@Test
	void changeWithinTheSameMomentIsSeen() throws IOException {
		PortRegistry registry = registry();
		for (int port = 5000; port < 5100; port++) {
			write("{ \"x\": { \"port\": " + port + ", \"pid\": " + ProcessHandle.current().pid() + " } }");
			assertThat(registry.registrations("x")).singleElement().extracting(PortRegistration::port).isEqualTo(port);
		}
	}

	private List<String> keys() throws IOException {
		try {
			return List.copyOf(RegistryFormat.parse(Files.readAllBytes(this.file)).values().keySet());
		}
		catch (BrokenRegistryException ex) {
			throw new IOException(ex);
		}
	}

	private List<String> names() throws IOException {
		try (Stream<Path> files = Files.list(this.file.getParent())) {
			return files.map((path) -> path.getFileName().toString()).toList();
		}
	}

	private List<Path> corruptCopies() throws IOException {
		try (Stream<Path> files = Files.list(this.file.getParent())) {
			return files.filter((path) -> path.getFileName().toString().contains(".corrupt-")).sorted().toList();
		}
	}

	private void write(String content) throws IOException {
		Files.createDirectories(this.file.getParent());
		Files.writeString(this.file, content);
	}

	/**
	 * Write something that has not changed for a while.
	 */
	private void writeSettled(byte[] content) throws IOException {
		Files.createDirectories(this.file.getParent());
		Files.write(this.file, content);
		Files.setLastModifiedTime(this.file, FileTime.from(Instant.now().minusSeconds(10)));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * What a program that takes no lock does that had opened the file before: truncate it
	 * while we are about to replace it, and write when it is replaced.
	 */
	private static final class LateChange extends RegistryStorage {

		private volatile @Nullable String content;

		private volatile int writes;

		LateChange(Path file) {
			super(file);
		}

		@Override
		void replace(Path temporary) throws IOException {
			String late = this.content;
			this.content = null;
			this.writes++;
			if (late == null) {
				super.replace(temporary);
				return;
			}
			try (FileChannel opened = FileChannel.open(file(), StandardOpenOption.WRITE,
					StandardOpenOption.TRUNCATE_EXISTING)) {
				super.replace(temporary);
				opened.write(ByteBuffer.wrap(bytes(late)));
			}
		}

	}

}
