package dev.aidis.port.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigurationMetadataTests {

	@Test
	void everyPropertyHasADescriptionAndADefaultWhereThereIsOne() throws IOException {
		Map<String, JsonNode> properties = new TreeMap<>();
		try (InputStream metadata = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			JsonMapper.shared()
				.readTree(metadata)
				.path("properties")
				.forEach((property) -> properties.put(property.path("name").stringValue(), property));
		}
		assertThat(properties).containsOnlyKeys("aidis.port.enabled", "aidis.port.service-name", "aidis.port.strict",
				"aidis.port.on-conflict", "aidis.port.services", "aidis.port.dotenv.enabled",
				"aidis.port.registry.file", "aidis.port.registry.engine", "aidis.port.registry.lock-timeout",
				"aidis.port.registration.enabled", "aidis.port.registration.health-endpoint",
				"aidis.port.registry.check-interval", "aidis.port.registration.identity.enabled",
				"aidis.port.registry.on-duplicate", "aidis.port.registry.watch", "aidis.port.registry.shared",
				"aidis.port.registry.require-lock", "aidis.port.registry.sync", "aidis.port.discovery.required",
				"aidis.port.discovery.http-clients.enabled", "aidis.port.discovery.spring-cloud.enabled",
				"aidis.port.advertise.host", "aidis.port.advertise.port", "aidis.port.advertise.management-port",
				"aidis.port.docker-compose.enabled", "aidis.port.docker-compose.interval",
				"aidis.port.docker-compose.ps.enabled", "aidis.port.docker-compose.ps.command",
				"aidis.port.docker-compose.ps.timeout", "aidis.port.kubernetes.annotate-pod", "aidis.port.clusters",
				"aidis.port.discovery.clusters", "aidis.port.discovery.trust-for", "aidis.mcp.port",
				"aidis.mcp-bridge.port", "aidis.command-dev.port", "aidis.command-prod.port",
				"management.endpoint.ports.access", "management.endpoint.ports.cache.time-to-live",
				"management.health.portregistry.enabled", "aidis.port.range", "aidis.port.sticky",
				"aidis.port.sticky-folder", "aidis.port.cluster", "aidis.port.registry.etcd.endpoints",
				"aidis.port.registry.etcd.prefix", "aidis.port.registry.etcd.lease-ttl",
				"aidis.port.registry.etcd.connect-timeout", "aidis.port.registry.etcd.request-timeout",
				"aidis.port.registry.etcd.username", "aidis.port.registry.etcd.password",
				"aidis.port.registry.etcd.ssl.bundle");
		assertThat(properties).allSatisfy(
				(name, property) -> assertThat(property.path("description").asString("")).as(name).endsWith("."));
		assertThat(defaultOf(properties, "aidis.port.enabled")).isEqualTo("true");
		assertThat(defaultOf(properties, "aidis.port.strict")).isEqualTo("false");
		assertThat(defaultOf(properties, "aidis.port.sticky")).isEqualTo("false");
		assertThat(defaultOf(properties, "aidis.port.registry.engine")).isEqualTo("file");
		assertThat(defaultOf(properties, "aidis.port.registry.lock-timeout")).isEqualTo("5s");
		assertThat(defaultOf(properties, "aidis.port.cluster")).isEqualTo("default");
		assertThat(defaultOf(properties, "aidis.port.registry.etcd.prefix")).isEqualTo("aidis");
		assertThat(defaultOf(properties, "aidis.port.registry.etcd.lease-ttl")).isEqualTo("10s");
		assertThat(properties.get("aidis.port.registry.etcd.endpoints").path("defaultValue").path(0).stringValue())
			.isEqualTo("http://localhost:2379");
		assertThat(defaultOf(properties, "aidis.port.registration.enabled")).isEqualTo("true");
		assertThat(defaultOf(properties, "aidis.port.registry.check-interval")).isEqualTo("250ms");
		assertThat(defaultOf(properties, "aidis.port.registration.identity.enabled")).isEqualTo("true");
		assertThat(defaultOf(properties, "aidis.port.discovery.http-clients.enabled")).isEqualTo("true");
		assertThat(defaultOf(properties, "aidis.port.discovery.spring-cloud.enabled")).isEqualTo("true");
		assertThat(defaultOf(properties, "aidis.port.docker-compose.enabled")).isEqualTo("true");
		assertThat(defaultOf(properties, "aidis.port.docker-compose.interval")).isEqualTo("10s");
		assertThat(defaultOf(properties, "aidis.port.docker-compose.ps.enabled")).isEqualTo("false");
		assertThat(properties.get("aidis.port.docker-compose.ps.command").path("defaultValue")).hasSize(5);
	}

	private static String defaultOf(Map<String, JsonNode> properties, String name) {
		return properties.get(name).path("defaultValue").asString("");
	}

}
