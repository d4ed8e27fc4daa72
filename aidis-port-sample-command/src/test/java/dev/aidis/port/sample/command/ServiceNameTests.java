package dev.aidis.port.sample.command;

import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the name of the service, which depends on the profile.
 */
class ServiceNameTests {

	@TempDir
	private Path temp;

	@ParameterizedTest
	@CsvSource({ "'', aidis-command-dev", "dev, aidis-command-dev", "prod, aidis-command-prod",
			"'prod,local', aidis-command-prod", "local, aidis-command-dev" })
	void dependsOnTheProfile(String profiles, String name) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(CommandApplication.class).run(
				"--server.port=0", "--spring.profiles.active=" + profiles,
				"--aidis.port.registry.file=" + this.temp.resolve("port-registry.json"))) {
			assertThat(context.getBean(PortRegistry.class).registrations()).extracting(PortRegistration::serviceName)
				.containsExactly(name);
		}
	}

}
