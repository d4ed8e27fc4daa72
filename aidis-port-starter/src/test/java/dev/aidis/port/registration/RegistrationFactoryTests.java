package dev.aidis.port.registration;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import dev.aidis.port.PortRegistration;

import static org.assertj.core.api.Assertions.assertThat;

class RegistrationFactoryTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final RegistrationProperties properties = new RegistrationProperties();

	@ParameterizedTest
	@CsvSource({ "0.0.0.0,localhost", "::,localhost", "127.0.0.1,localhost", "127.0.0.2,127.0.0.2",
			"192.0.2.7,192.0.2.7" })
	void serverIsReachedByLocalhostUnlessItListensElsewhereOnly(String address, String host) {
		this.environment.setProperty("server.address", address);
		assertThat(application().host()).isEqualTo(host);
	}

	@Test
	void ipv6AddressMakesAUrl() {
		this.environment.setProperty("server.address", "::1");
		assertThat(application().uri()).hasToString("http://[0:0:0:0:0:0:0:1]:8080");
	}

	@Test
	void tlsMakesTheSchemeHttps() {
		this.environment.setProperty("server.ssl.bundle", "orders");
		assertThat(application().uri()).hasToString("https://localhost:8080");
		this.environment.setProperty("server.ssl.enabled", "false");
		assertThat(application().uri()).hasToString("http://localhost:8080");
	}

	@Test
	void healthIsWhereTheApplicationAnswersByItself() {
		assertThat(application().healthEndpoint()).isEqualTo("/actuator/health");
		assertThat(withManagement().healthEndpoint()).isEqualTo("http://localhost:8081/actuator/health");
		assertThat(withManagement().managementPort()).isEqualTo(8081);
	}

	@Test
	void healthEndpointThatIsSetWinsOnBothServers() {
		this.properties.setHealthEndpoint("/healthz");
		assertThat(application().healthEndpoint()).isEqualTo("/healthz");
		assertThat(withManagement().healthEndpoint()).isEqualTo("/healthz");
		assertThat(withManagement().managementPort()).isEqualTo(8081);
	}

	@Test
	void managementServerHasASchemeOfItsOwn() {
		this.environment.setProperty("management.server.ssl.bundle", "orders");
		assertThat(withManagement().healthEndpoint()).isEqualTo("https://localhost:8081/actuator/health");
	}

	@Test
	void managementServerOnAnAddressOfItsOwnIsNotForOthersToAsk() {
		this.environment.setProperty("management.server.address", "192.0.2.7");
		assertThat(withManagement().healthEndpoint()).isNull();
		this.environment.setProperty("server.address", "192.0.2.7");
		assertThat(withManagement().healthEndpoint()).isEqualTo("http://192.0.2.7:8081/actuator/health");
	}

	private PortRegistration application() {
		return factory().application(8080);
	}

	private PortRegistration withManagement() {
		return factory().application(8080).with(factory().management(8081));
	}

	private RegistrationFactory factory() {
		return new RegistrationFactory(this.environment, "orders", Map.of(), this.properties, new HealthPath() {

			@Override
			public @Nullable String onApplicationServer() {
				return "/actuator/health";
			}

			@Override
			public @Nullable String onManagementServer() {
				return "/actuator/health";
			}

		});
	}

}
