package dev.aidis.port.registry.etcd;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EtcdSettingsTests {

	private final EtcdRegistryProperties properties = new EtcdRegistryProperties();

	@Test
	void defaultsAreAnEtcdOnThisMachine() {
		EtcdSettings settings = EtcdSettings.of(this.properties, "default");
		assertThat(settings.location()).isEqualTo("etcd http://localhost:2379 /aidis/default/");
		assertThat(settings.leaseSeconds()).isEqualTo(10);
		assertThat(settings.isTls()).isFalse();
		assertThat(settings.isRemote()).isFalse();
	}

	@Test
	void endpointsMayBeSeveralWithOrWithoutAPort() {
		this.properties.setEndpoints(List.of("https://etcd-1", " https://etcd-2:1234/ ", "https://[::1]:2379"));
		EtcdSettings settings = EtcdSettings.of(this.properties, "default");
		assertThat(settings.endpoints()).map(String::valueOf)
			.containsExactly("https://etcd-1:2379", "https://etcd-2:1234", "https://[::1]:2379");
		assertThat(settings.isTls()).isTrue();
		assertThat(settings.isRemote()).isTrue();
	}

	@Test
	void partsOfASecondOfTheLeaseAreRoundedUp() {
		this.properties.setLeaseTtl(Duration.ofMillis(2001));
		assertThat(EtcdSettings.of(this.properties, "default").leaseSeconds()).isEqualTo(3);
	}

	@Test
	void passwordIsNeverShown() {
		this.properties.setUsername("orders");
		this.properties.setPassword("planted secret");
		assertThat(EtcdSettings.of(this.properties, "default").toString()).doesNotContain("planted secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost:2379", "localhost", "ftp://localhost", "http://", "http://localhost:0",
			"http://localhost:70000", "http://user:secret@localhost:2379", "http://localhost:2379/path",
			"http://localhost?x", "http://a b", "" })
	void endpointThatIsNoneIsRefused(String endpoint) {
		this.properties.setEndpoints(List.of("http://localhost:2379", endpoint));
		assertRefused("endpoints", "such as 'http://localhost:2379'");
	}

	static Stream<Arguments> refused() {
		return Stream.of(refused("endpoints", "at least one", (properties) -> properties.setEndpoints(List.of())),
				refused("endpoints", "all of them https",
						(properties) -> properties.setEndpoints(List.of("http://a", "https://b"))),
				refused("ssl.bundle", "endpoints with https", (properties) -> properties.getSsl().setBundle("etcd")),
				refused("password", "both or neither", (properties) -> properties.setUsername("orders")),
				refused("username", "both or neither", (properties) -> properties.setPassword("secret")),
				refused("prefix", "'/' only between", (properties) -> properties.setPrefix("/aidis")),
				refused("prefix", "'/' only between", (properties) -> properties.setPrefix("")),
				refused("prefix", "'/' only between", (properties) -> properties.setPrefix("a//b")),
				refused("lease-ttl", "at least 2000ms", (properties) -> properties.setLeaseTtl(Duration.ofSeconds(1))),
				refused("lease-ttl", "at most", (properties) -> properties.setLeaseTtl(Duration.ofDays(2))),
				refused("connect-timeout", "at least 1ms", (properties) -> properties.setConnectTimeout(Duration.ZERO)),
				refused("request-timeout", "at least 1ms",
						(properties) -> properties.setRequestTimeout(Duration.ofSeconds(-1))));
	}

	private static Arguments refused(String property, String wayOut, Consumer<EtcdRegistryProperties> change) {
		return Arguments.of(property, wayOut, change);
	}

	@ParameterizedTest
	@MethodSource("refused")
	void settingThatCannotWorkIsRefusedWithTheWayOut(String property, String wayOut,
			Consumer<EtcdRegistryProperties> change) {
		change.accept(this.properties);
		assertRefused(property, wayOut);
	}

	private void assertRefused(String property, String wayOut) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> EtcdSettings.of(this.properties, "default"))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo("aidis.port.registry.etcd." + property);
				assertThat(ex.getReason()).contains(wayOut);
			});
	}

}
