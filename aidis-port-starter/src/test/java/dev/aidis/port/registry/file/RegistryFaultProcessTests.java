package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.ConsoleProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.RequiredProgram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What others do to the registry's files and processes while several JVMs use them.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegistryFaultProcessTests {

	@TempDir
	Path folder;

	Path file;

	FilePortRegistry registry;

	@BeforeEach
	void createRegistry() {
		this.file = this.folder.resolve("port-registry.json");
		this.registry = registry(Duration.ofMinutes(1));
	}

	@AfterEach
	void closeRegistry() {
		this.registry.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "CONT", "KILL" })
	void stoppedProcessThatHoldsTheLockKeepsNobodyFromReadingOrStarting(String end) throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		this.registry.register(orders);
		try (ConsoleProcess holder = RegistryConsole.start(this.file);
				FilePortRegistry impatient = registry(Duration.ofMillis(200))) {
			assertThat(holder.ask("lock")).isEqualTo("locked");
			holder.signal("STOP");
			PortRegistration stock = PortRegistration.builder("stock", 41874).build();
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> impatient.register(stock))
				.withMessageContaining("process " + holder.pid() + " " + RegistryConsole.class.getName())
				.withMessageContaining(RegistryLock.fileFor(this.file).toString());
			assertThat(impatient.problem(stock.instanceId()))
				.hasValueSatisfying((problem) -> assertThat(problem).contains("process " + holder.pid()));
			assertThat(impatient.registrations()).containsExactly(orders);
			holder.signal(end);
			if (end.equals("CONT")) {
				assertThat(holder.ask("unlock")).isEqualTo("unlocked");
			}
			await().untilAsserted(() -> assertThat(this.registry.registrations()).containsExactly(orders, stock));
			await().untilAsserted(() -> assertThat(impatient.problem(stock.instanceId())).isEmpty());
		}
	}

	@Test
	void deletedRegistryIsCompleteAgainWithTheEntriesOfProgramsThatRegisterOnce() throws Exception {
		try (SleepingProcess program = new SleepingProcess();
				ConsoleProcess orders = RegistryConsole.start(this.file);
				ConsoleProcess stock = RegistryConsole.start(this.file)) {
			assertThat(orders.ask("register orders 41873")).isEqualTo("registered");
			assertThat(stock.ask("register stock 41874")).isEqualTo("registered");
			addForeign(program.pid());
			for (ConsoleProcess console : List.of(orders, stock)) {
				await().untilAsserted(() -> assertThat(console.ask("names")).isEqualTo("foreign,orders,stock"));
			}
			Files.delete(this.file);
			await().untilAsserted(() -> assertThat(names()).containsExactlyInAnyOrder("foreign", "orders", "stock"));
			assertThat(RegistryFormat.parse(Files.readAllBytes(this.file)).values()).hasSize(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { ".lock", ".live", ".lock .live" })
	void deletedLockAndSlotsAreTakenAgain(String suffixes) throws Exception {
		try (ConsoleProcess orders = RegistryConsole.start(this.file);
				ConsoleProcess stock = RegistryConsole.start(this.file)) {
			assertThat(orders.ask("register orders 41873")).isEqualTo("registered");
			assertThat(stock.ask("register stock 41874")).isEqualTo("registered");
			assertThat(List.of(slotState("orders"), slotState("stock"))).containsOnly(LiveSlots.State.HELD);
			for (String suffix : suffixes.split(" ")) {
				Files.delete(RegistryStorage.beside(this.file, suffix));
			}
			await().untilAsserted(() -> {
				assertThat(List.of(slotState("orders"), slotState("stock"))).containsOnly(LiveSlots.State.HELD);
				assertThat(RegistryFormat.parse(Files.readAllBytes(this.file)).entries())
					.extracting(RegistryEntry::slot)
					.doesNotHaveDuplicates();
			});
			this.registry.register(PortRegistration.builder("mail", 41875).build());
			assertThat(orders.ask("names")).isEqualTo("mail,orders,stock");
			assertThat(RegistryLock.fileFor(this.file)).exists();
			assertThat(slotState("mail")).isEqualTo(LiveSlots.State.HELD);
			assertThat(RegistryFormat.parse(Files.readAllBytes(this.file)).entries()).extracting(RegistryEntry::slot)
				.doesNotHaveDuplicates();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void whoWaitsForADeletedLockWaitsForTheOneThatTookItsPlace() throws Exception {
		Path lock = RegistryLock.fileFor(this.file);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		CountDownLatch end = new CountDownLatch(1);
		try (ConsoleProcess first = RegistryConsole.start(this.file);
				ConsoleProcess waiting = RegistryConsole.start(this.file)) {
			assertThat(first.ask("lock")).isEqualTo("locked");
			waiting.tell("lock");
			await().until(() -> isWaitedFor(lock, waiting.pid()));
			Files.delete(lock);
			CountDownLatch begun = new CountDownLatch(1);
			Future<?> second = executor.submit(() -> new RegistryLock(this.file, Duration.ofMinutes(1)).hold(() -> {
				begun.countDown();
				end.await();
				return null;
			}));
			begun.await();
			assertThat(first.ask("unlock")).isEqualTo("unlocked");
			await().until(() -> isWaitedFor(lock, waiting.pid()));
			assertThat(waiting.hasPrinted()).as("it does not write while another does").isFalse();
			end.countDown();
			second.get();
			assertThat(waiting.answer()).isEqualTo("locked");
		}
		finally {
			end.countDown();
			executor.shutdown();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".lock", ".live" })
	void plantedPipeHangsNobodyAndIsNamed(String suffix) throws Exception {
		RequiredProgram.require("mkfifo", "coreutils");
		Path pipe = RegistryStorage.beside(this.file, suffix);
		Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
		assertThat(mkfifo.waitFor()).isZero();
		refuses(pipe, "a pipe, a socket or a device");
		assertThat(Files.getAttribute(pipe, "unix:mode", LinkOption.NOFOLLOW_LINKS)).as("still a pipe")
			.satisfies((mode) -> assertThat((int) mode & 0170000).isEqualTo(0010000));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".lock", ".live" })
	void plantedLinkIsRefusedWithTheReason(String suffix) throws Exception {
		Path target = this.folder.resolve("target");
		Files.writeString(target, "{}");
		Path link = RegistryStorage.beside(this.file, suffix);
		Files.createSymbolicLink(link, target);
		refuses(link, "a symbolic link");
		assertThat(target).hasContent("{}");
	}

	/**
	 * Nothing is registered as long as something else is in the place of one of the
	 * registry's files, and everything is as soon as it is gone.
	 */
	private void refuses(Path planted, String reason) throws Exception {
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> this.registry.register(PortRegistration.builder("orders", 41873).build()))
			.withMessageContaining(planted.toString())
			.withMessageContaining(reason);
		if (planted.equals(this.file)) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> this.registry.registrations())
				.withMessageContaining(planted.toString())
				.withMessageContaining(reason);
		}
		else {
			assertThat(this.registry.registrations()).isEmpty();
			assertThat(this.file).doesNotExist();
		}
		Path aside = this.folder.resolve("aside");
		Files.move(planted, aside);
		await().untilAsserted(() -> assertThat(names()).containsExactly("orders"));
		assertThat(slotState("orders")).isEqualTo(LiveSlots.State.HELD);
		Files.move(aside, planted, StandardCopyOption.REPLACE_EXISTING);
	}

	@Test
	void linkInPlaceOfTheFolderIsRefusedWithTheReason() throws Exception {
		Path target = Files.createDirectory(this.folder.resolve("target"));
		Path link = Files.createSymbolicLink(this.folder.resolve("run"), target);
		Path linked = link.resolve("port-registry.json");
		try (FilePortRegistry planted = new FilePortRegistry(linked, Duration.ofMinutes(1))) {
			assertThatExceptionOfType(PortRegistryException.class)
				.isThrownBy(() -> planted.register(PortRegistration.builder("orders", 41873).build()))
				.withMessageContaining(link.toString())
				.withMessageContaining("it is a symbolic link to " + target.toRealPath());
			assertThat(target).isEmptyDirectory();
			Files.writeString(target.resolve("port-registry.json"), "{}");
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(planted::registrations)
				.withMessageContaining("it is a symbolic link");
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void processThatGotTheIdOfADeadOneIsNotReturned() throws Exception {
		try (ConsoleProcess orders = RegistryConsole.start(this.file)) {
			assertThat(orders.ask("register orders 41873")).isEqualTo("registered");
			orders.kill();
		}
		// Started only now, since two processes may start within one tick.
		try (SleepingProcess successor = new SleepingProcess()) {
			String content = Files.readString(this.file);
			String reused = content.replaceFirst("\"pid\": \\d+,", "\"pid\": " + successor.pid() + ",");
			assertThat(reused).isNotEqualTo(content);
			Files.writeString(this.file, reused);
			assertThat(this.registry.registrations()).isEmpty();
			assertThat(this.registry.prune()).extracting(PortRegistration::pid).containsExactly(successor.pid());
			assertThat(RegistryFormat.parse(Files.readAllBytes(this.file)).values()).isEmpty();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void threadOfALivingProcessIsNotReturned() throws Exception {
		long self = ProcessHandle.current().pid();
		try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
			long thread = threads.map((path) -> Long.parseLong(path.getFileName().toString()))
				.filter((id) -> id != self)
				.min(Long::compare)
				.orElseThrow();
			addForeign(thread);
		}
		assertThat(this.registry.registrations()).isEmpty();
		assertThat(this.registry.prune()).extracting(PortRegistration::serviceName).containsExactly("foreign");
		addForeign(self);
		assertThat(this.registry.registrations()).hasSize(1);
	}

	@Test
	void killedServiceWithMuchMemoryIsHiddenFromTheNextLookup() throws Exception {
		try (ConsoleProcess orders = RegistryConsole.start(this.file)) {
			assertThat(orders.ask("touch 200")).isEqualTo("touched");
			assertThat(orders.ask("register orders 41873")).isEqualTo("registered");
			assertThat(names()).containsExactly("orders");
			orders.kill();
			assertThat(names()).isEmpty();
		}
	}

	private FilePortRegistry registry(Duration lockTimeout) {
		return new FilePortRegistry(this.file, lockTimeout);
	}

	private List<String> names() {
		return this.registry.registrations().stream().map(PortRegistration::serviceName).toList();
	}

	/**
	 * Find out what this process sees of the byte of a service.
	 */
	private LiveSlots.State slotState(String name) throws Exception {
		Integer slot = RegistryFormat.parse(Files.readAllBytes(this.file)).entries(name).get(0).slot();
		assertThat(slot).isNotNull();
		return LiveSlots.state(this.file, slot);
	}

	/**
	 * Add an entry as a program does that knows the five first fields, takes no lock and
	 * registers once.
	 */
	private void addForeign(long pid) throws Exception {
		String entry = "{ \"foreign\": { \"serviceName\": \"foreign\", \"port\": 5000, \"pid\": " + pid
				+ ", \"startedAt\": \"" + Instant.now() + "\", \"healthEndpoint\": \"/healthz\" }";
		String content = Files.exists(this.file) ? Files.readString(this.file).strip() : "{}";
		String others = content.substring(1);
		Files.writeString(this.file, entry + (others.strip().equals("}") ? "" : ",") + others);
	}

	/**
	 * Tell whether a process waits for a lock on a file, see {@code proc_locks(5)}.
	 */
	private static boolean isWaitedFor(Path lock, long pid) throws IOException {
		if (!Files.exists(lock)) {
			return false;
		}
		Object inode = Files.getAttribute(lock, "unix:ino");
		try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
			return locks.anyMatch((line) -> line.matches(".* -> .* " + pid + " \\S+:" + inode + " .*"));
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1));
	}

}
