package dev.aidis.port.compose;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the compose file that users copy to what the labels and properties mean.
 */
class ComposeFileTests {

	private static Map<String, Map<String, Object>> services;

	@BeforeAll
	@SuppressWarnings("unchecked")
	static void read() throws IOException {
		try (Reader reader = Files.newBufferedReader(Path.of("..", "config", "docker-compose", "compose.yml"))) {
			Map<String, Object> file = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
			services = (Map<String, Map<String, Object>>) file.get("services");
		}
	}

	@Test
	void containersThatAreLabelledLeaveTheirPortToTheEngine() {
		assertThat(labels("orders-db")).containsEntry(ContainerLabels.SERVICE, "orders-db")
			.containsEntry(ContainerLabels.SCHEME, "tcp");
		assertThat(service("orders-db").get("ports")).isEqualTo(List.of("127.0.0.1::5432"));
		assertThat(labels("stock")).containsEntry(ContainerLabels.SERVICE, "stock")
			.containsEntry(ContainerLabels.PORT, "80")
			.containsEntry(ContainerLabels.HEALTH, "/");
		assertThat(service("stock").get("ports")).isEqualTo(List.of("127.0.0.1::80"));
	}

	@Test
	void labelsAreKnown() {
		assertThat(services.keySet()).allSatisfy((name) -> assertThat(labels(name).keySet()).isSubsetOf(
				Set.of(ContainerLabels.SERVICE, ContainerLabels.PORT, ContainerLabels.SCHEME, ContainerLabels.HEALTH)));
	}

	@Test
	@SuppressWarnings("unchecked")
	void serviceThatRegistersItselfIsToldThePortItIsPublishedAt() {
		Map<String, String> environment = (Map<String, String>) service("orders").get("environment");
		String published = environment.get("AIDIS_PORT_ADVERTISE_PORT");
		assertThat(service("orders").get("ports"))
			.isEqualTo(List.of("127.0.0.1:" + published + ":" + environment.get("AIDIS_ORDERS_PORT")));
		assertThat(labels("orders")).as("would be registered twice").isEmpty();
	}

	private static Map<String, Object> service(String name) {
		return services.getOrDefault(name, Map.of());
	}

	@SuppressWarnings("unchecked")
	private static Map<String, String> labels(String service) {
		return (Map<String, String>) service(service).getOrDefault("labels", Map.of());
	}

}
