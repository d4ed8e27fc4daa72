package dev.aidis.port.compose;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.compose.Container.Port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Reads what Docker Compose printed of a real engine, see {@code compose/README.md} in
 * the test resources.
 */
class ComposePsOutputTests {

	@Test
	void everyContainerThatRunsIsReadAndNoOther() throws IOException {
		assertThat(recorded()).extracting(Container::name)
			.containsExactly("shop-cache-1", "shop-database-1", "shop-other-1", "shop-resolver-1", "shop-shouting-1",
					"shop-silent-1", "shop-web-1");
		assertThat(recorded()).allSatisfy((container) -> {
			assertThat(container.image()).isEqualTo("busybox:1");
			assertThat(container.status()).isEqualTo(Status.UP);
			assertThat(container.labels()).containsEntry("com.docker.compose.project", "shop")
				.containsEntry("com.docker.compose.project.working_dir", "/home/me/shop");
		});
	}

	@Test
	void portIsReadForEachAddressThatItIsPublishedOn() throws IOException {
		assertThat(container("shop-database-1").ports()).containsExactly(new Port("localhost", 5432, 32775),
				new Port("::1", 5432, 32769));
		assertThat(container("shop-cache-1").ports()).containsExactly(new Port("localhost", 6379, 32778),
				new Port("localhost", 16379, 32776));
	}

	@Test
	void udpPortsAndThoseThatAreNotPublishedAreNone() throws IOException {
		assertThat(container("shop-web-1").ports()).containsExactly(new Port("localhost", 8080, 32780),
				new Port("localhost", 9000, 32779));
		assertThat(container("shop-resolver-1").ports()).isEmpty();
		assertThat(container("shop-silent-1").ports()).isEmpty();
	}

	@Test
	void labelsWithCommasAndEqualsSignsLeaveTheOthersWhole() throws IOException {
		assertThat(container("shop-database-1").labels()).containsEntry("dev.aidis.service", "orders-db")
			.containsEntry("dev.aidis.scheme", "tcp")
			.containsEntry("org.example.empty", "");
		assertThat(container("shop-database-1").labels().get("org.example.note")).startsWith("a text, with a comma");
		assertThat(container("shop-web-1").labels()).containsEntry("dev.aidis.service", "stock")
			.containsEntry("com.docker.compose.depends_on",
					"database:service_started:false,cache:service_started:false");
	}

	/**
	 * As Docker Compose printed it before 2.21.
	 */
	@Test
	void arrayIsReadAsLinesAre() throws IOException {
		String array = "[" + FakeDocker.recorded("ps.json").strip().replace("}\n{", "},\n{") + "]";
		assertThat(ComposePsOutput.parse(array)).isEqualTo(recorded());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "[]", "null", "{}" })
	void nothingRuns(String output) {
		assertThat(ComposePsOutput.parse(output)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "no such thing", "{\"State\":", "[{}", "}{" })
	void whatIsNoJsonIsAnError(String output) {
		assertThatIllegalStateException().isThrownBy(() -> ComposePsOutput.parse(output))
			.withMessage("it printed no JSON");
	}

	@Test
	void versionThatPrintsNoLabelsIsAnError() throws IOException {
		String old = FakeDocker.recorded("ps.json").replaceAll("\"Labels\":\"[^\"]*\",", "");
		assertThatIllegalStateException().isThrownBy(() -> ComposePsOutput.parse(old))
			.withMessage("it printed no labels; Docker Compose 2.21 or later does");
	}

	@ParameterizedTest
	@CsvSource({ "healthy,UP", "starting,STARTING", "unhealthy,UNKNOWN" })
	void healthCheckTellsHowFarItIs(String health, Status status) throws IOException {
		String output = FakeDocker.recorded("ps.json")
			.replace("\"Health\":\"healthy\"", "\"Health\":\"" + health + "\"");
		assertThat(ComposePsOutput.parse(output)).filteredOn(Container::name, "shop-database-1")
			.singleElement()
			.extracting(Container::status)
			.isEqualTo(status);
	}

	private static List<Container> recorded() throws IOException {
		return ComposePsOutput.parse(FakeDocker.recorded("ps.json"));
	}

	private static Container container(String name) throws IOException {
		return recorded().stream().filter((container) -> container.name().equals(name)).findFirst().orElseThrow();
	}

}
