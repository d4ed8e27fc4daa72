package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.RegistryCorpus.Case;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Puts every file of the {@link RegistryCorpus} in the place of a registry that two
 * services have registered in.
 */
class RegistryCorpusTests {

	@TempDir
	static Path folder;

	static Path file;

	static FilePortRegistry one;

	static FilePortRegistry two;

	static Map<String, JsonNode> good;

	PortRegistration orders = PortRegistration.builder("corpus-orders", 41873).build();

	PortRegistration stock = PortRegistration.builder("corpus-stock", 41874).build();

	@BeforeAll
	static void open() throws BrokenRegistryException {
		file = folder.resolve("run").resolve("port-registry.json");
		one = registry();
		two = registry();
		good = RegistryFormat.parse(RegistryCorpus.good()).values();
	}

	@AfterAll
	static void close() throws Exception {
		close(one);
		close(two);
	}

	@AfterEach
	void clear() throws IOException {
		one.deregister(this.orders.instanceId());
		two.deregister(this.stock.instanceId());
		Files.deleteIfExists(file);
		for (Path copy : corruptCopies()) {
			Files.delete(copy);
		}
	}

	static Stream<Case> corpus() throws IOException {
		return RegistryCorpus.some();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("corpus")
	void servicesAreBackAndWhatIsWholeIsKept(Case corrupt) throws Exception {
		one.register(this.orders);
		two.register(this.stock);
		replaceFile(corrupt.content());
		one.register(this.orders);
		two.register(this.stock);
		Map<String, JsonNode> values = RegistryFormat.parse(Files.readAllBytes(file)).values();
		assertThat(values.keySet()).as(corrupt.name()).containsAll(corrupt.kept());
		assertThat(values.keySet()).as(corrupt.name()).noneMatch((key) -> key.startsWith("lost"));
		corrupt.kept()
			.stream()
			.filter(good::containsKey)
			.forEach((key) -> assertThat(values).containsEntry(key, good.get(key)));
		FilePortRegistry fresh = registry();
		try {
			assertThat(fresh.registrations(this.orders.serviceName())).containsExactly(this.orders);
			assertThat(fresh.registrations(this.stock.serviceName())).containsExactly(this.stock);
			fresh.verify();
		}
		finally {
			close(fresh);
		}
		assertThat(corruptCopies()).as(corrupt.name())
			.extracting((copy) -> copy.getFileName().toString())
			.isEqualTo(corrupt.broken() ? List.of("port-registry.json.corrupt-1") : List.of());
	}

	@Test
	void corpusIsAsLargeAsItIsMeantToBe() throws IOException {
		assertThat(RegistryCorpus.special().count()).isGreaterThan(100);
		assertThat(RegistryCorpus.some().map(Case::name).distinct().count()).isEqualTo(RegistryCorpus.some().count())
			.isGreaterThan(900);
		assertThat(RegistryCorpus.some().filter((corrupt) -> !corrupt.broken()).count()).isGreaterThan(100);
		assertThat(good).hasSize(5);
		one.register(this.orders);
	}

	/**
	 * Write something that has not changed for a while, as a file that is broken for good
	 * has not.
	 */
	private static void replaceFile(byte[] content) throws IOException {
		Files.write(file, content);
		Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(10)));
	}

	private static FilePortRegistry registry() {
		return new FilePortRegistry(file, Duration.ofSeconds(30));
	}

	private static void close(Object registry) throws Exception {
		if (registry instanceof AutoCloseable closeable) {
			closeable.close();
		}
	}

	private static List<Path> corruptCopies() throws IOException {
		try (Stream<Path> files = Files.list(file.getParent())) {
			return files.filter((path) -> path.getFileName().toString().contains(".corrupt-")).sorted().toList();
		}
	}

}
