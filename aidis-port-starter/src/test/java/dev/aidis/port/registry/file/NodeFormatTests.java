package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.RequiredProgram;
import dev.aidis.port.registry.file.RegistryCorpus.Case;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What we write is what a program written for Node reads and would have written.
 */
class NodeFormatTests {

	/**
	 * The corpus's files with numbers that JavaScript cannot hold, or writes in another
	 * way.
	 */
	private static final List<String> OTHER_NUMBERS = List.of("whole-number-1e999999999.json", "whole-number-2-63.json",
			"whole-number-2-64.json", "whole-number-minus-zero.json", "whole-number-of-many-digits.json",
			"whole-port-1e3.json");

	@TempDir
	static Path folder;

	static Map<String, byte[]> ours = new LinkedHashMap<>();

	static Map<String, byte[]> theirs = new LinkedHashMap<>();

	@BeforeAll
	static void rewriteAllWithNode() throws Exception {
		RequiredProgram.require("node", "nodejs");
		ours.put("registered", registered());
		ours.put("good", RegistryFormat.write(RegistryFormat.parse(RegistryCorpus.good())));
		for (Case special : RegistryCorpus.special().toList()) {
			RegistryDocument document = special.broken() ? RegistryFormat.salvage(special.content())
					: RegistryFormat.parse(special.content());
			ours.put(special.name(), RegistryFormat.write(document));
		}
		Path files = Files.createDirectory(folder.resolve("files"));
		for (Map.Entry<String, byte[]> file : ours.entrySet()) {
			Files.write(files.resolve(file.getKey()), file.getValue());
		}
		Path script = Files.write(folder.resolve("rewrite.js"), RegistryCorpus.resource("rewrite.js"));
		Path output = folder.resolve("output");
		Process node = new ProcessBuilder("node", script.toString(), files.toString()).redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(node.waitFor(60, TimeUnit.SECONDS)).as("node ended").isTrue();
			assertThat(node.exitValue()).as(() -> read(output)).isZero();
		}
		finally {
			node.destroyForcibly();
		}
		for (String name : ours.keySet()) {
			theirs.put(name, Files.readAllBytes(files.resolve(name)));
		}
	}

	private static byte[] registered() throws Exception {
		Path file = folder.resolve("run").resolve("port-registry.json");
		FilePortRegistry registry = new FilePortRegistry(file, Duration.ofSeconds(30));
		List<PortRegistration> registrations = new ArrayList<>();
		registrations.add(PortRegistration.builder("plain", 41000).build());
		registrations.add(PortRegistration.builder("plain", 41001).startedAt(Instant.EPOCH).build());
		registrations.add(PortRegistration.builder("full", 41002)
			.healthEndpoint("http://localhost:41003/actuator/health")
			.managementPort(41003)
			.status(Status.UP)
			.scheme("https")
			.host("127.0.0.1")
			.dependsOn(List.of("plain", "ünïcode"))
			.metadata(
					Map.of("note", "\"\\/\b\f\n\r\t\u0000\u001b\u007f\u0085\u2028\u202e\ufeff\uffff\ud83d\ude00\ud800"))
			.build());
		try {
			registrations.forEach(registry::register);
			return Files.readAllBytes(file);
		}
		finally {
			registrations.forEach((registration) -> registry.deregister(registration.instanceId()));
			close(registry);
		}
	}

	static Stream<String> names() throws IOException {
		return Stream.concat(Stream.of("registered", "good"), RegistryCorpus.special().map(Case::name))
			.filter((name) -> !OTHER_NUMBERS.contains(name));
	}

	@ParameterizedTest
	@MethodSource("names")
	void whatWeWriteIsWhatNodeWritesAndANewline(String name) {
		assertThat(new String(ours.get(name), StandardCharsets.UTF_8))
			.isEqualTo(new String(theirs.get(name), StandardCharsets.UTF_8) + "\n");
	}

	static List<String> otherNumbers() {
		return OTHER_NUMBERS;
	}

	@ParameterizedTest
	@MethodSource("otherNumbers")
	void numbersThatJavaScriptCannotHoldKeepNodeFromReadingNothing(String name) throws Exception {
		RegistryDocument read = RegistryFormat.parse(theirs.get(name));
		RegistryDocument written = RegistryFormat.parse(ours.get(name));
		assertThat(read.values().keySet()).containsExactlyElementsOf(written.values().keySet());
		assertThat(read.values()).containsEntry("kept-1", written.values().get("kept-1"))
			.containsEntry("kept-2", written.values().get("kept-2"));
	}

	@Test
	void registryOfTheSystemBeforeUsSurvivesARegistrationAndItsRemovalToTheByte() throws Exception {
		byte[] seed = RegistryCorpus.resource("seed-port-registry.json");
		Path file = Files.createDirectory(folder.resolve("seed")).resolve("port-registry.json");
		Files.write(file, seed);
		FilePortRegistry registry = new FilePortRegistry(file, Duration.ofSeconds(30));
		try {
			PortRegistration orders = PortRegistration.builder("orders", 41873).build();
			registry.register(orders);
			String text = new String(seed, StandardCharsets.UTF_8);
			assertThat(file).content().startsWith(text.substring(0, text.length() - 2) + ",\n  \"orders\": {\n");
			registry.deregister(orders.instanceId());
			assertThat(file).content().isEqualTo(text + "\n");
		}
		finally {
			close(registry);
		}
	}

	private static void close(Object registry) throws Exception {
		if (registry instanceof AutoCloseable closeable) {
			closeable.close();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
