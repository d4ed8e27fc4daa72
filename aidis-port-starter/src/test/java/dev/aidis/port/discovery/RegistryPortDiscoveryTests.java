package dev.aidis.port.discovery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RegistryPortDiscovery} on a real registry file.
 */
class RegistryPortDiscoveryTests {

	private static final Duration LONG = Duration.ofMinutes(2);

	@TempDir
	Path folder;

	private Path file;

	private FilePortRegistry registry;

	private final List<String> lookups = new CopyOnWriteArrayList<>();

	private PortDiscovery discovery;

	@BeforeEach
	void createDiscovery() {
		this.file = this.folder.resolve("port-registry.json");
		this.registry = new FilePortRegistry(this.file, Duration.ofSeconds(10));
		this.discovery = new RegistryPortDiscovery(this.registry,
				(name) -> name.equals("known") ? OptionalInt.of(8080) : OptionalInt.empty(), this.lookups::add);
	}

	@AfterEach
	void closeRegistry() {
		this.registry.close();
	}

	// find and findAll

	@Test
	void registeredServiceIsFoundWithAllItsFacts() {
		PortRegistration registered = PortRegistration.builder("orders", 41001)
			.status(Status.UP)
			.healthEndpoint("/healthz")
			.managementPort(41002)
			.build();
		this.registry.register(registered);
		assertThat(this.discovery.find("orders")).contains(registered);
	}

	@Test
	void readyInstanceIsPreferredToOneThatStarts() {
		register("orders", 41001, Status.STARTING);
		register("orders", 41002, Status.UP);
		assertThat(this.discovery.find("orders")).map(PortRegistration::port).contains(41002);
		assertThat(this.discovery.resolve("orders")).hasToString("http://localhost:41002");
	}

	@Test
	void instanceThatStartsIsBetterThanNone() {
		register("orders", 41001, Status.STARTING);
		assertThat(this.discovery.find("orders")).map(PortRegistration::port).contains(41001);
		assertThat(this.discovery.resolve("orders")).hasToString("http://localhost:41001");
	}

	@Test
	void allInstancesAreFoundTheReadyOnesFirstAndOtherwiseInTheirOrder() {
		register("orders", 41001, Status.STARTING);
		register("orders", 41002, Status.UP);
		register("stock", 41009, Status.UP);
		register("orders", 41003, Status.STARTING);
		register("orders", 41004, Status.UNKNOWN);
		register("orders", 41005, Status.UP);
		assertThat(this.discovery.findAll("orders")).extracting(PortRegistration::port)
			.containsExactly(41002, 41004, 41005, 41001, 41003);
	}

	@Test
	void unknownServiceIsNotFound() {
		register("stock", 41001, Status.UP);
		assertThat(this.discovery.find("orders")).isEmpty();
		assertThat(this.discovery.findAll("orders")).isEmpty();
	}

	@Test
	void nothingIsFoundWithoutARegistryFile() {
		assertThat(this.discovery.find("orders")).isEmpty();
		assertThat(this.discovery.findAll("orders")).isEmpty();
		assertThat(this.file).doesNotExist();
	}

	@Test
	void nameThatOnlyBeginsAlikeIsNotFound() {
		register("orders-archive", 41001, Status.UP);
		register("orders", 41002, Status.UP);
		register("orders", 41003, Status.UP);
		assertThat(this.discovery.findAll("orders")).extracting(PortRegistration::port).containsExactly(41002, 41003);
		assertThat(this.discovery.find("order")).isEmpty();
		assertThat(this.discovery.find("orders#2")).isEmpty();
	}

	@Test
	void everyLookUpSeesTheRegistryAsItIsNow() {
		PortRegistration first = register("orders", 41001, Status.UP);
		assertThat(this.discovery.find("orders")).map(PortRegistration::port).contains(41001);
		this.registry.register(first.with((builder) -> builder.port(41002)));
		assertThat(this.discovery.find("orders")).map(PortRegistration::port).contains(41002);
		this.registry.deregister(first.instanceId());
		assertThat(this.discovery.find("orders")).isEmpty();
	}

	@Test
	void deadInstanceIsNotFound() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-version")
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("output.txt").toFile())
			.start();
		assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		Files.writeString(this.file, """
				{
				  "orders": {
				    "serviceName": "orders",
				    "port": 41001,
				    "pid": %d,
				    "startedAt": "2026-11-23T08:57:12.081Z",
				    "healthEndpoint": "/healthz"
				  }
				}
				""".formatted(process.pid()));
		assertThat(this.registry.staleRegistrations()).hasSize(1);
		assertThat(this.discovery.find("orders")).isEmpty();
		assertThat(this.discovery.findAll("orders")).isEmpty();
		assertThatExceptionOfType(ServiceNotFoundException.class).isThrownBy(() -> this.discovery.resolve("orders"))
			.withMessageEndingWith("registered: none");
	}

	// resolve

	@Test
	void liveInstanceBeatsTheDefaultPort() {
		register("known", 41001, Status.UP);
		assertThat(this.discovery.resolve("known")).hasToString("http://localhost:41001");
	}

	@Test
	void addressHasSchemeAndHostOfTheInstance() {
		this.registry
			.register(PortRegistration.builder("orders", 41001).scheme("https").host("::1").status(Status.UP).build());
		assertThat(this.discovery.resolve("orders")).hasToString("https://[::1]:41001");
	}

	@Test
	void serviceThatIsNotRegisteredIsAtItsDefaultPort() {
		assertThat(this.discovery.resolve("known")).hasToString("http://localhost:8080");
		assertThat(this.discovery.resolve("Known")).hasToString("http://localhost:8080");
	}

	@Test
	void serviceThatIsNotRegisteredAndHasNoDefaultPortIsNotFound() {
		register("stock", 41001, Status.UP);
		register("stock", 41002, Status.UP);
		register("billing", 41003, Status.STARTING);
		assertThatExceptionOfType(ServiceNotFoundException.class).isThrownBy(() -> this.discovery.resolve("Orders"))
			.withMessage(
					"No live service named 'Orders' in " + this.file.toAbsolutePath() + "; registered: stock, billing")
			.satisfies((ex) -> {
				assertThat(ex.getServiceName()).isEqualTo("Orders");
				assertThat(ex.getRegisteredServices()).containsExactly("stock", "billing");
			});
	}

	@Test
	void defaultPortZeroIsNoAddress() {
		PortDiscovery dynamic = new RegistryPortDiscovery(this.registry, (name) -> OptionalInt.of(0),
				this.lookups::add);
		assertThatExceptionOfType(ServiceNotFoundException.class).isThrownBy(() -> dynamic.resolve("orders"))
			.withMessageEndingWith("registered: none");
	}

	@Test
	void defaultPortIsNoRegistration() {
		assertThat(this.discovery.find("known")).isEmpty();
		assertThatExceptionOfType(ServiceNotFoundException.class)
			.isThrownBy(() -> this.discovery.await("known", Duration.ZERO));
	}

	// await

	@Test
	void serviceThatIsThereIsNotWaitedFor() {
		register("orders", 41001, Status.UP);
		assertThat(this.discovery.await("orders", Duration.ZERO).port()).isEqualTo(41001);
		assertThat(this.discovery.await("orders", Duration.ofSeconds(-1)).port()).isEqualTo(41001);
	}

	@Test
	void serviceThatDoesNotTellItsStatusIsNotWaitedFor() {
		register("orders", 41001, Status.UNKNOWN);
		assertThat(this.discovery.await("orders", Duration.ZERO).port()).isEqualTo(41001);
	}

	@Test
	void serviceThatAppearsLaterIsWaitedFor() throws Exception {
		CountDownLatch waiting = new CountDownLatch(1);
		PortDiscovery waited = new RegistryPortDiscovery(this.registry, (name) -> OptionalInt.empty(),
				(name) -> waiting.countDown());
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			Future<?> registration = executor.submit(() -> {
				awaitLatch(waiting);
				this.registry.register(PortRegistration.builder("orders", 41001).status(Status.UP).build());
			});
			assertThat(waited.await("orders", LONG).port()).isEqualTo(41001);
			registration.get();
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void serviceThatStartsIsWaitedForUntilItIsReady() throws Exception {
		PortRegistration starting = register("orders", 41001, Status.STARTING);
		CompletableFuture<PortRegistration> awaited = CompletableFuture
			.supplyAsync(() -> this.discovery.await("orders", LONG));
		register("stock", 41009, Status.UP);
		assertThat(awaited).isNotDone();
		this.registry.register(starting.with((builder) -> builder.status(Status.UP)));
		assertThat(awaited.get(2, TimeUnit.MINUTES).status()).isEqualTo(Status.UP);
	}

	@Test
	void readyInstanceIsTakenWhileAnotherStarts() {
		register("orders", 41001, Status.STARTING);
		register("orders", 41002, Status.UP);
		assertThat(this.discovery.await("orders", Duration.ZERO).port()).isEqualTo(41002);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 120, -1, Long.MIN_VALUE })
	void timeoutTellsWhatIsThere(long millis) {
		register("stock", 41001, Status.UP);
		assertThatExceptionOfType(ServiceNotFoundException.class)
			.isThrownBy(() -> this.discovery.await("orders", Duration.ofMillis(millis)))
			.withMessage("No live service named 'orders' in " + this.file.toAbsolutePath() + "; registered: stock");
	}

	@Test
	void serviceThatNeverGetsReadyTimesOut() {
		register("orders", 41001, Status.STARTING);
		assertThatExceptionOfType(ServiceNotFoundException.class)
			.isThrownBy(() -> this.discovery.await("orders", Duration.ofMillis(120)))
			.satisfies((ex) -> assertThat(ex.getRegisteredServices()).containsExactly("orders"));
	}

	@Test
	void timeoutMayBeForever() {
		register("orders", 41001, Status.UP);
		assertThat(this.discovery.await("orders", ChronoUnit.FOREVER.getDuration()).port()).isEqualTo(41001);
	}

	@Test
	void veryLongNegativeTimeoutIsOver() {
		assertThatExceptionOfType(ServiceNotFoundException.class)
			.isThrownBy(() -> this.discovery.await("orders", ChronoUnit.FOREVER.getDuration().negated()));
	}

	@Test
	void interruptEndsTheWaitAndIsKept() {
		register("stock", 41001, Status.UP);
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(ServiceNotFoundException.class)
				.isThrownBy(() -> this.discovery.await("orders", LONG))
				.withMessageEndingWith("registered: stock");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test
	void interruptDuringTheWaitEndsIt() throws Exception {
		CountDownLatch waiting = new CountDownLatch(1);
		PortDiscovery waited = new RegistryPortDiscovery(this.registry, (name) -> OptionalInt.empty(),
				(name) -> waiting.countDown());
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				waited.await("orders", LONG);
			}
			catch (ServiceNotFoundException ex) {
				interrupted.complete(Thread.currentThread().isInterrupted());
			}
		});
		thread.start();
		awaitLatch(waiting);
		thread.interrupt();
		assertThat(interrupted.get(1, TimeUnit.MINUTES)).isTrue();
		thread.join();
	}

	@Test
	void interruptedThreadFindsServicesAllTheSame() {
		register("orders", 41001, Status.UP);
		Thread.currentThread().interrupt();
		try {
			assertThat(this.discovery.find("orders")).isPresent();
			assertThat(this.discovery.resolve("orders")).hasToString("http://localhost:41001");
			assertThat(this.discovery.await("orders", LONG).port()).isEqualTo(41001);
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	// Names

	@ParameterizedTest
	@ValueSource(strings = { "orders", "Orders", "ORDERS" })
	void caseOfTheNameDoesNotMatter(String name) {
		register("orders", 41001, Status.UP);
		assertThat(this.discovery.find(name)).isPresent();
		assertThat(this.discovery.findAll(name)).hasSize(1);
		assertThat(this.discovery.resolve(name)).hasToString("http://localhost:41001");
		assertThat(this.discovery.await(name, Duration.ZERO).port()).isEqualTo(41001);
		assertThat(this.lookups).hasSize(4).containsOnly("orders");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "\t" })
	void emptyNameIsAnError(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.discovery.find(name))
			.withMessage("'serviceName' must not be empty");
		assertThatIllegalArgumentException().isThrownBy(() -> this.discovery.findAll(name));
		assertThatIllegalArgumentException().isThrownBy(() -> this.discovery.resolve(name));
		assertThatIllegalArgumentException().isThrownBy(() -> this.discovery.await(name, LONG));
		assertThat(this.lookups).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "../../etc/passwd", "a b", "orders\n", "\u0000", "orders#2", "orders:80" })
	void nameThatNoServiceCanHaveIsNotFound(String name) {
		register("orders", 41001, Status.UP);
		assertThat(this.discovery.find(name)).isEmpty();
		assertThatExceptionOfType(ServiceNotFoundException.class).isThrownBy(() -> this.discovery.resolve(name))
			.withMessageEndingWith("registered: orders");
	}

	@Test
	void veryLongNameIsNotFound() {
		assertThat(this.discovery.find("x".repeat(1_000_000))).isEmpty();
	}

	// Look-ups

	@Test
	void everyLookUpIsReportedOnceWhetherItFindsSomethingOrNot() {
		register("orders", 41001, Status.UP);
		this.discovery.find("orders");
		this.discovery.findAll("stock");
		this.discovery.resolve("known");
		this.discovery.await("orders", LONG);
		assertThatExceptionOfType(ServiceNotFoundException.class)
			.isThrownBy(() -> this.discovery.await("billing", Duration.ofMillis(120)));
		assertThat(this.lookups).containsExactly("orders", "stock", "known", "orders", "billing");
	}

	@Test
	void registryThatCannotBeReadIsAnErrorOfItsOwn() throws Exception {
		Files.createDirectory(this.file);
		List<Runnable> calls = new ArrayList<>();
		calls.add(() -> this.discovery.find("orders"));
		calls.add(() -> this.discovery.findAll("orders"));
		calls.add(() -> this.discovery.resolve("orders"));
		calls.add(() -> this.discovery.await("orders", LONG));
		for (Runnable call : calls) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(call::run)
				.withMessageContaining(this.file.toString());
		}
	}

	private PortRegistration register(String name, int port, Status status) {
		PortRegistration registration = PortRegistration.builder(name, port).status(status).build();
		this.registry.register(registration);
		return registration;
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
