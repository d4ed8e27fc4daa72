package dev.aidis.port.compose;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.compose.Container.Port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ContainerLabelsTests {

	private static final Port DATABASE = new Port("localhost", 5432, 32775);

	private static final Port WEB = new Port("localhost", 8080, 32780);

	private final Map<String, String> labels = new HashMap<>(Map.of("dev.aidis.service", "orders"));

	@Test
	void containerIsDescribedByItsLabels() {
		this.labels.putAll(Map.of("dev.aidis.port", "8080", "dev.aidis.health", "/healthz"));
		PortRegistration registration = describe(DATABASE, WEB);
		assertThat(registration.serviceName()).isEqualTo("orders");
		assertThat(registration.healthUri()).hasToString("http://localhost:32780/healthz");
		assertThat(registration.status()).isEqualTo(Status.UP);
		assertThat(registration.pid()).isEqualTo(ProcessHandle.current().pid());
		assertThat(registration.metadata()).containsExactly(Map.entry("container", "shop-orders-1"),
				Map.entry("image", "orders:1"));
	}

	@ParameterizedTest
	@CsvSource({ "http", "https", "tcp" })
	void schemeIsWhatItSpeaks(String scheme) {
		this.labels.put("dev.aidis.scheme", scheme);
		assertThat(describe(DATABASE).uri()).hasToString(scheme + "://localhost:32775");
	}

	@Test
	void addressOfTheOlderProtocolIsPreferred() {
		assertThat(describe(new Port("::1", 5432, 32769), DATABASE).uri()).hasToString("http://localhost:32775");
		assertThat(describe(new Port("::1", 5432, 32769)).uri()).hasToString("http://[::1]:32769");
	}

	@Test
	void containerWithoutTheLabelIsNotMeant() {
		assertThat(ContainerLabels.isLabelled(container(DATABASE))).isTrue();
		this.labels.remove("dev.aidis.service");
		assertThat(ContainerLabels.isLabelled(container(DATABASE))).isFalse();
	}

	@Test
	void whichOfSeveralPortsMustBeSaid() {
		assertThatIllegalArgumentException().isThrownBy(() -> describe(DATABASE, WEB))
			.withMessage("it publishes several ports (5432, 8080); its label dev.aidis.port must say which, "
					+ "as a port of the container");
	}

	@Test
	void portMustBePublished() {
		assertThatIllegalArgumentException().isThrownBy(this::describe)
			.withMessage("it does not publish a TCP port on this machine");
		this.labels.put("dev.aidis.port", "32780");
		assertThatIllegalArgumentException().isThrownBy(() -> describe(DATABASE, WEB))
			.withMessage("it does not publish its TCP port 32780 on this machine");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "http", "8080/tcp", "99999999999" })
	void portMustBeANumber(String port) {
		this.labels.put("dev.aidis.port", port);
		assertThatIllegalArgumentException().isThrownBy(() -> describe(WEB))
			.withMessage("its label dev.aidis.port is '" + port + "' and must be a port of the container");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "ftp", "HTTP", "postgresql" })
	void schemeMustBeKnown(String scheme) {
		this.labels.put("dev.aidis.scheme", scheme);
		assertThatIllegalArgumentException().isThrownBy(() -> describe(WEB))
			.withMessage("its label dev.aidis.scheme is '" + scheme + "' and must be http, https or tcp");
	}

	@Test
	void healthEndpointNeedsHttp() {
		this.labels.putAll(Map.of("dev.aidis.scheme", "tcp", "dev.aidis.health", "/healthz"));
		assertThatIllegalArgumentException().isThrownBy(() -> describe(WEB)).withMessageContaining("dev.aidis.health");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "healthz", "http://example.org/healthz" })
	void healthEndpointMustBeOne(String endpoint) {
		this.labels.put("dev.aidis.health", endpoint);
		assertThatIllegalArgumentException().isThrownBy(() -> describe(WEB)).withMessageContaining("healthEndpoint");
	}

	@Test
	void nameMustNotBeEmpty() {
		this.labels.put("dev.aidis.service", "");
		assertThatIllegalArgumentException().isThrownBy(() -> describe(WEB)).withMessageContaining("serviceName");
	}

	private PortRegistration describe(Port... ports) {
		return ContainerLabels.describe(container(ports));
	}

	private Container container(Port... ports) {
		return new Container("shop-orders-1", "orders:1", Status.UP, this.labels, List.of(ports));
	}

}
