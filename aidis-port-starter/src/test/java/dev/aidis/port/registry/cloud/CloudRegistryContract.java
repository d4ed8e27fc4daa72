package dev.aidis.port.registry.cloud;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.actuate.PortRegistryHealthIndicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What whole applications do with each of Spring Cloud's registries, be it their registry
 * or one beside the file. The test of each registry extends it.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class CloudRegistryContract {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final List<ConfigurableApplicationContext> running = new ArrayList<>();

	@TempDir
	Path folder;

	private ReservedPort port;

	private AutoCloseable server;

	/**
	 * Start the registry at a port that nobody else gets.
	 */
	protected abstract AutoCloseable startRegistry(int port) throws Exception;

	/**
	 * Return the settings that lead an application to the registry.
	 */
	protected abstract List<String> settings(int port);

	/**
	 * Return the settings with which the end of a process is soon noticed.
	 */
	protected abstract List<String> settingsThatNoticeACrash();

	/**
	 * Check what only this registry has of a service that is published, seen from another
	 * application.
	 */
	protected void published(ConfigurableApplicationContext asking, String name) throws Exception {
	}

	@BeforeAll
	void startRegistry() throws Exception {
		this.port = new ReservedPort();
		this.server = startRegistry(this.port.number());
	}

	@AfterAll
	void stopRegistry() throws Exception {
		this.server.close();
		this.port.close();
	}

	@AfterEach
	void stop() {
		this.running.forEach(ConfigurableApplicationContext::close);
		this.running.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "file", "spring-cloud" })
	void instancesArePublishedAsTheyAreAndFoundByAnotherApplication(String engine) throws Exception {
		String name = "stock-" + engine;
		ConfigurableApplicationContext first = run(name, engine, "--management.server.port=0");
		ConfigurableApplicationContext second = run(name, engine, "--management.server.port=0");
		ConfigurableApplicationContext orders = run("orders", engine);
		Integer[] ports = { port(first), port(second) };
		Integer[] managementPorts = { managementPort(first), managementPort(second) };
		DiscoveryClient other = registryOf(orders);
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(other.getInstances(name)).extracting(ServiceInstance::getPort)
				.containsExactlyInAnyOrder(ports));
		assertThat(other.getInstances(name)).extracting(ServiceInstance::getInstanceId).doesNotHaveDuplicates();
		PortDiscovery discovery = orders.getBean(PortDiscovery.class);
		await().atMost(PATIENCE).untilAsserted(() -> {
			List<PortRegistration> found = discovery.findAll(name);
			assertThat(found).extracting(PortRegistration::port).containsExactlyInAnyOrder(ports);
			assertThat(found).extracting(PortRegistration::managementPort).containsExactlyInAnyOrder(managementPorts);
			assertThat(found).allSatisfy((instance) -> {
				assertThat(instance.status()).isEqualTo(Status.UP);
				assertThat(instance.pid()).isEqualTo(ProcessHandle.current().pid());
				assertThat(instance.healthUri())
					.hasToString("http://localhost:" + instance.managementPort() + "/actuator/health");
				assertThat(instance.metadata()).containsEntry(PortRegistration.RUNG, "DYNAMIC");
			});
		});
		RestClient client = orders.getBean(RestClient.Builder.class).baseUrl("aidis://" + name).build();
		assertThat(client.get().uri("/port").retrieve().body(Integer.class)).isIn((Object[]) ports);
		assertThat(orders.getBean(PortRegistry.class).registrations(name))
			.hasSize(engine.equals("file") ? 0 : ports.length);
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(health(first).getStatus().getCode()).isEqualTo("UP"));
		published(orders, name);
	}

	/**
	 * The common pool has one thread on two cores.
	 */
	private static final Executor OWN_THREAD = (task) -> new Thread(task).start();

	@ParameterizedTest
	@ValueSource(strings = { "file", "spring-cloud" })
	void instanceIsGoneBeforeItsLastRequestIsAnswered(String engine) throws Exception {
		String name = "slow-" + engine;
		ConfigurableApplicationContext orders = run("orders", engine);
		ConfigurableApplicationContext slow = run(name, engine);
		Service service = slow.getBean(Service.class);
		DiscoveryClient other = registryOf(orders);
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.getInstances(name)).hasSize(1));
		RestClient client = RestClient.create("http://localhost:" + port(slow));
		CompletableFuture<String> answer = CompletableFuture
			.supplyAsync(() -> client.get().uri("/slow").retrieve().body(String.class), OWN_THREAD);
		CompletableFuture<Void> end;
		try {
			service.asked.await();
			end = CompletableFuture.runAsync(slow::close, OWN_THREAD);
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.getInstances(name)).isEmpty());
			assertThat(answer).isNotDone();
			assertThat(end).isNotDone();
		}
		finally {
			service.released.countDown();
		}
		assertThat(answer.get()).isEqualTo("done");
		end.get();
	}

	@ParameterizedTest
	@ValueSource(strings = { "file", "spring-cloud" })
	void applicationThatIsStoppedAndStartedAgainIsFoundAtItsNewPort(String engine) throws Exception {
		String name = "moving-" + engine;
		ConfigurableApplicationContext orders = run("orders", engine);
		ConfigurableApplicationContext moving = run(name, engine, "--management.server.port=0");
		DiscoveryClient other = registryOf(orders);
		int before = port(moving);
		awaitPorts(other, name, before);
		moving.stop();
		awaitPorts(other, name);
		try (ServerSocket somebodyElse = new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
			moving.start();
			assertThat(port(moving)).isPositive().isNotEqualTo(somebodyElse.getLocalPort());
		}
		Set<Integer> seen = new HashSet<>();
		await().atMost(PATIENCE).until(() -> {
			other.getInstances(name).forEach((instance) -> seen.add(instance.getPort()));
			return seen.contains(port(moving));
		});
		assertThat(seen).as("nobody is led to the port that it has left").containsExactly(port(moving));
		PortDiscovery discovery = orders.getBean(PortDiscovery.class);
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(discovery.find(name)).map(PortRegistration::port).hasValue(port(moving)));
		published(orders, name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "file", "spring-cloud" })
	void refreshOfTheConfigurationLeavesTheInstanceAsItIs(String engine) throws Exception {
		String name = "refreshed-" + engine;
		ConfigurableApplicationContext orders = run("orders", engine);
		ConfigurableApplicationContext refreshed = run(name, engine, "--management.server.port=0");
		DiscoveryClient other = registryOf(orders);
		awaitPorts(other, name, port(refreshed));
		String id = other.getInstances(name).get(0).getInstanceId();
		assertThat(refreshed.getBean(ContextRefresher.class).refresh()).isEmpty();
		PortDiscovery discovery = orders.getBean(PortDiscovery.class);
		// Long enough for a second instance to be seen.
		await().during(Duration.ofSeconds(2)).atMost(PATIENCE).untilAsserted(() -> {
			assertThat(other.getInstances(name)).singleElement()
				.returns(id, ServiceInstance::getInstanceId)
				.returns(port(refreshed), ServiceInstance::getPort);
			assertThat(discovery.findAll(name)).singleElement()
				.returns(managementPort(refreshed), PortRegistration::managementPort)
				.returns(Status.UP, PortRegistration::status);
		});
		published(orders, name);
	}

	private static void awaitPorts(DiscoveryClient registry, String name, Integer... ports) {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(registry.getInstances(name)).extracting(ServiceInstance::getPort)
				.containsExactly(ports));
	}

	@Test
	void instanceWhoseProcessIsKilledIsFoundNoMoreWhenTheRegistryHasNoticed() throws Exception {
		List<String> settings = settingsThatNoticeACrash();
		ConfigurableApplicationContext orders = run("orders", "spring-cloud", settings.toArray(String[]::new));
		PortDiscovery discovery = orders.getBean(PortDiscovery.class);
		List<String> arguments = arguments(this.port.number(), "crashing", "spring-cloud");
		arguments.addAll(settings);
		try (JavaProcess crashing = JavaProcess.start(JavaProcess.classPath(), Map.of(), Service.class.getName(),
				arguments.toArray(String[]::new))) {
			crashing.awaitLine("The service is ready");
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(discovery.find("crashing")).map(PortRegistration::pid)
					.hasValue(crashing.pid()));
			crashing.kill();
		}
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(discovery.findAll("crashing")).isEmpty());
	}

	@Test
	void applicationStartsWithoutItsRegistryAndIsPublishedWhenThatComes() throws Exception {
		try (ReservedPort later = new ReservedPort()) {
			ConfigurableApplicationContext early = run(later.number(), "early", "spring-cloud");
			assertThat(RestClient.create("http://localhost:" + port(early))
				.get()
				.uri("/port")
				.retrieve()
				.body(Integer.class)).isEqualTo(port(early));
			Health down = health(early);
			assertThat(down.getStatus().getCode()).isEqualTo("DOWN");
			assertThat(String.valueOf(down.getDetails().get("problem"))).contains(":" + later.number());
			try (AutoCloseable registry = startRegistry(later.number())) {
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(health(early).getDetails()).doesNotContainKey("problem"));
				await().atMost(PATIENCE)
					.untilAsserted(() -> assertThat(registryOf(early).getInstances("early"))
						.extracting(ServiceInstance::getPort)
						.containsExactly(port(early)));
				early.close();
			}
		}
	}

	private static Health health(ConfigurableApplicationContext context) {
		Health health = context.getBean(PortRegistryHealthIndicator.class).health(true);
		return Objects.requireNonNull(health);
	}

	private ConfigurableApplicationContext run(String name, String engine, String... arguments) {
		return run(this.port.number(), name, engine, arguments);
	}

	/**
	 * Another name is another file, as on another machine.
	 */
	private ConfigurableApplicationContext run(int registry, String name, String engine, String... arguments) {
		SpringApplication application = new SpringApplication(Service.class);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		List<String> all = arguments(registry, name, engine);
		all.addAll(List.of(arguments));
		ConfigurableApplicationContext context = application.run(all.toArray(String[]::new));
		this.running.add(context);
		return context;
	}

	private List<String> arguments(int registry, String name, String engine) {
		List<String> all = new ArrayList<>(List.of("--spring.application.name=" + name, "--spring.main.banner-mode=off",
				"--aidis.port.registry.engine=" + engine, "--server.address=127.0.0.1",
				"--aidis.port.registry.file=" + this.folder.resolve(name + ".json")));
		all.addAll(settings(registry));
		return all;
	}

	private static int port(ConfigurableApplicationContext context) {
		return ((WebServerApplicationContext) context).getWebServer().getPort();
	}

	private static int managementPort(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
	}

	/**
	 * Return what asks the registry itself, and nothing of ours.
	 */
	private static DiscoveryClient registryOf(ConfigurableApplicationContext context) {
		return context.getBeansOfType(DiscoveryClient.class)
			.values()
			.stream()
			.filter((client) -> !(client instanceof CompositeDiscoveryClient)
					&& !(client instanceof SimpleDiscoveryClient)
					&& !client.getClass().getName().startsWith("dev.aidis"))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * An application that looks for others before it has a port, which makes some of the
	 * registries' clients publish port 0.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	public static class Service {

		private final CountDownLatch asked = new CountDownLatch(1);

		private final CountDownLatch released = new CountDownLatch(1);

		private final Environment environment;

		Service(Environment environment, List<DiscoveryClient> clients) {
			this.environment = environment;
			try {
				clients.forEach((client) -> client.getInstances("nobody"));
			}
			catch (RuntimeException ex) {
				// The registry may be away.
			}
		}

		/**
		 * Run the service until it is killed.
		 * @param arguments the command line
		 */
		public static void main(String[] arguments) {
			SpringApplication.run(Service.class, arguments);
			System.out.println("The service is ready");
		}

		@GetMapping("/port")
		int port() {
			return this.environment.getRequiredProperty("local.server.port", Integer.class);
		}

		@GetMapping("/slow")
		String slow() throws InterruptedException {
			this.asked.countDown();
			this.released.await();
			return "done";
		}

	}

}
