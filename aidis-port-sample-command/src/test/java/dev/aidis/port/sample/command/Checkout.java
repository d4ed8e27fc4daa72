package dev.aidis.port.sample.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Another checkout of this project, as far as its scripts can tell: it has a
 * {@code .git}, the scripts and the jars that were built here.
 */
final class Checkout implements AutoCloseable {

	private static final Path THIS = Path.of("..").toAbsolutePath().normalize();

	private final Path root;

	Checkout(Path root) throws IOException {
		this.root = Files.createDirectories(root).toRealPath();
		Files.createDirectory(this.root.resolve(".git"));
		for (String part : List.of("start-aidis.sh", "stop-aidis.sh", "scripts", "config")) {
			Files.createSymbolicLink(this.root.resolve(part), THIS.resolve(part));
		}
		for (String module : List.of("aidis-port-sample-mcp", "aidis-port-sample-command")) {
			linkJars(module);
		}
	}

	private void linkJars(String module) throws IOException {
		Path target = Files.createDirectories(this.root.resolve(module).resolve("target"));
		try (Stream<Path> files = Files.list(THIS.resolve(module).resolve("target"))) {
			for (Path jar : files.filter((file) -> file.toString().endsWith(".jar")).toList()) {
				Files.createSymbolicLink(target.resolve(jar.getFileName()), jar);
			}
		}
	}

	Path registry() {
		return this.root.resolve("run").resolve("port-registry.json");
	}

	JsonNode entries() throws IOException {
		return JsonMapper.shared().readTree(Files.readString(registry()));
	}

	Command run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
		Map<String, String> all = new HashMap<>(Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS",
				"-XX:TieredStopAtLevel=1", "AIDIS_START_CACHE", "false"));
		all.putAll(environment);
		return Command.run(this.root, all, command);
	}

	Command start(Map<String, String> environment) throws IOException, InterruptedException {
		return run(environment, "./start-aidis.sh");
	}

	Command stop() throws IOException, InterruptedException {
		return run(Map.of(), "./stop-aidis.sh");
	}

	@Override
	public void close() throws IOException, InterruptedException {
		Command stopped = stop();
		assertThat(stopped.exitCode()).as(stopped.output()).isZero();
	}

}
