package dev.aidis.port.registration;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.mock.env.MockEnvironment;

import dev.aidis.port.PortRegistration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

class RegistrationFactoryTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final RegistrationProperties properties = new RegistrationProperties();

	private final AdvertiseProperties advertise = new AdvertiseProperties();

	private HealthPath paths = new HealthPath() {

		@Override
		public @Nullable String onApplicationServer() {
			return "/actuator/health";
		}

		@Override
		public @Nullable String onManagementServer() {
			return "/actuator/health";
		}

	};

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

	// Advertised elsewhere

	@Test
	void advertisedHostAndPortAreRegisteredAndTheRealPortIsAFact() {
		this.advertise.setHost("192.0.2.7");
		this.advertise.setPort(18080);
		PortRegistration registration = application();
		assertThat(registration.healthUri()).hasToString("http://192.0.2.7:18080/actuator/health");
		assertThat(registration.metadata()).containsExactly(entry("known", "fact"), entry("localPort", "8080"),
				entry("identity", "header"));
	}

	@Test
	void advertisedHostAloneLeavesThePorts() {
		this.advertise.setHost("host.docker.internal");
		assertThat(withManagement().uri()).hasToString("http://host.docker.internal:8080");
		assertThat(withManagement().managementPort()).isEqualTo(8081);
		assertThat(withManagement().healthEndpoint()).isEqualTo("http://host.docker.internal:8081/actuator/health");
		assertThat(withManagement().metadata()).doesNotContainKey("localPort");
	}

	@Test
	void portThatIsAdvertisedAsItIsNeedsNoFact() {
		this.advertise.setPort(8080);
		assertThat(application().metadata()).doesNotContainKey("localPort");
	}

	@Test
	void advertisedManagementPortIsRegisteredWithTheHealthEndpointOnIt() {
		this.advertise.setPort(18080);
		this.advertise.setManagementPort(18081);
		assertThat(withManagement().managementPort()).isEqualTo(18081);
		assertThat(withManagement().healthEndpoint()).isEqualTo("http://localhost:18081/actuator/health");
		assertThat(withManagement().metadata()).containsEntry("localPort", "8080").containsEntry("identity", "header");
	}

	@Test
	void managementServerThatNobodySaysHowToReachIsNotRegistered() {
		this.advertise.setPort(18080);
		assertThat(withManagement()).usingRecursiveComparison()
			.ignoringFields("instanceId", "startedAt")
			.isEqualTo(application());
	}

	@Test
	void healthEndpointMayBeOnTheAdvertisedHost() {
		this.advertise.setHost("192.0.2.7");
		this.properties.setHealthEndpoint("http://192.0.2.7:9001/healthz");
		assertThat(application().healthEndpoint()).isEqualTo("http://192.0.2.7:9001/healthz");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost", "localhost:18080", "localhost/x", "user@localhost", "a b", "0.0.0.0",
			"::", "[::]" })
	void advertisedHostThatNobodyCanConnectToIsRefused(String host) {
		this.advertise.setHost(host);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(this::factory)
			.withMessageContaining("aidis.port.advertise.host")
			.withMessageContaining("such as 'localhost'");
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 65536 })
	void advertisedPortOutOfRangeIsRefused(int port) {
		this.advertise.setPort(port);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(this::factory)
			.withMessageContaining("aidis.port.advertise.port");
		this.advertise.setPort(null);
		this.advertise.setManagementPort(port);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(this::factory)
			.withMessageContaining("aidis.port.advertise.management-port")
			.withMessageContaining("1 to 65535");
	}

	/**
	 * As a variable that is not set leaves them in a compose file.
	 */
	@Test
	void emptyHostIsNone() {
		this.advertise.setHost("");
		assertThat(application().host()).isEqualTo("localhost");
	}

	// Identity

	@Test
	void instanceProvesItsIdentityWhereTheApplicationAnswersByItself() {
		assertThat(application().provesIdentity()).isTrue();
		assertThat(withManagement().provesIdentity()).isTrue();
		assertThat(application().metadata()).containsExactly(entry("known", "fact"), entry("identity", "header"));
	}

	@Test
	void instanceThatIsToldNotToProvesNothing() {
		this.properties.getIdentity().setEnabled(false);
		assertThat(application().metadata()).containsExactly(entry("known", "fact"));
		assertThat(withManagement().metadata()).containsExactly(entry("known", "fact"));
	}

	/**
	 * The filter of an application is not asked for what is outside of its path.
	 */
	@ParameterizedTest
	@CsvSource({ "server.servlet.context-path,/shop,/shop/healthz,true", "server.servlet.context-path,/shop,/x,false",
			"server.servlet.context-path,/shop,/shopping,false", "spring.webflux.base-path,/shop/,/shop/healthz,true",
			"spring.webflux.base-path,/shop,/healthz,false", "server.servlet.context-path,/,/healthz,true",
			"server.servlet.context-path,'',http://localhost:9001/healthz,false" })
	void identityIsNotPromisedWhereTheApplicationDoesNotAnswer(String property, String base, String endpoint,
			boolean promised) {
		this.environment.setProperty(property, base);
		this.properties.setHealthEndpoint(endpoint);
		assertThat(application().provesIdentity()).isEqualTo(promised);
		assertThat(withManagement().provesIdentity()).isEqualTo(promised);
	}

	@Test
	void withoutAHealthEndpointTheRootProvesTheIdentity() {
		this.paths = HealthPath.NONE;
		assertThat(application().healthEndpoint()).isNull();
		assertThat(application().provesIdentity()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.servlet.context-path", "spring.webflux.base-path", "spring.mvc.servlet.path" })
	void withoutAHealthEndpointNothingIsPromisedForARootThatIsNotTheApplications(String property) {
		this.paths = HealthPath.NONE;
		this.environment.setProperty(property, "/shop");
		assertThat(application().provesIdentity()).isFalse();
		assertThat(withManagement().provesIdentity()).isFalse();
	}

	@Test
	void managementServerMayPromiseWhatTheApplicationCouldNot() {
		this.environment.setProperty("server.servlet.context-path", "/shop");
		assertThat(application().provesIdentity()).isFalse();
		assertThat(withManagement().provesIdentity()).isTrue();
		this.environment.setProperty("management.server.address", "192.0.2.7");
		assertThat(withManagement().healthEndpoint()).isNull();
		assertThat(withManagement().provesIdentity()).isFalse();
	}

	private PortRegistration application() {
		return factory().application(8080);
	}

	private PortRegistration withManagement() {
		return factory().application(8080).with(factory().management(8081));
	}

	private RegistrationFactory factory() {
		return new RegistrationFactory(this.environment, "orders", () -> Map.of("known", "fact"), this.properties,
				this.advertise, this.paths);
	}

}
