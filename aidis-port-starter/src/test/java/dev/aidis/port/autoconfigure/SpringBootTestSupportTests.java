package dev.aidis.port.autoconfigure;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The test of a user who has set nothing.
 */
@SpringBootTest(classes = SpringBootTestSupportTests.Application.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.application.name=aidis-mcp", "spring.main.web-application-type=servlet" })
class SpringBootTestSupportTests {

	@LocalServerPort
	int port;

	@Autowired
	PortDiscovery discovery;

	@Autowired
	PortRegistry registry;

	@Autowired
	WebServerApplicationContext context;

	@Test
	void randomPortIsRegisteredInATemporaryRegistryAndNotInTheCheckout() {
		assertThat(this.port).isEqualTo(this.context.getWebServer().getPort()).isNotEqualTo(8080);
		assertThat(this.discovery.findAll("aidis-mcp")).extracting(PortRegistration::port).contains(this.port);
		assertThat(Path.of(this.registry.location()).startsWith(System.getProperty("java.io.tmpdir"))).isTrue();
	}

	@EnableAutoConfiguration
	static class Application {

	}

}
