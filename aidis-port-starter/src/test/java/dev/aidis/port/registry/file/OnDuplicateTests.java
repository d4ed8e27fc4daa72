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
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class OnDuplicateTests {

	@TempDir
	Path folder;

	Path file;

	private final List<FilePortRegistry> registries = new ArrayList<>();

	private FilePortRegistry first;

	private final PortRegistration earlier = PortRegistration.builder("orders", 41001).build();

	private final PortRegistration later = PortRegistration.builder("orders", 41002).build();

	@BeforeEach
	void registerFirst() {
		this.file = this.folder.resolve("port-registry.json");
		this.first = registry(OnDuplicate.REPLICATE);
		this.first.register(this.earlier);
	}

	@AfterEach
	void close() {
		this.registries.forEach(FilePortRegistry::close);
	}

	@Test
	void replicateKeepsBoth() {
		registry(OnDuplicate.REPLICATE).register(this.later);
		assertThat(this.first.registrations("orders")).containsExactly(this.earlier, this.later);
	}

	@Test
	void replaceTakesThePlaceOfTheEarlierWhichStaysAwayAndSaysSo(CapturedOutput output) {
		registry(OnDuplicate.REPLACE).register(this.later);
		assertThat(this.first.registrations("orders")).containsExactly(this.later);
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("process " + ProcessHandle.current().pid()
				+ " took its place, since it registered later with aidis.port.registry.on-duplicate=replace"));
		assertThat(this.first.problem(this.earlier.instanceId())).isPresent();
		this.first.register(this.earlier.with((builder) -> builder.status(Status.UP)));
		assertThat(this.first.registrations("orders")).as("nor by a change").containsExactly(this.later);
		assertThat(this.file).content().contains("\"replaces\": [\n      \"" + this.earlier.instanceId() + "\"");
	}

	@Test
	void replacedInstanceIsBackWhenTheOneThatReplacedItLeaves(CapturedOutput output) {
		FilePortRegistry second = registry(OnDuplicate.REPLACE);
		second.register(this.later);
		await().until(() -> this.first.problem(this.earlier.instanceId()).isPresent());
		second.deregister(this.later.instanceId());
		await().untilAsserted(() -> assertThat(this.first.registrations("orders")).containsExactly(this.earlier));
		await().untilAsserted(() -> assertThat(output).contains("Service 'orders' is now registered in"));
		assertThat(this.first.problem(this.earlier.instanceId())).isEmpty();
	}

	@Test
	void thirdInstanceReplacesAlsoTheFirstThatTheSecondReplaced() {
		registry(OnDuplicate.REPLACE).register(this.later);
		await().until(() -> this.first.problem(this.earlier.instanceId()).isPresent());
		PortRegistration latest = PortRegistration.builder("orders", 41003).build();
		FilePortRegistry third = registry(OnDuplicate.REPLACE);
		third.register(latest);
		await().during(Duration.ofMillis(300))
			.untilAsserted(() -> assertThat(third.registrations("orders")).containsExactly(latest));
	}

	@Test
	void replaceHoldsWhenSomebodyRemovesTheEntry() throws IOException {
		registry(OnDuplicate.REPLACE).register(this.later);
		await().until(() -> this.first.problem(this.earlier.instanceId()).isPresent());
		Files.writeString(this.file, "{}\n");
		await().untilAsserted(() -> assertThat(this.first.registrations("orders")).containsExactly(this.later));
	}

	@Test
	void failLetsNoSecondOneInAndNamesTheFirst() {
		FilePortRegistry second = registry(OnDuplicate.FAIL);
		assertThatExceptionOfType(DuplicateServiceException.class).isThrownBy(() -> second.register(this.later))
			.withMessageContaining("'orders' is registered already in " + this.file)
			.withMessageContaining("process " + this.earlier.pid() + " at http://localhost:41001")
			.satisfies((ex) -> assertThat(ex.getExisting()).isEqualTo(this.earlier));
		assertThat(this.first.registrations("orders")).containsExactly(this.earlier);
		assertThat(second.problem(this.later.instanceId())).isEmpty();
	}

	@Test
	void failLetsTheFirstChangeAndComeBack() throws IOException {
		FilePortRegistry only = registry(OnDuplicate.FAIL);
		PortRegistration stock = PortRegistration.builder("stock", 41003).build();
		only.register(stock);
		PortRegistration up = stock.with((builder) -> builder.status(Status.UP));
		only.register(up);
		assertThat(only.registrations("stock")).containsExactly(up);
		Files.writeString(this.file, "{}\n");
		await().untilAsserted(() -> assertThat(only.registrations("stock")).containsExactly(up));
	}

	@Test
	void failThatIsFoundOnlyInTheBackgroundIsToldAndNotTriedAgain(CapturedOutput output) throws IOException {
		Files.delete(this.file);
		this.first.close();
		Path blocked = this.folder.resolve("blocked");
		Files.writeString(blocked, "a file where the folder should be");
		Path late = blocked.resolve("port-registry.json");
		FilePortRegistry second = registry(late, OnDuplicate.FAIL);
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> second.register(this.later));
		FilePortRegistry quicker = registry(this.folder.resolve("other").resolve("port-registry.json"),
				OnDuplicate.REPLICATE);
		quicker.register(this.earlier);
		Files.delete(blocked);
		Files.move(this.folder.resolve("other"), blocked);
		await().untilAsserted(() -> assertThat(output)
			.contains("Service is not registered. Service 'orders' is " + "registered already in " + late));
		assertThat(second.registrations("orders")).containsExactly(this.earlier);
		assertThat(second.problem(this.later.instanceId())).isEmpty();
	}

	@Test
	void ofWhatCouldNotBeWrittenAtFirstOnlyTheDuplicateIsGivenUp(CapturedOutput output) throws IOException {
		Files.delete(this.file);
		this.first.close();
		Path blocked = Files.writeString(this.folder.resolve("blocked"), "a file where the folder should be");
		Path late = blocked.resolve("port-registry.json");
		FilePortRegistry second = registry(late, OnDuplicate.FAIL);
		PortRegistration stock = PortRegistration.builder("stock", 41003).build();
		for (PortRegistration registration : List.of(this.later, stock)) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> second.register(registration));
		}
		FilePortRegistry quicker = registry(this.folder.resolve("other").resolve("port-registry.json"),
				OnDuplicate.REPLICATE);
		quicker.register(this.earlier);
		Files.delete(blocked);
		Files.move(this.folder.resolve("other"), blocked);
		await().untilAsserted(() -> assertThat(second.registrations("stock")).containsExactly(stock));
		assertThat(second.registrations("orders")).containsExactly(this.earlier);
		assertThat(output).containsOnlyOnce("Service is not registered.");
	}

	@Test
	void duplicateWithinOneProcessIsGivenUpAndNotTheOneThatWasThere() throws IOException {
		FilePortRegistry only = registry(OnDuplicate.FAIL);
		PortRegistration stock = PortRegistration.builder("stock", 41003).build();
		PortRegistration second = PortRegistration.builder("stock", 41004).build();
		only.register(stock);
		Path aside = this.folder.resolve("aside");
		Files.move(this.file, aside);
		Files.createDirectory(this.file);
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> only.register(second));
		await().until(() -> only.problem(stock.instanceId()).isPresent());
		Files.writeString(aside, Files.readString(aside).replace("41003", "1"));
		Files.delete(this.file);
		Files.move(aside, this.file);
		await().untilAsserted(() -> assertThat(only.registrations("stock")).containsExactly(stock));
		await().until(() -> only.problem(second.instanceId()).isEmpty());
		assertThat(only.registrations("stock")).containsExactly(stock);
	}

	@ParameterizedTest
	@EnumSource
	void deadInstanceIsNoDuplicate(OnDuplicate onDuplicate) throws IOException {
		Files.writeString(this.file, "{ \"stock\": { \"port\": 5000, \"pid\": 999999999 } }");
		PortRegistration stock = PortRegistration.builder("stock", 41003).build();
		FilePortRegistry registry = registry(onDuplicate);
		registry.register(stock);
		assertThat(registry.registrations("stock")).containsExactly(stock);
		assertThat(this.file).content().contains("\"stock\": {").doesNotContain("stock#2");
	}

	@Test
	void foreignEntryOfALiveProcessIsADuplicate() throws IOException {
		Files.writeString(this.file,
				"{ \"stock\": { \"port\": 5000, \"pid\": " + ProcessHandle.current().pid() + " } }");
		PortRegistration stock = PortRegistration.builder("stock", 41003).build();
		assertThatExceptionOfType(DuplicateServiceException.class)
			.isThrownBy(() -> registry(OnDuplicate.FAIL).register(stock));
		FilePortRegistry replacing = registry(OnDuplicate.REPLACE);
		replacing.register(stock);
		assertThat(replacing.registrations("stock")).containsExactly(stock);
	}

	private FilePortRegistry registry(OnDuplicate onDuplicate) {
		return registry(this.file, onDuplicate);
	}

	private FilePortRegistry registry(Path file, OnDuplicate onDuplicate) {
		FileRegistryProperties properties = FileRegistryProperties.withLockTimeout(Duration.ofSeconds(30));
		properties.setCheckInterval(Duration.ofMillis(50));
		properties.setOnDuplicate(onDuplicate);
		FilePortRegistry registry = new FilePortRegistry(file, properties, InstanceProbe.NONE);
		this.registries.add(registry);
		return registry;
	}

}
