package dev.aidis.port.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What other programs have in the file, and find there again as it was.
 */
final class ForeignEntries {

	private static final JsonMapper MAPPER = new JsonMapper();

	private final ObjectNode planted;

	ForeignEntries() {
		this.planted = (ObjectNode) MAPPER.readTree("""
				{
				  "foreign-service": { "serviceName": "foreign-service", "port": 9, "pid": %d, "startedAt": "%s",
				    "healthEndpoint": "/health", "owner": { "team": "Grüße ☕", "tags": ["a", null, true, 1.5] } },
				  "foreign-note": "not an entry at all",
				  "foreign-list": [1, 2, { "deep": {} }]
				}
				""".formatted(ProcessHandle.current().pid(), java.time.Instant.now()));
	}

	void plant(Path file) throws IOException {
		Files.writeString(file, this.planted.toPrettyString() + "\n");
	}

	boolean isForeign(String serviceName) {
		return serviceName.startsWith("foreign-");
	}

	/**
	 * Say what is wrong with the file at the end.
	 * @param report where to say it
	 * @return what is in the file
	 */
	JsonNode check(Path file, ChaosReport report) throws IOException {
		JsonNode registry;
		try {
			registry = MAPPER.readTree(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
		}
		catch (JacksonException ex) {
			report.happened(ChaosRun.FILE_BROKEN, ex.getMessage());
			return MAPPER.createObjectNode();
		}
		this.planted.forEachEntry((key, value) -> {
			if (!value.equals(registry.path(key))) {
				report.happened(ChaosRun.FOREIGN_CHANGED, key + " is " + registry.path(key));
			}
		});
		return registry;
	}

}
