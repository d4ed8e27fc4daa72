package dev.aidis.port.autoconfigure;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.ApplicationContextFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.context.support.GenericWebApplicationContext;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.assignment.PortReservation;
import dev.aidis.port.assignment.ReservedRange;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for what becomes of a chosen port in real applications: until it is opened, while
 * it is open, and after.
 */
@ExtendWith(OutputCaptureExtension.class)
class PortReservationTests {

	@TempDir
	Path folder;

	// Until it is opened

	@ParameterizedTest
	@EnumSource
	void portThatIsTakenBeforeTheServerOpensItIsReplacedByAnotherOneOfTheRange(Server server, CapturedOutput output) {
		try (ReservedRange range = ReservedRange.of(2);
				ConfigurableApplicationContext context = run(server, Thief.class, "--AIDIS_ORDERS_PORT=" + range)) {
			int stolen = context.getBean(ServerSocket.class).getLocalPort();
			assertThat(port(context)).isBetween(range.first(), range.last()).isNotEqualTo(stolen);
			assertThat(output).containsOnlyOnce("Port " + stolen
					+ " has been taken since it was chosen, so the service gets port " + port(context) + " instead.");
			assertThat(registered()).containsExactly(port(context));
			PortAssignment moved = context.getBean(PortAssignment.class);
			assertThat(moved.requestedPort()).isEqualTo(port(context));
			assertThat(moved.assignedBy()).endsWith(", but " + stolen + " was taken meanwhile, so " + port(context));
			assertThat(registrations()).singleElement()
				.satisfies((found) -> assertThat(found.metadata()).containsEntry("range", range.toString())
					.containsEntry(PortRegistration.REQUESTED_PORT, String.valueOf(port(context)))
					.containsEntry(PortRegistration.ASSIGNED_BY, moved.assignedBy()));
		}
	}

	@ParameterizedTest
	@EnumSource
	void lastPortOfTheRangeThatIsTakenBeforeTheServerOpensItIsExplained(Server server, CapturedOutput output) {
		try (ReservedRange range = ReservedRange.of(1)) {
			assertThatException().isThrownBy(
					() -> run(server, Thief.class, "--AIDIS_ORDERS_PORT=" + range, "--aidis.port.on-conflict=dynamic"));
			assertThat(output).contains("Web server failed to start. Port " + range.first() + " was already in use.")
				.contains("2. Take another port: start again, and one that is free is chosen")
				.contains(
						"3. Have one chosen: set command line argument --AIDIS_ORDERS_PORT to a larger range, or to 0");
		}
	}

	@ParameterizedTest
	@EnumSource
	void stickyPortThatIsTakenBeforeTheServerOpensItIsReplacedByADynamicOne(Server server, CapturedOutput output) {
		int first;
		try (ConfigurableApplicationContext context = run(server, Application.class, sticky())) {
			first = port(context);
		}
		int second;
		try (ConfigurableApplicationContext context = run(server, Thief.class, sticky())) {
			second = port(context);
			assertThat(context.getBean(ServerSocket.class).getLocalPort()).isEqualTo(first);
			assertThat(second).isNotEqualTo(first);
			assertThat(output).containsOnlyOnce("Port " + first
					+ " has been taken since it was chosen, so the service gets a dynamic one instead.");
		}
		try (ConfigurableApplicationContext context = run(server, Application.class, sticky())) {
			assertThat(port(context)).isEqualTo(second);
		}
	}

	@Test
	void defaultPortThatIsTakenBeforeTheServerOpensItIsReplacedByADynamicOne() throws IOException {
		try (ReservedPort port = new ReservedPort();
				ConfigurableApplicationContext context = run(Server.TOMCAT, Thief.class,
						"--aidis.port.services.orders.default-port=" + port)) {
			assertThat(port(context)).isPositive().isNotEqualTo(port.number());
		}
	}

	/**
	 * The server of a test that opens its port early, as one may tell Tomcat to, has
	 * nothing to ask for any more.
	 */
	@Test
	void portThatTheServerItselfHasOpenedIsNotTakenForAnothers(CapturedOutput output) {
		try (ReservedRange range = ReservedRange.of(2);
				ConfigurableApplicationContext context = run(Server.TOMCAT, EarlyTomcat.class,
						"--AIDIS_ORDERS_PORT=" + range)) {
			assertThat(port(context)).isBetween(range.first(), range.last());
			assertThat(output).doesNotContain("has been taken");
		}
	}

	@Test
	void portOfTheManagementServerIsNotTakenForTheApplications() {
		try (ReservedRange range = ReservedRange.of(1);
				ConfigurableApplicationContext context = run(Server.TOMCAT, Application.class,
						"--AIDIS_ORDERS_PORT=" + range, "--management.server.port=0",
						"--spring.autoconfigure.exclude=org.springframework.boot.jetty.autoconfigure.actuate.web"
								+ ".server.JettyServletManagementContextAutoConfiguration")) {
			assertThat(port(context)).isEqualTo(range.first());
			assertThat(context.getEnvironment().getProperty("local.management.port", Integer.class)).isPositive()
				.isNotEqualTo(range.first());
		}
	}

	// While it is open, and after

	@ParameterizedTest
	@EnumSource
	void applicationsShareARangeAndGiveTheirPortsBack(Server server) {
		try (ReservedRange range = ReservedRange.of(2)) {
			String setting = "--AIDIS_ORDERS_PORT=" + range;
			for (int i = 0; i < 2; i++) {
				try (ConfigurableApplicationContext one = run(server, Application.class, setting);
						ConfigurableApplicationContext two = run(server, Application.class, setting)) {
					assertThat(List.of(port(one), port(two))).containsExactlyInAnyOrder(range.first(), range.last());
				}
			}
		}
	}

	@Test
	void exhaustedRangeStopsTheApplicationAndTellsWhoHasThePorts(CapturedOutput output) {
		try (ReservedRange range = ReservedRange.of(1);
				ConfigurableApplicationContext first = run(Server.TOMCAT, Application.class,
						"--aidis.port.range=" + range)) {
			assertThat(port(first)).isEqualTo(range.first());
			assertThatException()
				.isThrownBy(() -> run(Server.TOMCAT, Application.class, "--aidis.port.range=" + range));
			assertThat(output).contains("APPLICATION FAILED TO START")
				.contains("No port of the range " + range + " is free for service 'orders'. It was asked for by: "
						+ "command line argument --aidis.port.range. Its ports are held by:")
				.contains("    " + range.first() + ": service 'orders' (process " + ProcessHandle.current().pid()
						+ ", http://localhost:" + range.first() + ")")
				.contains("End one of these, make the range larger, or set it to another one.");
			assertThat(registered()).containsExactly(range.first());
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { PortLifecycleTests.FailingConfiguration.class, FailingEarly.class })
	void applicationThatFailsToStartGivesItsPortBack(Class<?> failing) {
		try (ReservedRange range = ReservedRange.of(1)) {
			assertThatException().isThrownBy(() -> run(Server.TOMCAT, failing, "--aidis.port.range=" + range))
				.withStackTraceContaining("planted failure");
			try (ConfigurableApplicationContext context = run(Server.TOMCAT, Application.class,
					"--aidis.port.range=" + range)) {
				assertThat(port(context)).isEqualTo(range.first());
			}
		}
	}

	@Test
	void applicationThatFailsBeforeItHasAContextGivesItsPortBack() {
		try (ReservedRange range = ReservedRange.of(1)) {
			SpringApplication application = application(Server.TOMCAT, Application.class);
			application.addListeners((ApplicationListener<ApplicationEnvironmentPreparedEvent>) (event) -> {
				throw new IllegalStateException("planted failure");
			});
			assertThatException().isThrownBy(() -> application.run("--aidis.port.range=" + range))
				.withMessage("planted failure");
			try (ConfigurableApplicationContext context = run(Server.TOMCAT, Application.class,
					"--aidis.port.range=" + range)) {
				assertThat(port(context)).isEqualTo(range.first());
			}
		}
	}

	@Test
	void childThatFailsLeavesThePortToItsParent() {
		try (ReservedRange range = ReservedRange.of(1);
				ConfigurableApplicationContext parent = run(Server.TOMCAT, Application.class,
						"--aidis.port.range=" + range)) {
			SpringApplication child = new SpringApplication(FailingEarly.class);
			child.setEnvironment(new CleanEnvironment(Map.of()));
			child.setWebApplicationType(WebApplicationType.NONE);
			child.addInitializers((context) -> context.setParent(parent));
			assertThatException().isThrownBy(() -> child.run()).withStackTraceContaining("planted failure");
			assertThatException().isThrownBy(() -> run(Server.TOMCAT, Application.class, "--aidis.port.range=" + range))
				.withStackTraceContaining("No port of " + range);
			assertThat(PortReservation.of(parent.getEnvironment())).isNotNull();
		}
	}

	/**
	 * As Spring's tests have it by default, and keep it until the last of them has run.
	 */
	@Test
	void applicationWithoutAServerOfItsOwnGivesItsPortBack() {
		try (ReservedRange range = ReservedRange.of(1)) {
			SpringApplication application = application(Server.TOMCAT, Application.class);
			application.setApplicationContextFactory(
					ApplicationContextFactory.of(() -> new GenericWebApplicationContext(new MockServletContext())));
			try (ConfigurableApplicationContext mock = application.run("--aidis.port.range=" + range);
					ConfigurableApplicationContext context = run(Server.TOMCAT, Application.class,
							"--aidis.port.range=" + range)) {
				assertThat(mock.getBean(PortReservation.class)).isNotNull();
				assertThat(port(context)).isEqualTo(range.first());
			}
		}
	}

	// Processes

	@Test
	void realServiceThatIsKilledHasTheSamePortAgain() throws Exception {
		List<String> urls = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			try (JavaProcess process = JavaProcess.start(
					System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
					Map.of("HOME", this.folder.toString()), OptionalLibrariesApplication.class.getName(),
					"--spring.application.name=orders", "--aidis.port.sticky=true", "--aidis.port.dotenv.enabled=false",
					"--aidis.port.registry.file=" + registry())) {
				urls.add(process.awaitLine("Service 'orders' is at").replaceFirst("^.*Service", "Service"));
				process.awaitLine("application is ready");
			}
		}
		assertThat(urls.get(1)).contains(urls.get(0).replaceFirst(" \\(.*", " "))
			.contains("no setting, so dynamic, the port it had before");
		assertThat(urls.get(2)).isEqualTo(urls.get(1));
		try (Stream<Path> files = Files.list(this.folder.resolve(".aidis/ports"))) {
			assertThat(files).singleElement().asString().contains("orders-");
		}
	}

	private String[] sticky() {
		return new String[] { "--aidis.port.sticky=true",
				"--aidis.port.sticky-folder=" + this.folder.resolve("ports") };
	}

	private Path registry() {
		return this.folder.resolve("port-registry.json");
	}

	private List<Integer> registered() {
		return registrations().stream().map(PortRegistration::port).toList();
	}

	private List<PortRegistration> registrations() {
		try (FilePortRegistry registry = new FilePortRegistry(registry(), Duration.ofSeconds(10))) {
			return registry.registrations();
		}
	}

	private ConfigurableApplicationContext run(Server server, Class<?> configuration, String... arguments) {
		return application(server, configuration).run(arguments);
	}

	private SpringApplication application(Server server, Class<?> configuration) {
		CleanEnvironment environment = new CleanEnvironment(Map.of());
		environment.getPropertySources()
			.addLast(new MapPropertySource("test", Map.of("spring.application.name", "orders",
					"aidis.port.registry.file", registry().toString(), "spring.jmx.enabled", "false")));
		SpringApplication application = new SpringApplication(Application.class, configuration, server.configuration);
		application.setWebApplicationType(server.type);
		application.setEnvironment(environment);
		return application;
	}

	private static int port(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	enum Server {

		TOMCAT(WebApplicationType.SERVLET, PortLifecycleTests.TomcatConfiguration.class),

		JETTY(WebApplicationType.SERVLET, PortLifecycleTests.JettyConfiguration.class),

		NETTY(WebApplicationType.REACTIVE, PortLifecycleTests.NettyConfiguration.class);

		private final WebApplicationType type;

		private final Class<?> configuration;

		Server(WebApplicationType type, Class<?> configuration) {
			this.type = type;
			this.configuration = configuration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/**
	 * Opens the port that was chosen, after it was chosen and before the server does.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Thief {

		@Bean(destroyMethod = "close")
		ServerSocket stolen(Environment environment) throws IOException {
			return new ServerSocket(environment.getRequiredProperty("server.port", Integer.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyTomcat {

		@Bean
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> early() {
			return (factory) -> factory
				.addConnectorCustomizers((connector) -> connector.setProperty("bindOnInit", "true"));
		}

	}

	/**
	 * Fails before there is any bean.
	 */
	@Configuration(proxyBeanMethods = false)
	static class FailingEarly {

		@Bean
		static BeanFactoryPostProcessor failing() {
			return (beanFactory) -> {
				throw new IllegalStateException("planted failure");
			};
		}

	}

}
