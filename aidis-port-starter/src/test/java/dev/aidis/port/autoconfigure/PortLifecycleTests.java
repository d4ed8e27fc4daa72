package dev.aidis.port.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.test.PortRegistryExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Whole applications, from their environment to the removal of their registration.
 */
@ExtendWith({ OutputCaptureExtension.class, PortRegistryExtension.class })
class PortLifecycleTests {

	@TempDir
	Path folder;

	Path file;

	PortRegistry registry;

	@BeforeEach
	void useRegistry(PortRegistry registry) {
		this.registry = registry;
		this.file = Path.of(registry.location());
	}

	@ParameterizedTest
	@EnumSource(Server.class)
	void registersTheRealPortAndRemovesItOnClose(Server server) throws IOException {
		try (ConfigurableApplicationContext context = run(server.type, "orders", server.configuration)) {
			int port = webServer(context).getPort();
			PortRegistration found = this.registry.registrations("orders").get(0);
			assertThat(found.port()).isEqualTo(port).isPositive();
			assertThat(found.status()).isEqualTo(Status.UP);
			assertThat(found.pid()).isEqualTo(ProcessHandle.current().pid());
			assertThat(found.healthUri()).hasToString("http://localhost:" + port + "/actuator/health");
			assertThat(status(found.healthUri())).isEqualTo(200);
			assertThat(found.metadata()).containsEntry("requestedPort", "0")
				.containsEntry("assignedBy", "no setting, so dynamic")
				.doesNotContainKey("range");
		}
		assertThat(Files.readString(this.file)).isEqualTo("{}\n");
	}

	@Test
	void oneLineTellsNameUrlRequestedPortAndRung(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("orders", "--AIDIS_ORDERS_PORT=0")) {
			assertThat(output)
				.containsOnlyOnce("Service 'orders' is at http://localhost:" + webServer(context).getPort()
						+ " (requested port 0, command line argument --AIDIS_ORDERS_PORT), registered in " + this.file);
		}
		assertThat(output).containsOnlyOnce("Removed service 'orders' at http://localhost:");
	}

	@Test
	void fixedPortIsTheOneThatListens() throws IOException {
		try (ReservedPort reserved = new ReservedPort()) {
			int port = reserved.number();
			try (ConfigurableApplicationContext context = run("orders", "--AIDIS_ORDERS_PORT=" + port)) {
				assertThat(webServer(context).getPort()).isEqualTo(port);
				assertThat(this.registry.registrations("orders")).singleElement()
					.extracting(PortRegistration::port)
					.isEqualTo(port);
			}
		}
	}

	@Test
	void separateManagementServerPublishesBothPortsAndItsHealthUrl() throws IOException {
		try (ConfigurableApplicationContext context = run("orders",
				"--spring.autoconfigure.exclude=" + Server.TOMCAT.managementOfOthers(), "--management.server.port=0",
				"--management.server.base-path=/ops", "--server.servlet.context-path=/shop")) {
			PortRegistration found = this.registry.registrations("orders").get(0);
			int managementPort = context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
			assertThat(found.port()).isEqualTo(webServer(context).getPort()).isNotEqualTo(managementPort);
			assertThat(found.managementPort()).isEqualTo(managementPort);
			assertThat(found.healthEndpoint()).isEqualTo("http://localhost:" + managementPort + "/ops/actuator/health");
			assertThat(status(found.healthUri())).isEqualTo(200);
		}
		assertThat(this.registry.registrations()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(value = Server.class, names = "TOMCAT", mode = EnumSource.Mode.EXCLUDE)
	void separateManagementServerIsPublishedOnOtherServersToo(Server server) throws IOException {
		String others = "--spring.autoconfigure.exclude=" + server.managementOfOthers();
		try (ConfigurableApplicationContext context = run(server.type, "orders", server.configuration, others,
				"--management.server.port=0")) {
			PortRegistration found = this.registry.registrations("orders").get(0);
			int managementPort = context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
			assertThat(found.port()).isEqualTo(webServer(context).getPort()).isNotEqualTo(managementPort);
			assertThat(found.managementPort()).isEqualTo(managementPort);
			assertThat(status(found.healthUri())).isEqualTo(200);
		}
	}

	@Test
	void advertisedPortIsRegisteredAndKeptWithTheRealOneBesideIt(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("orders",
				"--spring.autoconfigure.exclude=" + Server.TOMCAT.managementOfOthers(), "--management.server.port=0",
				"--aidis.port.advertise.port=18080")) {
			String real = String.valueOf(webServer(context).getPort());
			assertThat(this.registry.registrations("orders")).singleElement().satisfies((found) -> {
				assertThat(found.port()).isEqualTo(18080);
				assertThat(found.managementPort()).isNull();
				assertThat(found.healthEndpoint()).isNull();
				assertThat(found.metadata()).containsEntry("localPort", real).containsEntry("requestedPort", "0");
			});
			assertThat(output)
				.contains("Service 'orders' is at http://localhost:18080, listening on port " + real + " (requested")
				.contains("Set aidis.port.advertise.management-port");
		}
		assertThat(this.registry.registrations()).isEmpty();
	}

	@Test
	void contextPathThatMayNotStandInTheRegistryIsNoObstacle(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("orders", "--server.servlet.context-path=/@shop")) {
			assertThat(this.registry.registrations("orders")).singleElement()
				.extracting(PortRegistration::healthEndpoint)
				.isNull();
			assertThat(output).contains("/@shop/actuator/health").contains("aidis.port.registration.health-endpoint");
		}
	}

	@Test
	void lookupsInAChildAreTheChildsDependencies() {
		try (ConfigurableApplicationContext parent = run(WebApplicationType.NONE, "parent",
				new Class<?>[] { Application.class })) {
			ConfigurableApplicationContext child = new SpringApplicationBuilder(Application.class).parent(parent)
				.web(WebApplicationType.SERVLET)
				.run("--spring.application.name=child", "--aidis.port.registry.file=" + this.file,
						"--aidis.port.registry.check-interval=20ms", "--spring.jmx.enabled=false");
			try (child) {
				child.getBean(PortDiscovery.class).find("stock");
				await().untilAsserted(() -> assertThat(this.registry.registrations("child")).singleElement()
					.extracting(PortRegistration::dependsOn)
					.isEqualTo(List.of("stock")));
			}
		}
	}

	@Test
	void healthUrlFollowsContextServletAndEndpointPaths() throws IOException {
		try (ConfigurableApplicationContext context = run("orders", "--server.servlet.context-path=/shop",
				"--spring.mvc.servlet.path=/api", "--management.endpoints.web.base-path=/manage")) {
			PortRegistration found = this.registry.registrations("orders").get(0);
			assertThat(found.healthEndpoint()).isEqualTo("/shop/api/manage/health");
			assertThat(status(found.healthUri())).isEqualTo(200);
		}
	}

	@Test
	void healthUrlFollowsTheBasePathOfWebFlux() throws IOException {
		try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE, "orders",
				new Class<?>[] { Application.class, NettyConfiguration.class }, "--spring.webflux.base-path=/shop")) {
			PortRegistration found = this.registry.registrations("orders").get(0);
			assertThat(found.healthEndpoint()).isEqualTo("/shop/actuator/health");
			assertThat(status(found.healthUri())).isEqualTo(200);
		}
	}

	@Test
	void withoutAnExposedHealthEndpointThereIsNoHealthUrl() {
		try (ConfigurableApplicationContext context = run("orders", "--management.endpoints.web.exposure.exclude=*")) {
			assertThat(this.registry.registrations("orders").get(0).healthEndpoint()).isNull();
		}
	}

	@Test
	void contextThatFailsAfterTheServerStartedLeavesNoEntry(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(WebApplicationType.SERVLET, "orders",
				new Class<?>[] { Application.class, FailingConfiguration.class }));
		assertThat(output).contains("Service 'orders' is at").contains("Removed service 'orders'");
		assertThat(this.file).content().isEqualTo("{}\n");
	}

	@Test
	void twoContextsInOneJvmAreBothRegisteredAndEachRemovesItsOwn() {
		ConfigurableApplicationContext first = run("orders");
		ConfigurableApplicationContext second = run("orders");
		try (first; second) {
			assertThat(this.registry.registrations("orders")).extracting(PortRegistration::port)
				.containsExactly(webServer(first).getPort(), webServer(second).getPort());
			first.close();
			assertThat(this.registry.registrations("orders")).extracting(PortRegistration::port)
				.containsExactly(webServer(second).getPort());
			assertThat(this.file).content().contains("\"orders\": {").doesNotContain("orders#2");
		}
		assertThat(this.registry.registrations()).isEmpty();
	}

	@Test
	void childContextWithItsOwnServerIsAnotherApplication() {
		try (ConfigurableApplicationContext parent = run("parent")) {
			ConfigurableApplicationContext child = new SpringApplicationBuilder(Application.class).parent(parent)
				.web(WebApplicationType.SERVLET)
				.run("--spring.application.name=child", "--aidis.port.registry.file=" + this.file,
						"--spring.jmx.enabled=false");
			assertThat(this.registry.registrations()).extracting(PortRegistration::serviceName)
				.containsExactly("parent", "child");
			child.close();
			assertThat(this.registry.registrations()).extracting(PortRegistration::serviceName)
				.containsExactly("parent");
		}
	}

	@Test
	void restartInTheSameJvmAsDevToolsDoesItLeavesOneTrueEntry() {
		run("orders").close();
		try (ConfigurableApplicationContext restarted = run("orders")) {
			assertThat(this.registry.registrations()).singleElement()
				.extracting(PortRegistration::port)
				.isEqualTo(webServer(restarted).getPort());
		}
	}

	@Test
	void stoppedAndStartedContextKeepsItsIdentityOnItsNewPort() {
		try (ConfigurableApplicationContext context = run("orders")) {
			context.stop();
			assertThat(this.registry.registrations()).isEmpty();
			context.start();
			assertThat(this.registry.registrations()).singleElement().satisfies((found) -> {
				assertThat(found.port()).isEqualTo(webServer(context).getPort());
				assertThat(found.status()).isEqualTo(Status.UP);
			});
		}
	}

	@Test
	void pausedContextStillServesAndKeepsItsEntry() throws IOException {
		try (ConfigurableApplicationContext context = run("orders")) {
			context.pause();
			PortRegistration found = this.registry.registrations("orders").get(0);
			assertThat(status(found.healthUri())).isEqualTo(200);
		}
	}

	@Test
	void entryThatSomebodyRemovedOrAlteredIsPutBack() throws IOException {
		try (ConfigurableApplicationContext context = run("orders", "--aidis.port.registry.check-interval=20ms")) {
			String good = Files.readString(this.file);
			Files.writeString(this.file, "{}\n");
			await().untilAsserted(() -> assertThat(this.file).content().isEqualTo(good));
			Files.writeString(this.file, good.replace("\"port\": " + webServer(context).getPort(), "\"port\": 1"));
			await().untilAsserted(() -> assertThat(this.file).content().isEqualTo(good));
			Files.delete(this.file);
			await().untilAsserted(() -> assertThat(this.file).content().isEqualTo(good));
		}
	}

	@Test
	void registryThatCannotBeWrittenDoesNotStopTheServiceAndIsTriedAgain(CapturedOutput output) throws IOException {
		Path blocked = this.folder.resolve("blocked");
		Files.writeString(blocked, "a file where the folder should be");
		Path blockedFile = blocked.resolve("port-registry.json");
		try (ConfigurableApplicationContext context = run("orders", "--aidis.port.registry.file=" + blockedFile,
				"--aidis.port.registry.check-interval=20ms")) {
			assertThat(output).containsOnlyOnce("others cannot find it for now").contains("not yet registered in");
			assertThat(output).contains("Set AIDIS_PORT_REGISTRY or aidis.port.registry.file");
			Files.delete(blocked);
			await().untilAsserted(() -> assertThat(blockedFile).exists());
			await().untilAsserted(() -> assertThat(output).containsOnlyOnce("is now registered in " + blockedFile));
		}
		assertThat(blockedFile).content().isEqualTo("{}\n");
	}

	@Test
	void lookedUpServicesBecomeDependencies() {
		try (ConfigurableApplicationContext context = run("orders", "--aidis.port.registry.check-interval=20ms")) {
			PortDiscovery discovery = context.getBean(PortDiscovery.class);
			discovery.find("stock");
			discovery.find("orders");
			await().untilAsserted(() -> assertThat(this.registry.registrations("orders")).singleElement()
				.extracting(PortRegistration::dependsOn)
				.isEqualTo(List.of("stock")));
		}
	}

	@Test
	void nonWebApplicationDiscoversAndDoesNotRegister() {
		try (ConfigurableApplicationContext service = run("orders");
				ConfigurableApplicationContext client = run(WebApplicationType.NONE, "client",
						new Class<?>[] { Application.class })) {
			assertThat(client.getEnvironment().getPropertySources().contains("aidisPort")).isFalse();
			assertThat(client.getBean(PortDiscovery.class).resolve("orders"))
				.hasToString("http://localhost:" + webServer(service).getPort());
			assertThat(this.registry.registrations()).extracting(PortRegistration::serviceName)
				.containsExactly("orders");
		}
	}

	@Test
	void lazyInitializationDelaysNothing() {
		try (ConfigurableApplicationContext context = run("orders", "--spring.main.lazy-initialization=true")) {
			assertThat(this.registry.registrations("orders")).singleElement().satisfies((found) -> {
				assertThat(found.port()).isEqualTo(webServer(context).getPort());
				assertThat(found.status()).isEqualTo(Status.UP);
			});
		}
		assertThat(this.registry.registrations()).isEmpty();
	}

	@Test
	void serverThatIsSwitchedOffIsNotRegistered() {
		try (ConfigurableApplicationContext context = run("orders", "--server.port=-1")) {
			assertThat(this.registry.registrations()).isEmpty();
		}
	}

	@Test
	void addressThatTheServerIsBoundToIsInTheUrl() {
		try (ConfigurableApplicationContext context = run("orders", "--server.address=127.0.0.2")) {
			assertThat(this.registry.registrations("orders").get(0).uri())
				.hasToString("http://127.0.0.2:" + webServer(context).getPort());
		}
	}

	private ConfigurableApplicationContext run(String name, String... arguments) {
		return run(WebApplicationType.SERVLET, name, new Class<?>[] { Application.class }, arguments);
	}

	private ConfigurableApplicationContext run(WebApplicationType type, String name, Class<?>[] sources,
			String... arguments) {
		SpringApplication application = new SpringApplication(sources);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		application.setWebApplicationType(type);
		application.setDefaultProperties(Map.of("spring.application.name", name, "aidis.port.registry.file",
				this.file.toString(), "spring.jmx.enabled", "false"));
		return application.run(arguments);
	}

	private static WebServer webServer(ConfigurableApplicationContext context) {
		WebServer server = ((WebServerApplicationContext) context).getWebServer();
		assertThat(server).isNotNull();
		return server;
	}

	private static int status(URI uri) throws IOException {
		HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
		try (InputStream input = connection.getInputStream()) {
			input.readAllBytes();
			return connection.getResponseCode();
		}
	}

	enum Server {

		TOMCAT(WebApplicationType.SERVLET, Application.class, TomcatConfiguration.class),

		JETTY(WebApplicationType.SERVLET, Application.class, JettyConfiguration.class),

		NETTY(WebApplicationType.REACTIVE, Application.class, NettyConfiguration.class);

		private final WebApplicationType type;

		private final Class<?>[] configuration;

		Server(WebApplicationType type, Class<?>... configuration) {
			this.type = type;
			this.configuration = configuration;
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
	static class Application {

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
	static class FailingConfiguration {

		@Bean
		SmartLifecycle failsAfterTheWebServerStarted() {
			return new SmartLifecycle() {

				@Override
				public void start() {
					throw new IllegalStateException("planted failure");
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

				@Override
				public int getPhase() {
					return Integer.MAX_VALUE;
				}

			};
		}

	}

}
