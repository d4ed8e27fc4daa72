package dev.aidis.port.discovery.cloud;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup;
import org.springframework.web.service.registry.ImportHttpServices;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Whole applications with Spring Cloud and no registry but the file.
 */
class SpringCloudApplicationIT {

	static final String JETTY = "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration,"
			+ "org.springframework.boot.jetty.autoconfigure.actuate.web.server.JettyServletManagementContextAutoConfiguration";

	@TempDir
	Path folder;

	private FilePortRegistry registry;

	private final List<ConfigurableApplicationContext> running = new ArrayList<>();

	@BeforeEach
	void prepare() {
		this.registry = new FilePortRegistry(this.folder.resolve("port-registry.json"), Duration.ofMinutes(1));
	}

	@AfterEach
	void stop() {
		this.running.forEach(ConfigurableApplicationContext::close);
		this.registry.close();
	}

	@Test
	void loadBalancedClientsFindAServiceWhereverItMoves() {
		ConfigurableApplicationContext orders = run("orders", Caller.class);
		RestClient blocking = orders.getBean(RestClient.Builder.class).baseUrl("http://stock").build();
		WebClient reactive = orders.getBean(WebClient.Builder.class).baseUrl("http://stock").build();
		for (int i = 0; i < 10; i++) {
			ConfigurableApplicationContext stock = run("stock", Service.class);
			String port = String.valueOf(port(stock));
			assertThat(blocking.get().uri("/port").retrieve().body(String.class)).isEqualTo(port);
			assertThat(reactive.get().uri("/port").retrieve().bodyToMono(String.class).block()).isEqualTo(port);
			stock.close();
		}
		await().untilAsserted(() -> assertThat(this.registry.registrations("orders")).singleElement()
			.extracting(PortRegistration::dependsOn)
			.isEqualTo(List.of("stock")));
	}

	/**
	 * A group of HTTP service interfaces is led to the service of its own name, unless
	 * its base URL names another. Reactor Netty would share its threads with the services
	 * in this JVM and lose them as these close.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "stock", "parts" })
	void httpServiceGroupFindsAServiceWhereverItMoves(String name) {
		List<String> arguments = new ArrayList<>(List.of("--spring.http.clients.reactive.connector=jdk",
				"--spring.http.serviceclient.reactive.base-url=lb://" + name));
		if (!name.equals("stock")) {
			arguments.add("--spring.http.serviceclient.stock.base-url=lb://" + name);
		}
		ConfigurableApplicationContext orders = run("orders", Caller.class, arguments.toArray(String[]::new));
		BlockingStock blocking = orders.getBean(BlockingStock.class);
		ReactiveStock reactive = orders.getBean(ReactiveStock.class);
		for (int i = 0; i < 3; i++) {
			ConfigurableApplicationContext stock = run(name, Service.class);
			String port = String.valueOf(port(stock));
			assertThat(blocking.port()).isEqualTo(port);
			assertThat(reactive.port().block()).isEqualTo(port);
			stock.close();
		}
	}

	@Test
	void replicasAreCalledInTurn() {
		ConfigurableApplicationContext orders = run("orders", Caller.class);
		int first = port(run("stock", Service.class));
		int second = port(run("stock", Service.class));
		RestClient client = orders.getBean(RestClient.Builder.class).baseUrl("http://stock").build();
		List<Integer> called = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			called.add(Integer.valueOf(String.valueOf(client.get().uri("/port").retrieve().body(String.class))));
		}
		assertThat(called).contains(first, second).hasSize(4);
		assertThat(called.get(0)).isNotEqualTo(called.get(1));
	}

	@Test
	void discoveryClientsAndTheOwnRegistrationTellTheRealPort() {
		ConfigurableApplicationContext stock = run("stock", Service.class, "--management.server.port=0");
		Registration own = stock.getBean(Registration.class);
		assertThat(own.getPort()).isEqualTo(port(stock)).isPositive();
		assertThat(own.getServiceId()).isEqualTo("stock");
		assertThat(own.getMetadata().get("management.port")).isNotEqualTo(String.valueOf(own.getPort()))
			.isEqualTo(stock.getEnvironment().getProperty("local.management.port"));
		DiscoveryClient composite = stock.getBean(DiscoveryClient.class);
		assertThat(composite.getInstances("stock")).singleElement()
			.satisfies((found) -> assertThat(found.getInstanceId()).isEqualTo(own.getInstanceId()));
		ReactiveDiscoveryClient reactive = stock.getBean(ReactiveDiscoveryClient.class);
		assertThat(reactive.getServices().collectList().block()).contains("stock");
	}

	@Test
	void placeThatIsToBeTakenIsRefusedWhereNoRegistryCanGiveIt() {
		assertThatException()
			.isThrownBy(() -> run("stock", Service.class, "--aidis.port.registry.engine=spring-cloud",
					"--aidis.port.registry.on-duplicate=replace"))
			.havingRootCause()
			.withMessageContaining("aidis.port.registry.on-duplicate with value 'REPLACE'")
			.withMessageContaining("aidis.port.registry.engine=spring-cloud");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--AIDIS_STOCK_PORT=30000-39999", "--AIDIS_STOCK_PORT=0",
			"--spring.cloud.refresh.additional-property-sources-to-retain=mine,others" })
	void refreshOfTheConfigurationMovesNothing(String setting) {
		ConfigurableApplicationContext stock = run("stock", Service.class, "--management.server.port=0", setting);
		ConfigurableEnvironment environment = stock.getEnvironment();
		PortAssignment assigned = PortAssignment.of(environment);
		String serverPort = environment.getProperty("server.port");
		String instanceId = environment.getProperty("eureka.instance.instance-id");
		assertThat(stock.getBean(ContextRefresher.class).refresh()).isEmpty();
		assertThat(stock.getBean(ContextRefresher.class).refresh()).as("again").isEmpty();
		assertThat(PortAssignment.of(environment)).isEqualTo(assigned);
		assertThat(environment.getProperty("server.port")).isEqualTo(serverPort);
		assertThat(environment.getProperty("eureka.instance.instance-id")).isEqualTo(instanceId);
		assertThat(this.registry.registrations("stock")).singleElement()
			.extracting(PortRegistration::port)
			.isEqualTo(port(stock));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void settingsThatHaveChangedWithARefreshCountAtTheNextStart(boolean enabled) throws Exception {
		Path file = this.folder.resolve("changing.properties");
		Files.writeString(file, "AIDIS_STOCK_PORT=0\naidis.port.enabled=" + enabled + "\n");
		ConfigurableApplicationContext stock = run("stock", Service.class, "--server.port=0",
				"--spring.config.import=file:" + file);
		ConfigurableEnvironment environment = stock.getEnvironment();
		PortAssignment assigned = PortAssignment.of(environment);
		Files.writeString(file, "AIDIS_STOCK_PORT=30000-39999\naidis.port.enabled=true\nadded=1\n");
		assertThat(stock.getBean(ContextRefresher.class).refresh()).contains("added");
		assertThat(PortAssignment.of(environment)).isEqualTo(assigned);
		assertThat(environment.getProperty("server.port")).isEqualTo("0");
	}

	@Test
	void applicationThatIsRunAgainInItsEnvironmentIsGivenAPortAgain() throws Exception {
		ConfigurableApplicationContext stock = run("stock", Service.class, "--AIDIS_STOCK_PORT=30000-39999");
		int before = port(stock);
		stock.close();
		SpringApplication again = new SpringApplication(Service.class);
		again.setEnvironment(stock.getEnvironment());
		try (ServerSocket somebodyElse = new ServerSocket(before)) {
			this.running.add(again.run());
			assertThat(port(this.running.get(1))).isBetween(30000, 39999).isNotEqualTo(somebodyElse.getLocalPort());
		}
	}

	@Test
	void springCloudIsToldOnceThatTheApplicationIsRegistered() {
		ConfigurableApplicationContext stock = run("stock", Service.class, "--management.server.port=0");
		assertThat(stock.getBean(Service.class).registered).containsExactly(port(stock));
	}

	@Test
	void otherRegistryIsAskedForWhatTheFileDoesNotHold() {
		ConfigurableApplicationContext orders = run("orders", Caller.class,
				"--spring.cloud.discovery.client.simple.instances.billing[0].uri=http://10.0.0.7:9001",
				"--spring.cloud.discovery.client.simple.instances.stock[0].uri=http://10.0.0.7:9002");
		PortDiscovery discovery = orders.getBean(PortDiscovery.class);
		assertThat(discovery.find("billing"))
			.hasValueSatisfying((found) -> assertThat(found.uri()).hasToString("http://10.0.0.7:9001"));
		assertThat(discovery.resolve("stock")).hasToString("http://10.0.0.7:9002");
		ConfigurableApplicationContext stock = run("stock", Service.class);
		assertThat(discovery.resolve("stock")).hasToString("http://localhost:" + port(stock));
	}

	@Test
	void clientCanBeSwitchedOff() {
		ConfigurableApplicationContext orders = run("orders", Caller.class,
				"--aidis.port.discovery.spring-cloud.enabled=false");
		assertThat(orders.getBeanProvider(PortDiscoveryClient.class)).isEmpty();
		assertThat(orders.getBean(DiscoveryClient.class).getServices()).isEmpty();
		assertThat(this.registry.registrations("orders")).hasSize(1);
	}

	@Test
	void cacheThatTheApplicationWantsIsKept() {
		ConfigurableApplicationContext orders = run("orders", Caller.class);
		assertThat(orders.getEnvironment().getProperty("spring.cloud.loadbalancer.cache.enabled")).isEqualTo("false");
		ConfigurableApplicationContext other = run("other", Caller.class,
				"--spring.cloud.loadbalancer.cache.enabled=true");
		assertThat(other.getEnvironment().getProperty("spring.cloud.loadbalancer.cache.enabled")).isEqualTo("true");
	}

	private ConfigurableApplicationContext run(String name, Class<?> configuration, String... arguments) {
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		List<String> all = new ArrayList<>(List.of("--spring.application.name=" + name, "--spring.main.banner-mode=off",
				"--aidis.port.registry.file=" + this.registry.location(), "--spring.autoconfigure.exclude=" + JETTY));
		all.addAll(List.of(arguments));
		ConfigurableApplicationContext context = application.run(all.toArray(String[]::new));
		this.running.add(context);
		return context;
	}

	private static int port(ConfigurableApplicationContext context) {
		return ((WebServerApplicationContext) context).getWebServer().getPort();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Service {

		private final List<Integer> registered = new CopyOnWriteArrayList<>();

		@EventListener
		void registered(InstanceRegisteredEvent<?> event) {
			this.registered.add(((Registration) event.getConfig()).getPort());
		}

		@GetMapping("/port")
		String port(HttpServletRequest request) {
			return String.valueOf(request.getLocalPort());
		}

	}

	interface BlockingStock {

		@GetExchange("/port")
		String port();

	}

	interface ReactiveStock {

		@GetExchange("/port")
		Mono<String> port();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ImportHttpServices(group = "stock", types = BlockingStock.class)
	@ImportHttpServices(group = "reactive", types = ReactiveStock.class,
			clientType = HttpServiceGroup.ClientType.WEB_CLIENT)
	static class Caller {

		@Bean
		@LoadBalanced
		RestClient.Builder restClientBuilder() {
			return RestClient.builder();
		}

		@Bean
		@LoadBalanced
		WebClient.Builder webClientBuilder() {
			return WebClient.builder();
		}

	}

}
