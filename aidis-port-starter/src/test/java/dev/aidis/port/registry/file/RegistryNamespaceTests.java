package dev.aidis.port.registry.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.ConsoleProcess;
import dev.aidis.port.Namespaces;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.RequiredProgram;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several JVMs on one file, some of which see another system: containers, hidden
 * processes, full and read-only file systems.
 */
@EnabledOnOs(OS.LINUX)
class RegistryNamespaceTests {

	private static final String[] PID = { "--pid", "--fork", "--mount-proc" };

	private static final String[] TIME = { "--time", "--boottime", "86400", "--fork" };

	@TempDir
	Path folder;

	Path file;

	FilePortRegistry registry;

	@BeforeEach
	void createRegistry() {
		this.file = this.folder.resolve("port-registry.json");
		this.registry = new FilePortRegistry(this.file, Duration.ofMinutes(1));
	}

	@AfterEach
	void closeRegistry() {
		this.registry.close();
	}

	@Test
	void servicesOfTwoPidNamespacesFindEachOtherUntilTheyEnd() throws Exception {
		findEachOtherUntilTheyEnd(PID);
	}

	@Test
	void servicesOfTwoTimeNamespacesFindEachOtherUntilTheyEnd() throws Exception {
		findEachOtherUntilTheyEnd(TIME);
	}

	private void findEachOtherUntilTheyEnd(String... namespaces) throws Exception {
		this.registry.register(PortRegistration.builder("outside", 41873).build());
		try (ConsoleProcess inside = start(Namespaces.unshare(":", namespaces))) {
			assertThat(inside.ask("register inside 41874")).isEqualTo("registered");
			assertThat(inside.ask("names")).isEqualTo("inside,outside");
			assertThat(names()).containsExactlyInAnyOrder("inside", "outside");
			makeOld(LiveSlots.fileFor(this.file));
			assertThat(inside.ask("names")).as("by the byte alone").isEqualTo("inside,outside");
			inside.kill();
			await().untilAsserted(() -> assertThat(names()).containsExactly("outside"));
			await().untilAsserted(() -> {
				this.registry.prune();
				assertThat(this.file).content().doesNotContain("\"inside\"");
			});
		}
	}

	@Test
	void nobodyRemovesTheLiveEntriesOfAnotherPidNamespace() throws Exception {
		removeNothing(PID);
	}

	@Test
	void nobodyRemovesTheLiveEntriesOfAnotherTimeNamespace() throws Exception {
		removeNothing(TIME);
	}

	private void removeNothing(String... namespaces) throws Exception {
		try (ConsoleProcess outside = start(List.of());
				ConsoleProcess inside = start(Namespaces.unshare(":", namespaces))) {
			assertThat(outside.ask("register outside 41873")).isEqualTo("registered");
			assertThat(inside.ask("register inside 41874")).isEqualTo("registered");
			makeOld(LiveSlots.fileFor(this.file));
			for (ConsoleProcess console : List.of(outside, inside)) {
				assertThat(console.ask("prune")).isEmpty();
				// Who is watched looks at every entry. A second change is told after the
				// look that told the first is done.
				assertThat(console.ask("watch")).isEqualTo("watching");
				List<String> told = List.of(console.ask("next"), console.ask("next"));
				assertThat(told).containsExactlyInAnyOrder("Registered outside", "Registered inside");
			}
			assertThat(outside.ask("register more-outside 41875")).isEqualTo("registered");
			assertThat(inside.ask("next")).isEqualTo("Registered more-outside");
			assertThat(inside.ask("register more-inside 41876")).isEqualTo("registered");
			assertThat(List.of(outside.ask("next"), outside.ask("next")))
				.containsExactlyInAnyOrder("Registered more-outside", "Registered more-inside");
			assertThat(inside.ask("next")).isEqualTo("Registered more-inside");
			assertThat(outside.ask("names")).isEqualTo("inside,more-inside,more-outside,outside");
			assertThat(inside.ask("names")).isEqualTo("inside,more-inside,more-outside,outside");
		}
	}

	@Test
	void freeByteOfAYoungFileHidesAnEntryAndRemovesNothing() throws Exception {
		try (ConsoleProcess inside = start(Namespaces.unshare(":", PID))) {
			assertThat(inside.ask("register inside 41874")).isEqualTo("registered");
			Path live = LiveSlots.fileFor(this.file);
			setModified(live, "tomorrow");
			inside.kill();
			await().untilAsserted(() -> assertThat(names()).isEmpty());
			assertThat(this.registry.prune()).isEmpty();
			assertThat(this.file).content().contains("\"inside\"");
		}
	}

	@Test
	void hiddenProcessesAreFoundByTheirBytesUntilTheyEnd() throws Exception {
		RequiredProgram.require("setpriv", "util-linux");
		// Who may trace a process sees it in spite of the option, as does its group.
		List<String> command = new ArrayList<>(Namespaces.unshare("mount -t proc -o hidepid=2,gid=65534 proc /proc",
				"--pid", "--fork", "--mount", "--kill-child"));
		command.addAll(List.of("sh", "-c", "echo ready; exec cat"));
		Process first = new ProcessBuilder(command).redirectErrorStream(true).start();
		try (var output = first.inputReader()) {
			assertThat(output.readLine()).isEqualTo("ready");
			List<String> privileged = Namespaces.enter(first.children().findFirst().orElseThrow());
			List<String> unprivileged = Stream
				.concat(privileged.stream(), Stream.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"))
				.toList();
			try (ConsoleProcess hidden = start(privileged); ConsoleProcess other = start(unprivileged)) {
				assertThat(other.ask("sh ls /proc/1")).as("hidden").doesNotStartWith("0");
				assertThat(hidden.ask("register orders 41873")).isEqualTo("registered");
				String sleeper = hidden.ask("sh sleep 600 >/dev/null 2>&1 & echo $!").substring(2);
				Files.writeString(this.file, Files.readString(this.file)
					.replaceFirst("\\{", "{ \"foreign\": { \"port\": 5000, \"pid\": " + sleeper + " },"));
				assertThat(other.ask("names")).as("without a byte it cannot be told").isEqualTo("orders");
				makeOld(LiveSlots.fileFor(this.file));
				assertThat(other.ask("prune")).isEmpty();
				assertThat(other.ask("register stock 41874")).isEqualTo("registered");
				assertThat(other.ask("names")).isEqualTo("orders,stock");
				assertThat(hidden.ask("names")).isEqualTo("foreign,orders,stock");
				hidden.kill();
				await().untilAsserted(() -> assertThat(other.ask("prune")).isEqualTo("orders"));
				assertThat(this.file).content().contains("\"foreign\"");
			}
		}
		finally {
			first.descendants().forEach(ProcessHandle::destroyForcibly);
			first.destroyForcibly();
		}
	}

	@Test
	void withoutAProcFileSystemLiveEntriesAreFoundAndNoneIsRemoved() throws Exception {
		this.registry.register(PortRegistration.builder("outside", 41873).build());
		try (SleepingProcess sleeper = new SleepingProcess();
				ConsoleProcess blind = start(Namespaces.unshare("mount -t tmpfs tmpfs /proc", "--mount"))) {
			Files.writeString(this.file, Files.readString(this.file)
				.replaceFirst("\\{", "{ \"foreign\": { \"port\": 5000, \"pid\": " + sleeper.pid() + " },"));
			assertThat(blind.ask("processes")).isEqualTo(PortableProcessTable.class.getSimpleName());
			assertThat(blind.ask("names")).isEqualTo("outside");
			makeOld(LiveSlots.fileFor(this.file));
			assertThat(blind.ask("prune")).isEmpty();
			assertThat(blind.ask("register blind 41874")).isEqualTo("registered");
			assertThat(blind.ask("names")).isEqualTo("blind,outside");
			assertThat(this.registry.prune()).isEmpty();
			assertThat(names()).containsExactlyInAnyOrder("blind", "foreign", "outside");
		}
	}

	/**
	 * With no page left nothing can be written, with one a part of the new file.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void fullDiskGivesAnErrorAndHarmsNothingUntilThereIsSpaceAgain(int freePages) throws Exception {
		List<String> tinyDisk = Namespaces.unshare("mount -t tmpfs -o size=64k,mode=700 tmpfs '" + this.folder + "'",
				"--mount");
		try (ConsoleProcess console = start(tinyDisk)) {
			assertThat(console.ask("register orders 41873 6000")).isEqualTo("registered");
			String before = console.ask("sh cksum '" + this.file + "'");
			String filler = "'" + this.folder.resolve("filler") + "'";
			assertThat(console.ask("sh head -c 1000000 /dev/zero > " + filler)).contains("No space left");
			assertThat(console.ask("sh truncate --size=-" + (4096 * freePages) + " " + filler)).startsWith("0");
			assertThat(console.ask("register stock 41874")).startsWith("failed: ")
				.contains(this.file.toString())
				.contains("No space left on device");
			assertThat(console.ask("sh cksum '" + this.file + "'")).isEqualTo(before);
			assertThat(console.ask("sh ls -A '" + this.folder + "'")).doesNotContain(".tmp-");
			assertThat(console.ask("names")).isEqualTo("orders");
			assertThat(console.ask("sh rm " + filler)).startsWith("0");
			await().untilAsserted(() -> assertThat(console.ask("names")).isEqualTo("orders,stock"));
		}
	}

	@Test
	void readOnlyFolderIsReadAndWrittenAsSoonAsItCanBe() throws Exception {
		this.registry.register(PortRegistration.builder("orders", 41873).build());
		String quoted = "'" + this.folder + "'";
		List<String> readOnly = Namespaces
			.unshare("mount --bind " + quoted + " " + quoted + " && mount -o remount,bind,ro " + quoted, "--mount");
		try (ConsoleProcess console = start(readOnly)) {
			assertThat(console.ask("names")).isEqualTo("orders");
			assertThat(console.ask("register stock 41874")).startsWith("failed: ")
				.contains(this.folder.toString())
				.contains("Read-only file system");
			assertThat(console.ask("names")).isEqualTo("orders");
			assertThat(console.ask("sh umount --lazy " + quoted)).startsWith("0");
			await().untilAsserted(() -> assertThat(names()).containsExactlyInAnyOrder("orders", "stock"));
		}
	}

	@Test
	void readerOfAnotherPidNamespaceWithAReadOnlyFolderFindsWhoLives() throws Exception {
		this.registry.register(PortRegistration.builder("orders", 41873).build());
		String quoted = "'" + this.folder + "'";
		List<String> readOnly = Namespaces
			.unshare("mount --bind " + quoted + " " + quoted + " && mount -o remount,bind,ro " + quoted, PID);
		try (ConsoleProcess console = start(readOnly)) {
			assertThat(console.ask("names")).isEqualTo("orders");
			this.registry.deregister(this.registry.registrations().get(0).instanceId());
			assertThat(console.ask("names")).isEmpty();
		}
	}

	@Test
	void entryIsPutBackWhereTheSystemHasNoNotificationsLeft() throws Exception {
		try (ConsoleProcess console = start(Namespaces.unshare("echo 0 > /proc/sys/user/max_inotify_instances"))) {
			assertThat(console.ask("notifications")).isEqualTo("refused");
			assertThat(console.ask("watch")).isEqualTo("watching");
			assertThat(console.ask("register orders 41873")).isEqualTo("registered");
			assertThat(console.ask("next")).isEqualTo("Registered orders");
			Files.writeString(this.file, "{}\n");
			await().untilAsserted(() -> assertThat(names()).containsExactly("orders"));
		}
	}

	private ConsoleProcess start(List<String> prefix) throws Exception {
		return RegistryConsole.start(prefix, this.file, Duration.ofMinutes(1));
	}

	private List<String> names() {
		return this.registry.registrations().stream().map(PortRegistration::serviceName).toList();
	}

	/**
	 * A free byte of a file that was made just now proves nothing. The JDK would open the
	 * file for this, and so drop the locks of this process.
	 */
	private static void makeOld(Path live) throws Exception {
		setModified(live, "1 hour ago");
	}

	private static void setModified(Path path, String date) throws Exception {
		Process touch = new ProcessBuilder("touch", "--date", date, path.toString()).inheritIO().start();
		assertThat(touch.waitFor()).isZero();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1));
	}

}
