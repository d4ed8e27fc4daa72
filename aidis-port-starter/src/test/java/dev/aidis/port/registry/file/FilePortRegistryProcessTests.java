package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Several JVMs on one file.
 */
class FilePortRegistryProcessTests {

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
	void killedServiceIsNotReturnedByTheNextLookupAndGoneAfterTheNextWrite() throws Exception {
		try (JavaProcess orders = JavaProcess.start(RegistryProcess.class, "register", this.file.toString(), "orders",
				"41873")) {
			orders.awaitLine("registered");
			assertThat(this.registry.registrations("orders")).singleElement()
				.extracting(PortRegistration::pid)
				.isEqualTo(orders.pid());
			orders.kill();
			assertThat(this.registry.registrations("orders")).isEmpty();
			assertThat(this.file).content().contains("\"orders\"");
			this.registry.register(PortRegistration.builder("stock", 41874).build());
			assertThat(this.file).content().doesNotContain("\"orders\"");
		}
	}

	@Test
	void killedProcessThatNobodyHasReapedIsDead() throws Exception {
		// The child of a shell that does not wait for it stays a zombie.
		Process shell = new ProcessBuilder("/bin/sh", "-c", "sleep 1000 & echo $!; exec sleep 1000").start();
		try (var output = shell.inputReader()) {
			long pid = Long.parseLong(output.readLine());
			Files.writeString(this.file, "{ \"orders\": { \"port\": 5000, \"pid\": " + pid + " } }");
			assertThat(this.registry.registrations("orders")).hasSize(1);
			ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
			child.destroyForcibly();
			org.awaitility.Awaitility.await()
				.untilAsserted(() -> assertThat(this.registry.registrations("orders")).isEmpty());
		}
		finally {
			shell.destroyForcibly();
		}
	}

	@Test
	void processesThatWriteAtOnceLoseNothing() throws Exception {
		List<JavaProcess> processes = new ArrayList<>();
		try {
			for (int number = 1; number <= 4; number++) {
				processes.add(JavaProcess.start(RegistryProcess.class, "churn", this.file.toString(),
						"service-" + number, "25"));
			}
			for (JavaProcess process : processes) {
				process.awaitLine("done");
			}
			assertThat(this.registry.registrations()).extracting(PortRegistration::serviceName)
				.containsExactlyInAnyOrder("service-1", "service-2", "service-3", "service-4");
			assertThat(temporaryFiles()).isEmpty();
		}
		finally {
			for (JavaProcess process : processes) {
				process.close();
			}
		}
	}

	@Test
	void processKilledWhileItHoldsTheLockFreesIt() throws Exception {
		try (JavaProcess holder = JavaProcess.start(RegistryProcess.class, "lock", this.file.toString())) {
			holder.awaitLine("locked");
			FilePortRegistry impatient = new FilePortRegistry(this.file, Duration.ofSeconds(1));
			assertThatExceptionOfType(PortRegistryException.class)
				.isThrownBy(() -> impatient.register(PortRegistration.builder("stock", 41874).build()))
				.withMessageContaining(RegistryLock.fileFor(this.file).toString())
				.withMessageContaining("process " + holder.pid())
				.withMessageContaining(RegistryProcess.class.getName());
			assertThat(this.registry.registrations()).as("readers take no lock").isEmpty();
			impatient.close();
			holder.kill();
			PortRegistration orders = PortRegistration.builder("orders", 41873).build();
			this.registry.register(orders);
			assertThat(this.registry.registrations()).as("what was given up does not come later, once closed")
				.containsExactly(orders);
		}
	}

	@Test
	void writersKilledAnywhereLeaveAWholeFile() throws Exception {
		PortRegistration survivor = PortRegistration.builder("survivor", 41873).build();
		this.registry.register(survivor);
		for (int round = 0; round < 6; round++) {
			try (JavaProcess writer = JavaProcess.start(RegistryProcess.class, "churn", this.file.toString(),
					"service-" + round, "1000000")) {
				awaitEntryOf(writer.pid());
				writer.kill();
			}
			assertThat(RegistryFormat.parse(Files.readAllBytes(this.file)).values()).containsKey("survivor");
			assertThat(this.registry.registrations()).containsExactly(survivor);
		}
		this.registry.prune();
		assertThat(RegistryFormat.parse(Files.readAllBytes(this.file)).values()).containsOnlyKeys("survivor");
		assertThat(temporaryFiles()).isEmpty();
	}

	private void awaitEntryOf(long pid) {
		org.awaitility.Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofMinutes(1))
			.until(() -> this.registry.registrations().stream().anyMatch((found) -> found.pid() == pid));
	}

	private List<Path> temporaryFiles() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.filter((path) -> path.getFileName().toString().contains(".tmp-")).toList();
		}
	}

}
