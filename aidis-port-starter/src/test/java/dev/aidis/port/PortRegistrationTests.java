package dev.aidis.port;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PortRegistrationTests {

	@ParameterizedTest
	@ValueSource(strings = { "/", "/healthz", "/a/b?c=d&e=%20", "http://localhost", "http://localhost:9001/healthz",
			"https://127.0.0.1/x", "http://[::1]:9001/healthz", "http://192.0.2.7:9001/healthz" })
	void healthEndpointIsAPathOrAUrlOnTheOwnHost(String text) {
		assertThat(PortRegistration.isHealthEndpoint(text, "192.0.2.7")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "healthz", "//healthz", "/a b", "/a//b", "/a\\b", "/user@host", "/a|b", "/a%zz",
			"http://localhost:80/{x}", "/a\nb", "/a\u0000b", "http://example.org/healthz",
			"http://localhost@example.org/healthz", "http://localhost:80@example.org/", "ftp://localhost/healthz",
			"http://localhost//x", "http:///x", "http://127.0.0.1.example.org/" })
	void nothingElseIsAHealthEndpoint(String text) {
		assertThat(PortRegistration.isHealthEndpoint(text, "localhost")).isFalse();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PortRegistration.builder("orders", 1).healthEndpoint(text).build());
	}

	@Test
	void longestPathIs256Characters() {
		assertThat(PortRegistration.isHealthEndpoint("/" + "a".repeat(255), "localhost")).isTrue();
		assertThat(PortRegistration.isHealthEndpoint("/" + "a".repeat(256), "localhost")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MIN_VALUE, -1, 0, 65536 })
	void portOutOfRangeIsRefused(int port) {
		assertThatIllegalArgumentException().isThrownBy(() -> PortRegistration.builder("orders", port).build())
			.withMessageContaining(String.valueOf(port));
	}

	@Test
	void emptyNameIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> PortRegistration.builder(" ", 8080).build());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a/b", "user@host", "[[", ":::", "a..b", "host#x" })
	void hostThatMakesNoUrlIsRefused(String host) {
		assertThat(PortRegistration.isHost(host)).isFalse();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PortRegistration.builder("orders", 8080).host(host).build());
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "192.0.2.7", "::1", "[::1]", "host.docker.internal" })
	void nameOrAddressIsAHost(String host) {
		assertThat(PortRegistration.isHost(host)).isTrue();
	}

	@Test
	void urisAreAbsolute() {
		PortRegistration registration = PortRegistration.builder("orders", 8080)
			.scheme("https")
			.host("::1")
			.healthEndpoint("/healthz")
			.build();
		assertThat(registration.uri()).hasToString("https://[::1]:8080");
		assertThat(registration.healthUri()).hasToString("https://[::1]:8080/healthz");
		assertThat(registration.with((builder) -> builder.healthEndpoint("http://localhost:9001/healthz")).healthUri())
			.hasToString("http://localhost:9001/healthz");
		assertThat(registration.with((builder) -> builder.healthEndpoint(null)).healthUri()).isNull();
	}

	@Test
	void instancesTellThemselvesApartAndKeepTheirIdentityWhenChanged() {
		PortRegistration first = PortRegistration.builder("orders", 8080).build();
		assertThat(PortRegistration.builder("orders", 8080).build().instanceId()).isNotEqualTo(first.instanceId());
		assertThat(first.with((builder) -> builder.port(8081)).instanceId()).isEqualTo(first.instanceId());
		assertThat(first.with((builder) -> {
		})).isEqualTo(first);
	}

	@Test
	void metadataKeepsItsOrderAndCannotBeChanged() {
		Map<String, String> metadata = new LinkedHashMap<>();
		for (int i = 0; i < 20; i++) {
			metadata.put("key" + i, "value");
		}
		PortRegistration registration = PortRegistration.builder("orders", 8080).metadata(metadata).build();
		metadata.clear();
		assertThat(registration.metadata().keySet()).hasSize(20).startsWith("key0", "key1", "key2");
		assertThat(registration.metadata()).isUnmodifiable();
	}

	@Test
	void oneFactIsChangedOrRemovedWithoutTheOthers() {
		PortRegistration registration = PortRegistration.builder("orders", 8080)
			.metadata(Map.of("key", "value"))
			.metadata("another", "fact")
			.build();
		assertThat(registration.metadata()).containsExactly(Map.entry("key", "value"), Map.entry("another", "fact"));
		assertThat(registration.with((builder) -> builder.metadata("key", null)).metadata())
			.containsExactly(Map.entry("another", "fact"));
	}

}
