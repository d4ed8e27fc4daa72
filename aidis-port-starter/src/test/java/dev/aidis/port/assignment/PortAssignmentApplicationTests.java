package dev.aidis.port.assignment;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.assignment.PortAssignment.Rung;
import dev.aidis.port.registry.file.FileRegistryProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for the port assignment in real applications: their class path's
 * {@code spring.factories}, their configuration files, their web servers and what people
 * see of it all.
 */
@ExtendWith(OutputCaptureExtension.class)
class PortAssignmentApplicationTests {

	@TempDir
	Path folder;

	private final TestEnvironment environment = TestEnvironment.ofApplication();

	// What is assigned

	@Test
	void ownVariableBeatsServerPortOfTheConfigurationFile() throws IOException {
		try (ServerSocket held = new ServerSocket(0)) {
			configuration("server.port=" + held.getLocalPort());
			this.environment.variable("AIDIS_ORDERS_PORT", "0");
			try (ConfigurableApplicationContext context = run()) {
				assertAssigned(context, Rung.SERVICE_SETTING, "environment variable AIDIS_ORDERS_PORT");
				assertThat(listeningPort(context)).isPositive().isNotEqualTo(held.getLocalPort());
			}
		}
	}

	@Test
	void propertyInTheConfigurationFileIsNamedWithTheFile() throws IOException {
		configuration("aidis.orders.port=${ORDERS_WISH:0}");
		try (ConfigurableApplicationContext context = run()) {
			assertAssigned(context, Rung.SERVICE_SETTING, "aidis.orders.port in application.properties");
			assertThat(listeningPort(context)).isPositive();
		}
	}

	@Test
	void serverPortOfTheConfigurationFileIsLeftToSpringBoot() throws IOException {
		configuration("server.port=0");
		try (ConfigurableApplicationContext context = run()) {
			assertAssigned(context, Rung.APPLICATION_CONFIGURATION, "server.port in application.properties");
			assertThat(listeningPort(context)).isPositive();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "--aidis.orders.port=0", "--AIDIS_ORDERS_PORT=0" })
	void ownSettingOnTheCommandLineBeatsTheVariable(String argument) throws IOException {
		try (ServerSocket held = new ServerSocket(0)) {
			this.environment.variable("AIDIS_ORDERS_PORT", String.valueOf(held.getLocalPort()));
			try (ConfigurableApplicationContext context = run(argument)) {
				assertThat(assignment(context).assignedBy())
					.isEqualTo("command line argument " + argument.replace("=0", ""));
				assertThat(listeningPort(context)).isPositive();
			}
		}
	}

	@Test
	void serverPortOnTheCommandLineBeatsEverything() throws IOException {
		try (ServerSocket held = new ServerSocket(0)) {
			this.environment.variable("AIDIS_ORDERS_PORT", String.valueOf(held.getLocalPort()));
			this.environment.variable("PORT", String.valueOf(held.getLocalPort()));
			this.environment.variable("SERVER_PORT", String.valueOf(held.getLocalPort()));
			try (ConfigurableApplicationContext context = run("--server.port=0")) {
				assertAssigned(context, Rung.OVERRIDE, "command line argument --server.port");
				assertThat(listeningPort(context)).isPositive();
			}
		}
	}

	@Test
	void emptyServerPortVariableDoesNotHideTheConfigurationFile() throws IOException {
		configuration("server.port=0");
		this.environment.variable("SERVER_PORT", "");
		try (ConfigurableApplicationContext context = run()) {
			assertThat(assignment(context).rung()).isEqualTo(Rung.APPLICATION_CONFIGURATION);
			assertThat(context.getEnvironment().getProperty("server.port")).isEqualTo("0");
		}
	}

	@Test
	void busyDefaultPortDoesNotStopTheService(CapturedOutput output) throws IOException {
		try (ServerSocket held = new ServerSocket(0)) {
			configuration("aidis.port.services.orders.default-port=" + held.getLocalPort());
			try (ConfigurableApplicationContext context = run()) {
				assertThat(listeningPort(context)).isPositive().isNotEqualTo(held.getLocalPort());
			}
			assertThat(output).containsOnlyOnce("The default port " + held.getLocalPort() + " of service 'orders'");
		}
	}

	@Test
	void reactiveApplicationGetsAPortToo() {
		this.environment.variable("AIDIS_ORDERS_PORT", "0");
		try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE)) {
			assertThat(assignment(context).rung()).isEqualTo(Rung.SERVICE_SETTING);
			assertThat(listeningPort(context)).isPositive();
		}
	}

	@Test
	void applicationWithoutAWebServerGetsNone() {
		this.environment.variable("AIDIS_ORDERS_PORT", "0");
		try (ConfigurableApplicationContext context = run(WebApplicationType.NONE)) {
			assertThat(context.getEnvironment().getPropertySources().contains("aidisPort")).isFalse();
			assertThat(context.getEnvironment().containsProperty("server.port")).isFalse();
			assertThat(assignment(context).rung()).isEqualTo(Rung.NONE);
		}
	}

	@Test
	void configurationFileThatSwitchesTheWebServerOffCounts() throws IOException {
		configuration("spring.main.web-application-type=none");
		this.environment.variable("AIDIS_ORDERS_PORT", "0");
		try (ConfigurableApplicationContext context = run()) {
			assertThat(context).isNotInstanceOf(WebServerApplicationContext.class);
			assertThat(context.getEnvironment().getPropertySources().contains("aidisPort")).isFalse();
		}
	}

	@Test
	void configurationFileThatSwitchesTheStarterOffCounts(CapturedOutput output) throws IOException {
		configuration("aidis.port.enabled=false", "server.port=0");
		this.environment.variable("AIDIS_ORDERS_PORT", "abc");
		try (ConfigurableApplicationContext context = run()) {
			assertThat(context.getEnvironment().getPropertySources().contains("aidisPort")).isFalse();
			assertThat(context.getBeanProvider(PortAssignment.class).getIfAvailable()).isNull();
			assertThat(listeningPort(context)).isPositive();
		}
		assertThat(output).doesNotContain("AIDIS_ORDERS_PORT");
		assertThat(this.folder.resolve("port-registry.json")).doesNotExist();
	}

	// Variables that look like properties of ours

	@Test
	void variablesThatKubernetesMakesForAServiceNamedAidisDoNoHarm(CapturedOutput output) throws IOException {
		configuration("aidis.orders.port=0");
		Map.of("AIDIS_PORT", "tcp://10.0.0.1:80", "AIDIS_PORT_80_TCP", "tcp://10.0.0.1:80", "AIDIS_PORT_80_TCP_PROTO",
				"tcp", "AIDIS_PORT_80_TCP_PORT", "80", "AIDIS_PORT_80_TCP_ADDR", "10.0.0.1", "AIDIS_SERVICE_HOST",
				"10.0.0.1", "AIDIS_SERVICE_PORT", "80")
			.forEach(this.environment::variable);
		try (ConfigurableApplicationContext context = run()) {
			assertThat(assignment(context).rung()).isEqualTo(Rung.SERVICE_SETTING);
			assertThat(context.getBean(PortAssignmentProperties.class).isEnabled()).isTrue();
		}
		assertThat(output).doesNotContain("10.0.0.1");
	}

	@Test
	void variableWithThePathOfTheRegistryDoesNotDisturbTheRegistrysProperties() throws IOException {
		configuration("aidis.orders.port=0", "aidis.port.registry.lock-timeout=7s");
		Path file = this.folder.resolve("by-variable.json");
		this.environment.variable("AIDIS_PORT_REGISTRY", file.toString());
		try (ConfigurableApplicationContext context = run("--aidis.port.registry.file=")) {
			assertThat(context.getBean(FileRegistryProperties.class).getLockTimeout()).hasSeconds(7);
			assertThat(context.getBean(PortRegistry.class).location()).isEqualTo(file.toString());
			assertThat(file).content().contains("\"orders\": {");
		}
	}

	@Test
	void variableWithThePathOfTheRegistryIsEnough() {
		Path file = this.folder.resolve("by-variable.json");
		this.environment.variable("AIDIS_PORT_REGISTRY", file.toString());
		try (ConfigurableApplicationContext context = run("--aidis.port.registry.file=")) {
			assertThat(context.getBean(PortRegistry.class).location()).isEqualTo(file.toString());
		}
	}

	@Test
	void propertyWithThePathOfTheRegistryBeatsTheVariable() {
		this.environment.variable("AIDIS_PORT_REGISTRY", this.folder.resolve("by-variable.json").toString());
		try (ConfigurableApplicationContext context = run()) {
			assertThat(context.getBean(PortRegistry.class).location())
				.isEqualTo(this.folder.resolve("port-registry.json").toString());
		}
	}

	// What people see

	@ParameterizedTest
	@ValueSource(strings = { "abc", "70000", "-1", "" })
	void skippedValueIsSeenOnceWithWhatIsUsedInstead(String value, CapturedOutput output) {
		this.environment.variable("AIDIS_ORDERS_PORT", value);
		try (ConfigurableApplicationContext context = run()) {
			assertThat(listeningPort(context)).isPositive();
		}
		assertThat(output).containsOnlyOnce("AIDIS_ORDERS_PORT")
			.containsPattern("WARN .*Skipped environment variable AIDIS_ORDERS_PORT='" + value
					+ "': .* A dynamic port is used instead \\(no setting, so dynamic\\)\\.");
	}

	@Test
	void serviceLinkIsSeenOnceAtInfoWithAHint(CapturedOutput output) {
		this.environment.variable("AIDIS_ORDERS_PORT", "tcp://10.0.0.1:80");
		try (ConfigurableApplicationContext context = run()) {
			assertThat(listeningPort(context)).isPositive();
		}
		assertThat(output).containsOnlyOnce("AIDIS_ORDERS_PORT")
			.containsPattern("INFO .*AIDIS_ORDERS_PORT='tcp://10\\.0\\.0\\.1:80'.*enableServiceLinks: false");
	}

	@Test
	void strictFailureTellsSettingValueAndWayOut(CapturedOutput output) throws IOException {
		configuration("aidis.port.strict=true");
		this.environment.variable("AIDIS_ORDERS_PORT", "70000");
		assertThatException().isThrownBy(this::run);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The value '70000' of environment variable AIDIS_ORDERS_PORT cannot be used: "
					+ "it is greater than 65535.")
			.contains(
					"Set it to a port from 1 to 65535, to a range such as 20000-20099 or to 0 for a dynamic one, remove it, "
							+ "or set aidis.port.strict=false to have such values skipped.")
			.doesNotContain("\tat dev.aidis");
	}

	@Test
	void invalidServiceNameFailureTellsSettingValueAndWayOut(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run("--aidis.port.service-name=My Orders"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The value 'My Orders' of aidis.port.service-name cannot be used: a name consists of")
			.contains("Set aidis.port.service-name to a valid name, such as 'orders'.");
	}

	@Test
	void invalidServiceNameFailsAnApplicationWithoutAWebServerToo(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(WebApplicationType.NONE, "--aidis.port.service-name="));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The value '' of aidis.port.service-name cannot be used: a name consists of");
	}

	@Test
	void invalidDefaultPortFailureTellsSettingValueAndWayOut(CapturedOutput output) {
		assertThatException().isThrownBy(() -> run("--aidis.port.services.orders.default-port=70000"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The value '70000' of aidis.port.services.orders.default-port cannot be used")
			.contains("Set a port, or 0 for a dynamic one.");
	}

	@Test
	void nameThatIsMadeToFitIsSeenOnce(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("--spring.application.name=My Orders")) {
			assertThat(assignment(context).serviceName()).isEqualTo("my-orders");
		}
		assertThat(output).containsOnlyOnce("is no service name; the service registers as 'my-orders'");
	}

	private void configuration(String... lines) throws IOException {
		Files.write(this.folder.resolve("application.properties"), List.of(lines));
	}

	private ConfigurableApplicationContext run(String... arguments) {
		return run(WebApplicationType.SERVLET, arguments);
	}

	private ConfigurableApplicationContext run(WebApplicationType type, String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(type);
		application.setEnvironment(this.environment);
		application.setDefaultProperties(Map.of("spring.application.name", "orders", "spring.jmx.enabled", "false",
				"aidis.port.registry.file", this.folder.resolve("port-registry.json").toString()));
		List<String> all = new ArrayList<>(List.of("--spring.config.location=file:" + this.folder + "/"));
		all.addAll(Arrays.asList(arguments));
		return application.run(all.toArray(String[]::new));
	}

	private static PortAssignment assignment(ConfigurableApplicationContext context) {
		return context.getBean(PortAssignment.class);
	}

	private static void assertAssigned(ConfigurableApplicationContext context, Rung rung, String assignedBy) {
		assertThat(assignment(context))
			.extracting(PortAssignment::serviceName, PortAssignment::rung, PortAssignment::requestedPort,
					PortAssignment::assignedBy)
			.containsExactly("orders", rung, 0, assignedBy);
	}

	private static int listeningPort(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
