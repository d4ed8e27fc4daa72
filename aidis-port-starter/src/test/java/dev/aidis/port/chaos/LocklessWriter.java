package dev.aidis.port.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program for Node that takes no lock and rewrites the file as a whole.
 */
final class LocklessWriter {

	private static final String SCRIPT = "/chaos/lockless-writer.js";

	private final Process process;

	private final CompletableFuture<JsonNode> result;

	private LocklessWriter(Process process) {
		this.process = process;
		this.result = CompletableFuture.supplyAsync(() -> {
			String line = process.inputReader(StandardCharsets.UTF_8).lines().findFirst().orElse("{}");
			return new JsonMapper().readTree(line);
		}, (task) -> new Thread(task, "lockless-writer").start());
	}

	static LocklessWriter start(Surroundings surroundings, Children children, int number, int operations, long seed)
			throws IOException {
		Path script = surroundings.workFolder().resolve("lockless-writer.js");
		if (!Files.exists(script)) {
			try (InputStream resource = LocklessWriter.class.getResourceAsStream(SCRIPT)) {
				Files.copy(resource, script);
			}
		}
		Process process = new ProcessBuilder("node", script.toString(), surroundings.file().toString(),
				"lockless-" + number, Integer.toString(operations), Long.toString((seed & 0xFFFF) + number))
			.redirectError(Redirect.INHERIT)
			.start();
		children.add(process);
		return new LocklessWriter(process);
	}

	boolean isDone() {
		return this.result.isDone();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Return what it says at its end, and nothing if it was killed.
	 */
	JsonNode result() {
		return this.result.join();
	}

	void kill() {
		this.process.destroyForcibly();
	}

}
