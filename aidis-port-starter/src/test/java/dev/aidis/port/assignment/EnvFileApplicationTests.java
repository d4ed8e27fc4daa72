package dev.aidis.port.assignment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ApplicationContextFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the {@link EnvFile} of the directory an application is started in, which can
 * only be chosen for a process of its own.
 */
class EnvFileApplicationTests {

	@TempDir
	Path folder;

	private Path module;

	@BeforeEach
	void createCheckout() throws IOException {
		Path checkout = Files.createDirectories(this.folder.resolve("checkout"));
		Files.createDirectory(checkout.resolve(".git"));
		this.module = Files.createDirectory(checkout.resolve("module"));
		Files.writeString(this.folder.resolve(".env"), "AIDIS_ORDERS_PORT=9009\n");
	}

	@Test
	void fileOfTheCheckoutCountsAboveTheConfigurationAndBelowTheEnvironment() throws Exception {
		Path file = this.folder.toRealPath().resolve("checkout/.env");
		Files.writeString(file, "AIDIS_ORDERS_PORT=9002\nSERVER_PORT=9008\n");
		assertThat(run(Map.of(), "--spring.application.name=orders")).contains("9002 by AIDIS_ORDERS_PORT in " + file);
		assertThat(run(Map.of("AIDIS_ORDERS_PORT", "9001"), "--spring.application.name=orders"))
			.contains("9001 by environment variable AIDIS_ORDERS_PORT");
	}

	@Test
	void fileOutsideOfTheCheckoutDoesNotCount() throws Exception {
		assertThat(run(Map.of(), "--spring.application.name=orders")).contains("0 by no setting, so dynamic");
	}

	@Test
	void fileDoesNotCountWhenItIsSwitchedOff() throws Exception {
		Files.writeString(this.module.resolve(".env"), "AIDIS_ORDERS_PORT=9002\n");
		assertThat(run(Map.of("AIDIS_PORT_DOTENV_ENABLED", "false"), "--spring.application.name=orders"))
			.contains("0 by no setting, so dynamic");
	}

	@Test
	void strictMayStandInTheFile() throws Exception {
		Files.writeString(this.module.resolve(".env"), "AIDIS_PORT_STRICT=true\nAIDIS_ORDERS_PORT=abc\n");
		assertThat(run(Map.of(), "--spring.application.name=orders")).contains("APPLICATION FAILED TO START")
			.contains("The value 'abc' of AIDIS_ORDERS_PORT in ");
	}

	private String run(Map<String, String> variables, String... arguments) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-Dspring.docker.compose.enabled=false", "-cp",
						System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
						Application.class.getName()));
		command.addAll(Arrays.asList(arguments));
		Path output = Files.createTempFile(this.folder, "output", ".txt");
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.module.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		builder.environment()
			.keySet()
			.removeIf((name) -> name.equals("PORT") || name.matches("(AIDIS|SERVER|SPRING|LOGGING)_.*"));
		builder.environment().putAll(variables);
		Process process = builder.start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		return Files.readString(output);
	}

	/**
	 * A web application as far as its environment goes, without a server.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Application {

		public static void main(String[] arguments) {
			SpringApplication application = new SpringApplication(Application.class);
			application.setWebApplicationType(WebApplicationType.SERVLET);
			application
				.setApplicationContextFactory(ApplicationContextFactory.of(AnnotationConfigApplicationContext::new));
			try (ConfigurableApplicationContext context = application.run(arguments)) {
				PortAssignment assignment = PortAssignment.of(context.getEnvironment());
				System.out
					.println(context.getEnvironment().getProperty("server.port") + " by " + assignment.assignedBy());
			}
		}

	}

}
