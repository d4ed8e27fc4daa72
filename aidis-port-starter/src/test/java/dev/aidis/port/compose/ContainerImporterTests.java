package dev.aidis.port.compose;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.compose.Container.Port;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.OnDuplicate;
import dev.aidis.port.test.InMemoryPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class ContainerImporterTests {

	private static final Duration INTERVAL = Duration.ofMillis(20);

	private static final Container DATABASE = container("shop-database-1", "orders-db", 32775);

	private static final Container WEB = container("shop-web-1", "stock", 32780);

	@TempDir
	Path folder;

	private final List<AutoCloseable> open = new ArrayList<>();

	private FilePortRegistry registry;

	private volatile ContainerSource source = List::of;

	@BeforeEach
	void openRegistry() {
		this.registry = newRegistry();
	}

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size() - 1; i >= 0; i--) {
			this.open.get(i).close();
		}
	}

	@Test
	void registrationFollowsTheContainer(CapturedOutput output) {
		newImporter();
		run(DATABASE, WEB);
		PortRegistration first = awaitOne("orders-db", 32775);
		assertThat(first.metadata()).containsEntry("container", "shop-database-1");
		assertThat(awaitOne("stock", 32780).status()).isEqualTo(Status.UP);
		run(container("shop-database-1", "orders-db", 32783), WEB);
		PortRegistration moved = awaitOne("orders-db", 32783);
		assertThat(moved.instanceId()).isEqualTo(first.instanceId());
		assertThat(moved.startedAt()).isEqualTo(first.startedAt());
		run(WEB);
		awaitNone("orders-db");
		assertThat(this.registry.registrations("stock")).hasSize(1);
		assertThat(output)
			.contains("Container 'shop-database-1' is registered as 'orders-db' at http://localhost:32775")
			.contains("Removed container 'shop-database-1', registered as 'orders-db'");
	}

	@Test
	void containerThatChangesItsLabelChangesItsName() {
		newImporter();
		run(DATABASE);
		awaitOne("orders-db", 32775);
		run(container("shop-database-1", "customers-db", 32775));
		awaitOne("customers-db", 32775);
		awaitNone("orders-db");
	}

	@Test
	void registrationsEndWithTheApplication() {
		ContainerImporter importer = newImporter();
		run(DATABASE, WEB);
		awaitOne("stock", 32780);
		awaitOne("orders-db", 32775);
		importer.destroy();
		assertThat(this.registry.registrations()).isEmpty();
		assertThat(this.registry.staleRegistrations()).isEmpty();
		importer.destroy();
	}

	@Test
	void ofSeveralApplicationsOneRegistersAContainerAndTheNextTakesOver() {
		run(DATABASE);
		ContainerImporter first = newImporter();
		PortRegistration registered = awaitOne("orders-db", 32775);
		ContainerImporter second = newImporter();
		run(DATABASE, WEB);
		awaitOne("stock", 32780);
		assertThat(awaitOne("orders-db", 32775)).isEqualTo(registered);
		first.destroy();
		assertThat(awaitOne("orders-db", 32775).instanceId()).isNotEqualTo(registered.instanceId());
		second.destroy();
		assertThat(this.registry.registrations()).isEmpty();
	}

	@Test
	void simultaneousApplicationsAgreeOnOne() throws Exception {
		run(DATABASE, WEB);
		int count = 8;
		CountDownLatch start = new CountDownLatch(1);
		ExecutorService threads = Executors.newFixedThreadPool(count);
		try {
			for (int i = 0; i < count; i++) {
				ContainerImporter importer = importer(newRegistry());
				threads.execute(() -> {
					try {
						start.await();
						importer.afterSingletonsInstantiated();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				});
			}
			start.countDown();
			Awaitility.await().during(Duration.ofMillis(500)).untilAsserted(() -> {
				assertThat(this.registry.registrations("orders-db")).hasSize(1);
				assertThat(this.registry.registrations("stock")).hasSize(1);
			});
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void containerThatIsRefusedAsADuplicateIsTriedAgain() {
		InMemoryPortRegistry refusing = new InMemoryPortRegistry(OnDuplicate.FAIL);
		PortRegistration first = PortRegistration.builder("stock", 41000).build();
		refusing.register(first);
		AtomicInteger looks = new AtomicInteger();
		ContainerImporter importer = new ContainerImporter(refusing, () -> {
			looks.incrementAndGet();
			return List.of(WEB);
		}, INTERVAL);
		this.open.add(importer::destroy);
		importer.afterSingletonsInstantiated();
		Awaitility.await().until(() -> looks.get() > 1);
		refusing.deregister(first.instanceId());
		Awaitility.await()
			.untilAsserted(() -> assertThat(refusing.registrations("stock")).extracting(PortRegistration::port)
				.containsExactly(32780));
	}

	@Test
	void containerThatRegistersItselfIsLeftToItself() {
		newImporter();
		run(WEB);
		awaitOne("stock", 32780);
		PortRegistration itself = PortRegistration.builder("stock", 32780).build();
		this.registry.register(itself);
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.registry.registrations("stock")).containsExactly(itself));
	}

	@Test
	void anotherInstanceOfTheServiceIsNoneOfTheContainers() {
		this.registry.register(PortRegistration.builder("stock", 41000).build());
		newImporter();
		run(WEB);
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.registry.registrations("stock")).extracting(PortRegistration::port)
				.containsExactly(41000, 32780));
	}

	@Test
	void whileNothingTellsWhichContainersRunTheirStatusIsUnknown(CapturedOutput output) {
		newImporter();
		run(DATABASE);
		awaitOne("orders-db", 32775);
		this.source = () -> {
			throw new IllegalStateException("Cannot connect to the Docker daemon");
		};
		awaitStatus(Status.UNKNOWN);
		assertThat(awaitOne("orders-db", 32775).port()).isEqualTo(32775);
		run(DATABASE);
		awaitStatus(Status.UP);
		assertThat(output.getAll()).containsOnlyOnce("Cannot connect to the Docker daemon");
	}

	@Test
	void containerThatCannotBeRegisteredIsToldOnceAndTheOthersAreRegistered(CapturedOutput output) {
		Container shouting = container("shop-shouting-1", "Shouting Service", 32774);
		Container silent = new Container("shop-silent-1", "busybox", Status.UP, Map.of("dev.aidis.service", "silent"),
				List.of());
		newImporter();
		run(shouting, silent, DATABASE);
		PortRegistration first = awaitOne("orders-db", 32775);
		run(shouting, silent, container("shop-database-1", "orders-db", 32783));
		assertThat(awaitOne("orders-db", 32783).instanceId()).isEqualTo(first.instanceId());
		assertThat(output.getAll())
			.containsOnlyOnce(
					"Container 'shop-shouting-1' is not registered: 'Shouting Service' cannot be a service's name")
			.containsOnlyOnce("Container 'shop-silent-1' is not registered: it does not publish a TCP port");
		assertThat(this.registry.registrations()).hasSize(1);
	}

	private void run(Container... containers) {
		List<Container> running = Arrays.asList(containers);
		this.source = () -> running;
	}

	private static Container container(String name, String service, int port) {
		return new Container(name, "busybox:1", Status.UP, Map.of("dev.aidis.service", service),
				List.of(new Port("localhost", 80, port)));
	}

	private FilePortRegistry newRegistry() {
		FilePortRegistry created = new FilePortRegistry(this.folder.resolve("port-registry.json"),
				Duration.ofSeconds(30));
		this.open.add(created);
		return created;
	}

	private ContainerImporter newImporter() {
		ContainerImporter importer = importer(newRegistry());
		importer.afterSingletonsInstantiated();
		return importer;
	}

	private ContainerImporter importer(FilePortRegistry registry) {
		ContainerImporter importer = new ContainerImporter(registry, () -> this.source.containers(), INTERVAL);
		this.open.add(importer::destroy);
		return importer;
	}

	private PortRegistration awaitOne(String service, int port) {
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.registry.registrations(service)).extracting(PortRegistration::port)
				.containsExactly(port));
		return this.registry.registrations(service).get(0);
	}

	private void awaitNone(String service) {
		Awaitility.await().untilAsserted(() -> assertThat(this.registry.registrations(service)).isEmpty());
	}

	private void awaitStatus(Status status) {
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.registry.registrations("orders-db")).singleElement()
				.extracting(PortRegistration::status)
				.isEqualTo(status));
	}

}
