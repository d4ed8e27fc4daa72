package dev.aidis.port.autoconfigure;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.RequiredProgram;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Whole applications whose fixed port somebody else has.
 */
@ExtendWith(OutputCaptureExtension.class)
class PortConflictApplicationTests {

	@TempDir
	Path folder;

	private FilePortRegistry registry;

	private ServerSocket busy;

	private int port;

	@BeforeEach
	void prepare() throws IOException {
		this.registry = new FilePortRegistry(this.folder.resolve("port-registry.json"), Duration.ofSeconds(10));
		this.busy = new ServerSocket(0);
		this.port = this.busy.getLocalPort();
	}

	@AfterEach
	void cleanUp() throws IOException {
		this.busy.close();
		this.registry.close();
	}

	// Explained

	@Test
	void serviceThatHasThePortIsNamedWithItsProcessAndThreeWaysOut(CapturedOutput output) throws Exception {
		try (JavaProcess stock = service(this.folder, "--spring.application.name=stock",
				"--aidis.port.registry.file=" + this.registry.location())) {
			PortRegistration found = this.registry.registrations("stock").get(0);
			fail(Server.TOMCAT, "--AIDIS_ORDERS_PORT=" + found.port());
			assertThat(output).contains("Port " + found.port() + " was already in use.")
				.contains("Asked for by: command line argument --AIDIS_ORDERS_PORT\n")
				.contains("Held by:      service 'stock' at http://localhost:" + found.port() + ", registered since "
						+ found.startedAt() + " in " + this.registry.location() + "\n")
				.contains("process " + stock.pid())
				.contains("1. End what has it: " + kill(stock.pid()) + "\n")
				.contains("2. Take another port: set command line argument --AIDIS_ORDERS_PORT to one that is free\n")
				.contains("3. Have one chosen: set it to 0, or set aidis.port.on-conflict=dynamic to have one chosen "
						+ "only while " + found.port() + " is in use\n");
		}
		assertThat(this.registry.registrations("orders")).isEmpty();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void serviceOfAnotherCheckoutIsNamedWithThatCheckout(CapturedOutput output) throws Exception {
		Path checkout = Files.createDirectories(this.folder.toRealPath().resolve("other"));
		Files.createDirectory(checkout.resolve(".git"));
		Path subfolder = Files.createDirectory(checkout.resolve("shop"));
		try (JavaProcess stock = service(subfolder, "--spring.application.name=stock");
				FilePortRegistry others = new FilePortRegistry(checkout.resolve("run/port-registry.json"),
						Duration.ofSeconds(10))) {
			int port = others.registrations("stock").get(0).port();
			fail(Server.TOMCAT, "--server.port=" + port);
			assertThat(output)
				.contains("service 'stock' at http://localhost:" + port + ", registered since ",
						" in " + others.location())
				.contains("process " + stock.pid() + " of user ", ", in " + subfolder + ": ");
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisabledOnOs(OS.WINDOWS)
	void foreignProgramThatHasThePortIsNamed(Server server, CapturedOutput output) throws Exception {
		RequiredProgram.require("python3", "python3");
		Process python;
		try (ReservedPort reserved = new ReservedPort()) {
			this.port = reserved.number();
			python = new ProcessBuilder("python3", "-u", "-m", "http.server", reserved.toString())
				.directory(this.folder.toFile())
				.start();
			try (var lines = python.inputReader()) {
				assertThat(lines.readLine()).contains("Serving HTTP");
				fail(server, "--server.port=" + this.port);
			}
			finally {
				python.destroyForcibly().waitFor();
			}
		}
		assertThat(output).contains("Asked for by: command line argument --server.port\n")
			.containsPattern("Held by:      process " + python.pid()
					+ " of user \\S+, since [-0-9T:]+Z, in .*: .*python3? " + "-u -m http.server " + this.port)
			.contains("1. End what has it: kill " + python.pid() + "\n");
	}

	@ParameterizedTest
	@EnumSource
	void busyManagementPortIsExplained(Server server, CapturedOutput output) {
		fail(server, "--management.server.port=" + this.port);
		assertThat(output).contains("Port " + this.port + " was already in use.")
			.contains("Asked for by: command line argument --management.server.port\n")
			.contains("Held by:      this process itself\n")
			.contains("1. End what has it: close the application in this process")
			.contains("2. Take another port: set command line argument --management.server.port to one that is free\n");
	}

	@Test
	void portThatTheApplicationSetsByItselfIsExplainedAsFarAsPossible(CapturedOutput output) {
		fail(Server.TOMCAT, PortOfItsOwn.class, "--own-port=" + this.port);
		assertThat(output).contains("Asked for by: no setting that is known here\n")
			.contains("Held by:      this process itself\n")
			.contains("2. Take another port: set the port where the application sets it to one that is free\n");
	}

	@Test
	void switchedOffItLeavesTheExplanationToSpringBoot(CapturedOutput output) {
		fail(Server.TOMCAT, "--aidis.port.enabled=false", "--server.port=" + this.port);
		assertThat(output).contains("Identify and stop the process that's listening on port " + this.port)
			.doesNotContain("Held by");
	}

	@Test
	void portOfWhichNothingIsKnownIsLeftToSpringBoot() throws IOException {
		try (ReservedPort nobodys = new ReservedPort()) {
			CleanEnvironment environment = new CleanEnvironment(Map.of("AIDIS_RUN_DIR", this.folder.toString()));
			ConfigurationPropertySources.attach(environment);
			PortInUseException failure = new PortInUseException(nobodys.number());
			assertThat(new PortConflictFailureAnalyzer(environment).analyze(failure, failure)).isNull();
		}
	}

	// Moved

	@ParameterizedTest
	@EnumSource
	void busyPortsMoveWithDynamicAndTheRealOnesAreRegistered(Server server, CapturedOutput output) throws IOException {
		try (ServerSocket management = new ServerSocket(0);
				ConfigurableApplicationContext context = run(server, "--server.port=" + this.port,
						"--management.server.port=" + management.getLocalPort(), "--aidis.port.on-conflict=dynamic")) {
			assertThat(this.registry.registrations("orders")).singleElement().satisfies((found) -> {
				assertThat(found.port()).isNotEqualTo(this.port).isEqualTo(local(context, "server"));
				assertThat(found.managementPort()).isNotEqualTo(management.getLocalPort())
					.isEqualTo(local(context, "management"));
				assertThat(found.metadata()).containsEntry("requestedPort", "0")
					.containsEntry("assignedBy",
							"command line argument --server.port, but " + this.port + " is in use, so dynamic");
			});
		}
		assertThat(output).containsOnlyOnce("Port " + this.port + " of service 'orders' (")
			.containsOnlyOnce(" of the management server of service 'orders' (")
			.doesNotContain("been taken");
	}

	@Test
	void managementServerThatSharesThePortMovesAlong() throws IOException {
		try (ConfigurableApplicationContext context = run(Server.TOMCAT, "--server.port=" + this.port,
				"--management.server.port=" + this.port, "--aidis.port.on-conflict=dynamic")) {
			assertThat(this.registry.registrations("orders")).singleElement().satisfies((found) -> {
				assertThat(found.port()).isEqualTo(local(context, "server"));
				assertThat(found.managementPort()).isNull();
				assertThat(found.healthEndpoint()).isEqualTo("/actuator/health");
			});
		}
	}

	// Taken after it was looked at

	@ParameterizedTest
	@EnumSource
	void portThatIsTakenDuringTheStartMovesWithDynamic(Server server, CapturedOutput output) throws IOException {
		try (ReservedPort taken = new ReservedPort();
				ConfigurableApplicationContext context = run(server, Taken.class, "--taken=" + taken,
						"--server.port=" + taken, "--aidis.port.on-conflict=dynamic")) {
			assertThat(this.registry.registrations("orders")).singleElement()
				.extracting(PortRegistration::port)
				.isNotEqualTo(taken.number())
				.isEqualTo(local(context, "server"));
		}
		assertThat(output)
			.containsOnlyOnce(" has been taken while the application started, so a dynamic one is opened");
	}

	@ParameterizedTest
	@EnumSource
	void managementPortThatIsTakenDuringTheStartMovesWithDynamic(Server server, CapturedOutput output)
			throws IOException {
		try (ReservedPort taken = new ReservedPort();
				ConfigurableApplicationContext context = run(server, Taken.class, "--taken=" + taken,
						"--management.server.port=" + taken, "--aidis.port.on-conflict=dynamic")) {
			assertThat(this.registry.registrations("orders")).singleElement()
				.extracting(PortRegistration::managementPort)
				.isNotEqualTo(taken.number())
				.isEqualTo(local(context, "management"));
		}
		assertThat(output).containsOnlyOnce(" has been taken while");
	}

	@ParameterizedTest
	@EnumSource
	void defaultPortThatIsTakenDuringTheStartMoves(Server server, CapturedOutput output) throws IOException {
		try (ReservedPort taken = new ReservedPort();
				ConfigurableApplicationContext context = run(server, Taken.class, "--taken=" + taken,
						"--server.address=127.0.0.1", "--aidis.port.services.orders.default-port=" + taken)) {
			assertThat(this.registry.registrations("orders").get(0).port()).isEqualTo(local(context, "server"));
		}
		assertThat(output).containsOnlyOnce(" has been taken while");
	}

	@ParameterizedTest
	@EnumSource
	void portThatIsTakenDuringTheStartIsExplained(Server server, CapturedOutput output) throws IOException {
		try (ReservedPort taken = new ReservedPort()) {
			fail(server, Taken.class, "--taken=" + taken, "--aidis.port.services.orders.default-port=" + taken,
					"--aidis.port.on-conflict=fail");
		}
		assertThat(output).contains("Asked for by: default port of orders\n")
			.contains("2. Take another port: set AIDIS_ORDERS_PORT to one that is free\n");
	}

	@ParameterizedTest
	@EnumSource
	void portThatNobodyTakesStaysWithDynamic(Server server, CapturedOutput output) throws IOException {
		try (ReservedPort free = new ReservedPort();
				ReservedPort management = new ReservedPort();
				ConfigurableApplicationContext context = run(server, "--server.port=" + free,
						"--management.server.port=" + management, "--aidis.port.on-conflict=dynamic")) {
			assertThat(local(context, "server")).isEqualTo(free.number());
			assertThat(local(context, "management")).isEqualTo(management.number());
		}
		assertThat(output).doesNotContain("in use", "been taken");
	}

	private static String kill(long pid) {
		return OS.WINDOWS.isCurrentOs() ? "taskkill /F /PID " + pid : "kill " + pid;
	}

	private static JavaProcess service(Path directory, String... arguments) throws IOException, InterruptedException {
		JavaProcess process = JavaProcess.start(directory, JavaProcess.classPath(),
				Map.of("AIDIS_PORT_REGISTRY", "", "AIDIS_RUN_DIR", ""), OptionalLibrariesApplication.class.getName(),
				arguments);
		process.awaitLine("application is ready");
		return process;
	}

	private void fail(Server server, String... arguments) {
		fail(server, Application.class, arguments);
	}

	private void fail(Server server, Class<?> configuration, String... arguments) {
		assertThatException().isThrownBy(() -> run(server, configuration, arguments).close())
			.withStackTraceContaining(PortInUseException.class.getName());
	}

	private ConfigurableApplicationContext run(Server server, String... arguments) {
		return run(server, Application.class, arguments);
	}

	private ConfigurableApplicationContext run(Server server, Class<?> configuration, String... arguments) {
		SpringApplication application = new SpringApplication(configuration, server.configuration, Application.class);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		application.setWebApplicationType(server.type);
		application.setDefaultProperties(
				Map.of("spring.application.name", "orders", "aidis.port.registry.file", this.registry.location(),
						"spring.jmx.enabled", "false", "spring.autoconfigure.exclude", server.managementOfOthers()));
		return application.run(arguments);
	}

	private static int local(ConfigurableApplicationContext context, String server) {
		return context.getEnvironment().getRequiredProperty("local." + server + ".port", Integer.class);
	}

	enum Server {

		TOMCAT(WebApplicationType.SERVLET, TomcatConfiguration.class),

		JETTY(WebApplicationType.SERVLET, JettyConfiguration.class),

		NETTY(WebApplicationType.REACTIVE, NettyConfiguration.class);

		private final WebApplicationType type;

		private final Class<?> configuration;

		Server(WebApplicationType type, Class<?> configuration) {
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
	@Import(TomcatServletWebServerAutoConfiguration.class)
	static class TomcatConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(JettyServletWebServerAutoConfiguration.class)
	static class JettyConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(NettyReactiveWebServerAutoConfiguration.class)
	static class NettyConfiguration {

	}

	/**
	 * Somebody who takes a port after the environment was looked at and before the web
	 * server starts.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Taken {

		@Bean
		ServerSocket taken(Environment environment) throws IOException {
			return new ServerSocket(environment.getRequiredProperty("taken", Integer.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PortOfItsOwn {

		@Bean
		WebServerFactoryCustomizer<ConfigurableWebServerFactory> portOfItsOwn(Environment environment) {
			return (factory) -> factory.setPort(environment.getRequiredProperty("own-port", Integer.class));
		}

	}

}
