package dev.aidis.port.sample.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.function.Consumer;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A registry file as another program sees it, which writes what it likes.
 *
 * @param path the file
 */
record RegistryFile(Path path) {

	private static final JsonMapper JSON = JsonMapper.shared();

	static RegistryFile in(Path folder) throws IOException {
		Path run = Files.createDirectories(folder.resolve("run"));
		Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));
		return new RegistryFile(run.resolve("port-registry.json"));
	}

	ObjectNode read() throws IOException {
		return Files.exists(this.path) ? (ObjectNode) JSON.readTree(Files.readString(this.path))
				: JSON.createObjectNode();
	}

	JsonNode entry(String key) throws IOException {
		return read().path(key);
	}

	/**
	 * Rewrite the file, without the lock that other programs do not know.
	 */
	void change(Consumer<ObjectNode> change) throws IOException {
		ObjectNode entries = read();
		change.accept(entries);
		Path temporary = Files.createTempFile(this.path.getParent(), "other", ".tmp",
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		Files.writeString(temporary, entries.toPrettyString() + "\n");
		Files.move(temporary, this.path, StandardCopyOption.ATOMIC_MOVE);
	}

	/**
	 * Add the entry of a process that runs.
	 */
	static ObjectNode add(ObjectNode entries, String key, int port, long pid) {
		return entries.putObject(key)
			.put("serviceName", key)
			.put("port", port)
			.put("pid", pid)
			.put("startedAt", Instant.now().toString());
	}

}
