package dev.aidis.port.registry.file;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

/**
 * One entry of the file, ours or another program's, and its translation from and to a
 * {@link PortRegistration}. Reading forgives what a foreign program left out or got
 * wrong; writing keeps the fields it does not know.
 *
 * @param key the key in the file
 * @param serviceName the name of the service
 * @param json the entry itself
 */
record RegistryEntry(String key, String serviceName, ObjectNode json) {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private static final Set<String> KNOWN_FIELDS = Set.of("serviceName", "port", "pid", "startedAt", "healthEndpoint",
			"instanceId", "format", "scheme", "host", "managementPort", "status", "hostId", "bootId", "pidNs", "timeNs",
			"startTicks", "slot", "replaces", "dependsOn", "metadata");

	private static final int MAX_SLOT = (1 << 30) - 1;

	/**
	 * Always with milliseconds, as JavaScript writes it.
	 */
	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
		.withZone(ZoneOffset.UTC);

	private static final Set<String> SCHEMES = Set.of("http", "https", "tcp");

	@Nullable String instanceId() {
		return text("instanceId");
	}

	long pid() {
		return integer("pid", Long.MAX_VALUE, 0L);
	}

	Instant startedAt() {
		String text = text("startedAt");
		try {
			return (text != null) ? Instant.parse(text) : Instant.EPOCH;
		}
		catch (DateTimeException ex) {
			return Instant.EPOCH;
		}
	}

	@Nullable String text(String field) {
		JsonNode value = this.json.path(field);
		return (value.isString() && !value.stringValue().isBlank()) ? value.stringValue() : null;
	}

	/**
	 * Return the byte of the {@link LiveSlots} that the instance holds while it lives.
	 */
	@Nullable Integer slot() {
		int slot = (int) integer("slot", MAX_SLOT, 0);
		return (slot != 0) ? slot : null;
	}

	/**
	 * Return the ids of the instances whose place this one took.
	 */
	List<String> replaces() {
		return texts("replaces");
	}

	private long integer(String field, long maximum, long otherwise) {
		JsonNode value = this.json.path(field);
		boolean fits = value.isIntegralNumber() && value.canConvertToLong() && value.longValue() > 0
				&& value.longValue() <= maximum;
		return fits ? value.longValue() : otherwise;
	}

	/**
	 * Return the registration that the entry describes.
	 * @return the registration, or {@code null} if it has no usable port or no name
	 */
	@Nullable PortRegistration toRegistration() {
		int port = (int) integer("port", 65535, 0);
		if (port == 0) {
			return null;
		}
		if (this.serviceName.isBlank()) {
			return null;
		}
		try {
			return toRegistration(port, host());
		}
		catch (IllegalArgumentException ex) {
			// The host makes no URL.
			return toRegistration(port, "localhost");
		}
	}

	private PortRegistration toRegistration(int port, String host) {
		String instanceId = instanceId();
		return PortRegistration.builder(this.serviceName, port)
			.pid(pid())
			.startedAt(startedAt())
			.healthEndpoint(healthEndpoint(host))
			.instanceId((instanceId != null) ? instanceId : this.key + ":" + pid())
			.scheme(SCHEMES.contains(this.json.path("scheme").asString("")) ? this.json.path("scheme").stringValue()
					: "http")
			.host(host)
			.managementPort(managementPort())
			.status(status())
			.dependsOn(texts("dependsOn"))
			.metadata(metadata())
			.build();
	}

	private @Nullable String healthEndpoint(String host) {
		String text = text("healthEndpoint");
		boolean usable = text != null && PortRegistration.isHealthEndpoint(text, host);
		return usable ? text : null;
	}

	private String host() {
		String host = text("host");
		return (host != null) ? host : "localhost";
	}

	private @Nullable Integer managementPort() {
		int port = (int) integer("managementPort", 65535, 0);
		return (port != 0) ? port : null;
	}

	private Status status() {
		String text = text("status");
		for (Status status : Status.values()) {
			if (status.name().equals(text)) {
				return status;
			}
		}
		return Status.UNKNOWN;
	}

	private List<String> texts(String field) {
		List<String> texts = new ArrayList<>();
		this.json.path(field).forEach((text) -> {
			if (text.isString()) {
				texts.add(text.stringValue());
			}
		});
		return texts;
	}

	private Map<String, String> metadata() {
		Map<String, String> metadata = new LinkedHashMap<>();
		this.json.path("metadata").forEachEntry((name, value) -> {
			if (value.isValueNode()) {
				metadata.put(name, value.asString());
			}
		});
		return metadata;
	}

	/**
	 * Translate a registration.
	 * @param registration the registration
	 * @param process what tells its process from all others
	 * @param previous the entry so far, whose unknown fields are kept
	 */
	static ObjectNode toJson(PortRegistration registration, ProcessIdentity process, @Nullable ObjectNode previous) {
		return toJson(registration, process, null, List.of(), previous);
	}

	/**
	 * Translate a registration.
	 * @param registration the registration
	 * @param process what tells its process from all others
	 * @param slot the byte it holds in the {@link LiveSlots}, if any
	 * @param replaces the ids of the instances whose place it took
	 * @param previous the entry so far, whose unknown fields are kept
	 */
	static ObjectNode toJson(PortRegistration registration, ProcessIdentity process, @Nullable Integer slot,
			Collection<String> replaces, @Nullable ObjectNode previous) {
		ObjectNode json = NODES.objectNode();
		json.put("serviceName", registration.serviceName());
		json.put("port", registration.port());
		json.set("pid", integerNode(registration.pid()));
		json.put("startedAt", TIME.format(registration.startedAt()));
		putIfPresent(json, "healthEndpoint", registration.healthEndpoint());
		json.put("instanceId", registration.instanceId());
		json.put("format", 1);
		json.put("scheme", registration.scheme());
		json.put("host", registration.host());
		if (registration.managementPort() != null) {
			json.put("managementPort", registration.managementPort());
		}
		json.put("status", registration.status().name());
		putIfPresent(json, "hostId", process.hostId());
		putIfPresent(json, "bootId", process.bootId());
		putIfPresent(json, "pidNs", process.pidNamespace());
		putIfPresent(json, "timeNs", process.timeNamespace());
		putIfPresent(json, "startTicks", process.startTicks());
		if (slot != null) {
			json.put("slot", slot);
		}
		putIfPresent(json, "replaces", replaces);
		putIfPresent(json, "dependsOn", registration.dependsOn());
		ObjectNode metadata = json.putObject("metadata");
		registration.metadata().forEach(metadata::put);
		if (previous != null) {
			previous.forEachEntry((field, value) -> {
				if (!KNOWN_FIELDS.contains(field)) {
					json.set(field, value);
				}
			});
		}
		return json;
	}

	/**
	 * Jackson tells an {@code int} 1 from a {@code long} 1, and reads small numbers as
	 * the former.
	 */
	private static JsonNode integerNode(long value) {
		return (value == (int) value) ? NODES.numberNode((int) value) : NODES.numberNode(value);
	}

	private static void putIfPresent(ObjectNode json, String field, Collection<String> values) {
		if (!values.isEmpty()) {
			ArrayNode array = json.putArray(field);
			values.forEach(array::add);
		}
	}

	private static void putIfPresent(ObjectNode json, String field, @Nullable String value) {
		if (value != null) {
			json.put(field, value);
		}
	}

}
