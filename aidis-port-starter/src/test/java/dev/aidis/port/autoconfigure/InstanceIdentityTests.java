package dev.aidis.port.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.sun.net.httpserver.HttpServer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.discovery.HttpServiceHealthProbe;
import dev.aidis.port.discovery.ServiceHealth;
import dev.aidis.port.test.PortRegistryExtension;
import dev.aidis.port.test.TestPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole applications that are asked who they are, and strangers that have taken their
 * port.
 */
@ExtendWith(PortRegistryExtension.class)
class InstanceIdentityTests {

	private static final String PROBE = "Aidis-Probe";

	private static final String INSTANCE_ID = "Aidis-Instance-Id";

	TestPortRegistry registry;

	final HttpServiceHealthProbe probe = new HttpServiceHealthProbe();

	@BeforeEach
	void useRegistry(TestPortRegistry registry) {
		this.registry = registry;
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void probeIsAnsweredWithTheInstanceIdWhateverIsAsked(Server server) throws Exception {
		try (ConfigurableApplicationContext context = run(server, "orders")) {
			PortRegistration found = find("orders");
			assertThat(found.metadata()).containsEntry("identity", "header");
			assertThat(this.probe.probe(found)).isEqualTo(new ServiceHealth(true, "HTTP 200"));
			assertThat(this.probe.isInstance(found)).isTrue();
			for (String path : List.of("/hello", "/missing", "/fails", "/")) {
				assertThat(answerTo(found.uri() + path, PROBE)).as(path).contains(found.instanceId());
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void ordinaryRequestIsAnsweredWithoutIt(Server server) throws Exception {
		try (ConfigurableApplicationContext context = run(server, "orders")) {
			assertThat(answerTo(find("orders").uri() + "/hello")).isEmpty();
			assertThat(answerTo(String.valueOf(find("orders").healthUri()))).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void separateManagementServerAnswersToo(Server server) throws Exception {
		try (ConfigurableApplicationContext context = run(server, "orders", "--management.server.port=0",
				"--spring.autoconfigure.exclude=" + server.managementOfOthers())) {
			PortRegistration found = find("orders");
			assertThat(found.managementPort()).isNotNull();
			assertThat(found.healthUri()).hasPort(found.managementPort());
			assertThat(this.probe.probe(found)).isEqualTo(new ServiceHealth(true, "HTTP 200"));
			assertThat(answerTo("http://localhost:" + found.managementPort() + "/missing", PROBE))
				.contains(found.instanceId());
			assertThat(answerTo(found.uri() + "/hello", PROBE)).contains(found.instanceId());
			assertThat(answerTo(String.valueOf(found.healthUri()))).isEmpty();
		}
	}

	/**
	 * As Spring Security does, whose filter is at -100 on both.
	 */
	@ParameterizedTest
	@EnumSource(Server.class)
	void applicationThatLetsNobodyInStillSaysWhoItIs(Server server) {
		try (ConfigurableApplicationContext context = run(server, "orders", server.guard)) {
			PortRegistration found = find("orders");
			assertThat(this.probe.probe(found)).isEqualTo(new ServiceHealth(false, "HTTP 401"));
			assertThat(this.probe.isInstance(found)).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void withoutAHealthEndpointTheRootTells(Server server) {
		try (ConfigurableApplicationContext context = run(server, "orders",
				"--management.endpoints.web.exposure.exclude=*")) {
			PortRegistration found = find("orders");
			assertThat(found.healthEndpoint()).isNull();
			assertThat(this.probe.probe(found)).isEqualTo(new ServiceHealth(true, "HTTP 404"));
			assertThat(this.probe.isInstance(found)).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void pathOfTheApplicationIsNoObstacle(Server server) {
		try (ConfigurableApplicationContext context = run(server, "orders", server.base)) {
			PortRegistration found = find("orders");
			assertThat(found.healthEndpoint()).isEqualTo("/shop/actuator/health");
			assertThat(found.provesIdentity()).isTrue();
			assertThat(this.probe.probe(found)).isEqualTo(new ServiceHealth(true, "HTTP 200"));
		}
		try (ConfigurableApplicationContext context = run(server, "orders", server.base,
				"--management.endpoints.web.exposure.exclude=*")) {
			PortRegistration found = find("orders");
			assertThat(found.provesIdentity()).isFalse();
			assertThat(this.probe.probe(found)).isEqualTo(new ServiceHealth(true, "port accepts connections"));
		}
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void identityCanBeSwitchedOff(Server server) throws Exception {
		try (ConfigurableApplicationContext context = run(server, "orders",
				"--aidis.port.registration.identity.enabled=false")) {
			PortRegistration found = find("orders");
			assertThat(found.metadata()).doesNotContainKey("identity");
			assertThat(answerTo(found.uri() + "/hello", PROBE)).isEmpty();
			assertThat(this.probe.probe(found)).isEqualTo(new ServiceHealth(true, "HTTP 200"));
			assertThat(this.probe.isInstance(found)).isFalse();
		}
	}

	/**
	 * Tomcat calls no filter where no servlet is.
	 */
	@Test
	void rootThatTheApplicationDoesNotAnswerIsNotAsked() {
		try (ConfigurableApplicationContext context = run(Server.TOMCAT, "orders", "--spring.mvc.servlet.path=/api")) {
			assertThat(find("orders").provesIdentity()).isTrue();
			assertThat(this.probe.probe(find("orders"))).isEqualTo(new ServiceHealth(true, "HTTP 200"));
		}
		try (ConfigurableApplicationContext context = run(Server.TOMCAT, "orders", "--spring.mvc.servlet.path=/api",
				"--management.endpoints.web.exposure.exclude=*")) {
			assertThat(find("orders").provesIdentity()).isFalse();
			assertThat(this.probe.probe(find("orders"))).isEqualTo(new ServiceHealth(true, "port accepts connections"));
		}
	}

	// Somebody else on the port

	@Test
	void strangerThatTookThePortIsSeenByOperators() throws Exception {
		HttpServer stranger = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
		stranger.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(200, -1);
			exchange.close();
		});
		stranger.start();
		try (ConfigurableApplicationContext context = run(Server.TOMCAT, "orders",
				"--management.endpoints.web.exposure.include=health,ports")) {
			PortRegistration taken = find("orders")
				.with((builder) -> builder.port(stranger.getAddress().getPort()).instanceId("one").host("127.0.0.1"));
			this.registry.register(taken);
			this.registry.register(taken.with((builder) -> builder.instanceId("legacy").metadata(Map.of())));
			String ports = get(find("orders").uri() + "/actuator/ports/orders").body();
			assertThat(ports).containsOnlyOnce(
					"\"health\":{\"healthy\":false,\"detail\":\"answered by a program that is not this service\"}");
			assertThat(ports.split("\"healthy\":true")).as(ports).hasSize(3);
		}
		finally {
			stranger.stop(0);
		}
	}

	@Test
	void anotherServiceThatTookThePortIsNotTheOneThatDied() {
		try (ConfigurableApplicationContext context = run(Server.TOMCAT, "stock")) {
			PortRegistration stock = find("stock");
			PortRegistration died = stock.with((builder) -> builder.instanceId("one"));
			assertThat(this.probe.probe(died))
				.isEqualTo(new ServiceHealth(false, "answered by another instance (" + stock.instanceId() + ")"));
			assertThat(this.probe.isInstance(died)).isFalse();
			assertThat(this.probe.isInstance(stock)).isTrue();
		}
	}

	@Test
	void serviceThatDoesNotSpeakHttpAnyMoreIsDown() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
			PortRegistration registration = PortRegistration.builder("orders", silent.getLocalPort())
				.metadata(Map.of("identity", "header"))
				.build();
			assertThat(this.probe.probe(registration)).isEqualTo(new ServiceHealth(false, "no answer within 2 s"));
			assertThat(this.probe.isInstance(registration)).isFalse();
			assertThat(this.probe.isReachable(registration)).isTrue();
		}
	}

	private PortRegistration find(String name) {
		return this.registry.registrations(name).get(0);
	}

	/**
	 * Return the instance id in the answer to a request that has a header.
	 */
	private static Optional<String> answerTo(String uri, String... headers) throws Exception {
		return get(uri, headers).headers().firstValue(INSTANCE_ID);
	}

	private static HttpResponse<String> get(String uri, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofMinutes(1));
		for (String header : headers) {
			request.header(header, "anything");
		}
		return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
	}

	private ConfigurableApplicationContext run(Server server, String name, String... arguments) {
		return run(server, name, server.sources(), arguments);
	}

	private ConfigurableApplicationContext run(Server server, String name, Class<?> guard) {
		List<Class<?>> sources = new ArrayList<>(List.of(server.sources()));
		sources.add(guard);
		return run(server, name, sources.toArray(Class<?>[]::new));
	}

	private ConfigurableApplicationContext run(Server server, String name, Class<?>[] sources, String... arguments) {
		SpringApplication application = new SpringApplication(sources);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		application.setWebApplicationType(server.type);
		application.setDefaultProperties(
				Map.of("spring.application.name", name, "aidis.port.registry.file", this.registry.location(),
						"spring.jmx.enabled", "false", "management.health.portregistry.enabled", "false"));
		return application.run(arguments);
	}

	enum Server {

		TOMCAT(WebApplicationType.SERVLET, TomcatConfiguration.class, ServletGuard.class,
				"--server.servlet.context-path=/shop"),

		JETTY(WebApplicationType.SERVLET, JettyConfiguration.class, ServletGuard.class,
				"--server.servlet.context-path=/shop"),

		NETTY(WebApplicationType.REACTIVE, NettyConfiguration.class, ReactiveGuard.class,
				"--spring.webflux.base-path=/shop");

		private final WebApplicationType type;

		private final Class<?> configuration;

		private final Class<?> guard;

		private final String base;

		Server(WebApplicationType type, Class<?> configuration, Class<?> guard, String base) {
			this.type = type;
			this.configuration = configuration;
			this.guard = guard;
			this.base = base;
		}

		private Class<?>[] sources() {
			return new Class<?>[] { Application.class, this.configuration };
		}

		/**
		 * Name what would configure the management server of other web servers.
		 */
		private String managementOfOthers() {
			String tomcat = "org.springframework.boot.tomcat.autoconfigure.actuate.web.server.Tomcat";
			String jetty = "org.springframework.boot.jetty.autoconfigure.actuate.web.server.Jetty";
			return switch (this) {
				case TOMCAT -> jetty + "ServletManagementContextAutoConfiguration";
				case JETTY -> tomcat + "ServletManagementContextAutoConfiguration";
				case NETTY -> tomcat + "ReactiveManagementContextAutoConfiguration," + jetty
						+ "ReactiveManagementContextAutoConfiguration";
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		@GetMapping("/hello")
		String hello() {
			return "hello";
		}

		@GetMapping("/fails")
		String fails() {
			throw new IllegalStateException("planted failure");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration.class)
	static class TomcatConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration.class)
	static class JettyConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration.class)
	static class NettyConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	static class ServletGuard {

		@Bean
		FilterRegistrationBean<Filter> guard() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response,
					chain) -> ((HttpServletResponse) response).sendError(HttpServletResponse.SC_UNAUTHORIZED));
			registration.setOrder(-100);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveGuard {

		@Bean
		@Order(-100)
		WebFilter guard() {
			return (exchange, chain) -> {
				exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED);
				return Mono.empty();
			};
		}

	}

}
