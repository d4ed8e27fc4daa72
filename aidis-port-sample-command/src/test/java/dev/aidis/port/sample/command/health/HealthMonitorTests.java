package dev.aidis.port.sample.command.health;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.discovery.HttpServiceHealthProbe;
import dev.aidis.port.discovery.ServiceHealth;
import dev.aidis.port.discovery.ServiceHealthProbe;
import dev.aidis.port.sample.command.registry.HealthReading;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.LiveRegistry;
import dev.aidis.port.sample.command.registry.ServiceEvent;
import dev.aidis.port.sample.command.registry.ServiceEvent.Kind;
import dev.aidis.port.test.InMemoryPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HealthMonitor}, with the real probe and a real server that answers
 * when it is told to.
 */
class HealthMonitorTests {

	private final InMemoryPortRegistry registry = new InMemoryPortRegistry();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicInteger most = new AtomicInteger();

	private final Semaphore answers = new Semaphore(0);

	private volatile int status = 200;

	private HttpServer server;

	@BeforeEach
	void startServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	private void answer(HttpExchange exchange) throws IOException {
		this.requests.incrementAndGet();
		int now = this.waiting.incrementAndGet();
		this.most.accumulateAndGet(now, Math::max);
		this.answers.acquireUninterruptibly();
		this.waiting.decrementAndGet();
		exchange.sendResponseHeaders(this.status, -1);
		exchange.close();
	}

	@AfterEach
	void stopServer() {
		answerAll();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	private void answerAll() {
		this.answers.release(1_000_000);
	}

	@Test
	void newInstanceIsAskedAtOnce() {
		answerAll();
		run("1h", 2, (context) -> {
			register("orders", Status.UP);
			await().until(() -> reading(context, "orders") != null);
			HealthReading reading = reading(context, "orders");
			assertThat(reading.healthy()).isTrue();
			assertThat(reading.detail()).isEqualTo("HTTP 200");
			assertThat(reading.latencyMillis()).isNotNegative();
		});
	}

	@Test
	void instanceThatIsThereAlreadyIsAskedToo() {
		answerAll();
		register("orders", Status.UP);
		run("1h", 2, (context) -> await().until(() -> reading(context, "orders") != null));
	}

	@Test
	void instanceIsAskedAgainWheneverTheIntervalIsOver() {
		answerAll();
		register("orders", Status.UP);
		run("1ms", 2, (context) -> await().until(() -> this.requests.get() >= 3));
	}

	@Test
	void instanceThatBecomesReadyIsAskedAgainAtOnce() {
		answerAll();
		PortRegistration starting = register("orders", Status.STARTING);
		run("1h", 2, (context) -> {
			await().until(() -> reading(context, "orders") != null);
			int before = this.requests.get();
			this.registry.register(starting.with((builder) -> builder.status(Status.UP)));
			await().until(() -> this.requests.get() > before);
		});
	}

	@Test
	void instanceThatHasJustFailedIsNotKeptWaitingForTheInterval() {
		answerAll();
		this.status = 500;
		register("orders", Status.UP);
		run("1h", 2, (context) -> {
			await().until(() -> reading(context, "orders") != null);
			assertThat(reading(context, "orders").healthy()).isFalse();
			this.status = 200;
			await().until(() -> reading(context, "orders").healthy());
		});
	}

	@Test
	void instanceThatIsAskedAlreadyIsNotAskedTwice() {
		register("orders", Status.UP);
		run("1h", 4, (context) -> {
			await().until(() -> this.waiting.get() == 1);
			CompletableFuture<HealthReading> first = check(context, "orders");
			CompletableFuture<HealthReading> second = check(context, "orders");
			assertThat(second).isSameAs(first).isNotDone();
			answerAll();
			assertThat(get(first).healthy()).isTrue();
			assertThat(this.requests).hasValue(1);
			assertThat(check(context, "orders")).isNotSameAs(first);
		});
	}

	@Test
	void noMoreAreAskedAtTheSameTimeThanThereAreThreads() {
		List<String> services = IntStream.range(0, 8).mapToObj((i) -> "service-" + i).toList();
		services.forEach((service) -> register(service, Status.UP));
		run("1h", 2, (context) -> {
			await().until(() -> context.getBean(LiveRegistry.class).instances().size() == services.size());
			List<CompletableFuture<HealthReading>> checks = services.stream()
				.map((service) -> check(context, service))
				.toList();
			for (int left = services.size(); left > 0; left--) {
				int expected = Math.min(left, 2);
				await().until(() -> this.waiting.get() == expected);
				this.answers.release();
			}
			checks.forEach((check) -> assertThat(get(check).healthy()).isTrue());
			assertThat(this.most).hasValue(2);
		});
	}

	@Test
	void instanceThatFailsAndRecoversIsToldOfOnceEach() {
		answerAll();
		register("orders", Status.UP);
		run("1ms", 2, (context) -> {
			List<Kind> kinds = new java.util.concurrent.CopyOnWriteArrayList<>();
			context.getBean(LiveRegistry.class)
				.listen((update) -> update.events().stream().map(ServiceEvent::kind).forEach(kinds::add));
			await().until(() -> reading(context, "orders") != null);
			this.status = 500;
			await().until(() -> kinds.contains(Kind.UNHEALTHY));
			assertThat(reading(context, "orders").detail()).isEqualTo("HTTP 500");
			int before = this.requests.get();
			await().until(() -> this.requests.get() > before + 2);
			this.status = 200;
			await().until(() -> kinds.contains(Kind.HEALED));
			assertThat(kinds).containsExactly(Kind.UNHEALTHY, Kind.HEALED);
		});
	}

	@Test
	void probeThatFailsKeepsNobodyFromAskingAgain() {
		answerAll();
		AtomicInteger failures = new AtomicInteger();
		ServiceHealthProbe probe = new HttpServiceHealthProbe();
		register("orders", Status.UP);
		run("1h", 2, (registration) -> {
			if (failures.getAndIncrement() == 0) {
				throw new IllegalStateException("broken");
			}
			return probe.probe(registration);
		}, (context) -> await().until(() -> reading(context, "orders") != null));
		assertThat(failures).hasValueGreaterThan(1);
	}

	@Test
	void nobodyIsAskedAfterTheEnd() {
		answerAll();
		register("orders", Status.UP);
		run("1h", 2, (context) -> {
			await().until(() -> reading(context, "orders") != null);
			context.getBean(HealthMonitor.class).stop();
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> check(context, "orders").get(30, TimeUnit.SECONDS))
				.withCauseInstanceOf(RejectedExecutionException.class);
			assertThat(this.requests).hasValue(1);
		});
	}

	@Test
	void instanceOnAnotherMachineIsNotAskedAndNotUnhealthy() {
		// TEST-NET-1, which no machine has.
		this.registry.register(PortRegistration.builder("orders", 80).host("192.0.2.1").status(Status.UP).build());
		run("1h", 2, (context) -> {
			await().until(() -> reading(context, "orders") != null);
			assertThat(reading(context, "orders")).satisfies((reading) -> {
				assertThat(reading.asked()).isFalse();
				assertThat(reading.failed()).isFalse();
			});
			assertThat(instance(context, "orders").isUnhealthy()).isFalse();
		});
	}

	@Test
	void whoeverWaitsIsToldOfTheEndAndServicesAreAskedAfterTheNextStart() {
		register("orders", Status.UP);
		register("stock", Status.UP);
		run("1h", 1, (context) -> {
			await().until(() -> context.getBean(LiveRegistry.class).instances().size() == 2);
			List<CompletableFuture<HealthReading>> checks = List.of(check(context, "orders"), check(context, "stock"));
			HealthMonitor monitor = context.getBean(HealthMonitor.class);
			monitor.stop();
			assertThat(monitor.isRunning()).isFalse();
			checks.forEach((check) -> assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> check.get(30, TimeUnit.SECONDS)));
			answerAll();
			monitor.start();
			await().until(() -> reading(context, "orders") != null && reading(context, "stock") != null);
		});
	}

	@Test
	void whoHasAnsweredIsNotAskedAgainWhileTheRegistryIsBusy() {
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger ticks = new AtomicInteger();
		CountDownLatch busy = new CountDownLatch(1);
		CountDownLatch free = new CountDownLatch(1);
		ServiceHealthProbe probe = (registration) -> {
			if (registration.serviceName().equals("broken")) {
				ticks.incrementAndGet();
				throw new IllegalStateException("broken");
			}
			if (registration.serviceName().equals("orders")) {
				asked.incrementAndGet();
				this.answers.acquireUninterruptibly();
			}
			return new ServiceHealth(true, "HTTP 200");
		};
		register("orders", Status.UP);
		register("broken", Status.UP);
		run("1h", 4, probe, (context) -> {
			try {
				await().until(() -> asked.get() == 1);
				CompletableFuture<HealthReading> check = check(context, "orders");
				context.getBean(LiveRegistry.class).listen((update) -> {
					busy.countDown();
					awaitUninterruptibly(free);
				});
				this.registry.deregister(register("other", Status.UP).instanceId());
				awaitUninterruptibly(busy);
				answerAll();
				get(check);
				int before = ticks.get();
				await().until(() -> ticks.get() > before + 3);
				assertThat(asked).hasValue(1);
			}
			finally {
				free.countDown();
			}
		});
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private PortRegistration register(String service, Status status) {
		PortRegistration registration = PortRegistration.builder(service, this.server.getAddress().getPort())
			.healthEndpoint("/healthz")
			.status(status)
			.build();
		this.registry.register(registration);
		return registration;
	}

	private static CompletableFuture<HealthReading> check(ApplicationContext context, String service) {
		return context.getBean(HealthMonitor.class).check(instance(context, service));
	}

	private static HealthReading get(CompletableFuture<HealthReading> check) {
		return check.orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static HealthReading reading(ApplicationContext context, String service) {
		return context.getBean(LiveRegistry.class)
			.instances(service)
			.stream()
			.findFirst()
			.map(Instance::health)
			.orElse(null);
	}

	private static Instance instance(ApplicationContext context, String service) {
		return context.getBean(LiveRegistry.class).instances(service).get(0);
	}

	private void run(String interval, int threads, Consumer<ApplicationContext> test) {
		run(interval, threads, new HttpServiceHealthProbe(), test);
	}

	private void run(String interval, int threads, ServiceHealthProbe probe, Consumer<ApplicationContext> test) {
		new ApplicationContextRunner().withBean(InMemoryPortRegistry.class, () -> this.registry)
			.withBean(ServiceHealthProbe.class, () -> probe)
			.withUserConfiguration(LiveRegistry.class, HealthMonitor.class)
			.withPropertyValues("aidis.command.monitor.health-interval=" + interval,
					"aidis.command.monitor.health-threads=" + threads)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				test.accept(context);
			});
	}

}
