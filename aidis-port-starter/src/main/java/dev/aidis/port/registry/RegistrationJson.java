package dev.aidis.port.registry;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.ConcurrentReferenceHashMap;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

/**
 * The JSON object that describes an instance, the same in every registry, and its
 * translation from and to a {@link PortRegistration}. Reading forgives what a foreign
 * program left out or got wrong.
 *
 * @param json the object
 * @since 0.1.0
 */
public record RegistrationJson(ObjectNode json) {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	/**
	 * Always with milliseconds, as JavaScript writes it.
	 */
	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
		.withZone(ZoneOffset.UTC);

	/**
	 * What was read before. An instance's time never changes, and reading it takes longer
	 * than everything else in its entry.
	 */
	private static final Map<String, Instant> TIMES = new ConcurrentReferenceHashMap<>();

	/**
	 * What was written last, which mostly is this process's own time once more.
	 */
	private static volatile Map.@Nullable Entry<Instant, String> lastFormatted;

	/**
	 * Return the instance's id.
	 * @return the id, or {@code null} if there is none
	 */
	public @Nullable String instanceId() {
		return text("instanceId");
	}

	/**
	 * Return the id of the instance's process.
	 * @return the id, or 0 if there is none
	 */
	public long pid() {
		return integer("pid", Long.MAX_VALUE, 0L);
	}

	/**
	 * Return when the instance registered first.
	 * @return the time, or {@link Instant#EPOCH} if there is none
	 */
	public Instant startedAt() {
		String text = text("startedAt");
		return (text != null) ? TIMES.computeIfAbsent(text, RegistrationJson::parse) : Instant.EPOCH;
	}

	private static Instant parse(String text) {
		try {
			return Instant.parse(text);
		}
		catch (DateTimeException ex) {
			return Instant.EPOCH;
		}
	}

	private static String format(Instant time) {
		Map.Entry<Instant, String> last = lastFormatted;
		if (last == null || !last.getKey().equals(time)) {
			last = Map.entry(time, TIME.format(time));
			lastFormatted = last;
		}
		return last.getValue();
	}

	/**
	 * Return a text.
	 * @param field the name of the field
	 * @return the text, or {@code null} if there is none that is not blank
	 */
	public @Nullable String text(String field) {
		JsonNode value = this.json.path(field);
		return (value.isString() && !value.stringValue().isBlank()) ? value.stringValue() : null;
	}

	/**
	 * Return a positive integer.
	 * @param field the name of the field
	 * @param maximum the largest it may be
	 * @param otherwise what to return if there is none
	 * @return the integer
	 */
	public long integer(String field, long maximum, long otherwise) {
		JsonNode value = this.json.path(field);
		boolean fits = value.isIntegralNumber() && value.canConvertToLong() && value.longValue() > 0
				&& value.longValue() <= maximum;
		return fits ? value.longValue() : otherwise;
	}

	/**
	 * Return the texts in an array.
	 * @param field the name of the field
	 * @return the texts, none if there is no array
	 */
	public List<String> texts(String field) {
		List<String> texts = new ArrayList<>();
		this.json.path(field).forEach((text) -> {
			if (text.isString()) {
				texts.add(text.stringValue());
			}
		});
		return texts;
	}

	/**
	 * Return the registration that the object describes.
	 * @param serviceName the name of the service
	 * @param otherwiseId the instance's id where the object has none
	 * @return the registration, or {@code null} if there is no usable port or no name
	 */
	public @Nullable PortRegistration toRegistration(String serviceName, String otherwiseId) {
		int port = (int) integer("port", 65535, 0);
		if (port == 0 || serviceName.isBlank()) {
			return null;
		}
		String instanceId = instanceId();
		PortRegistration.Builder builder = PortRegistration.builder(serviceName, port)
			.instanceId((instanceId != null) ? instanceId : otherwiseId);
		try {
			return toRegistration(builder, host());
		}
		catch (IllegalArgumentException ex) {
			// The host makes no URL.
			return toRegistration(builder, "localhost");
		}
	}

	private PortRegistration toRegistration(PortRegistration.Builder builder, String host) {
		return builder.pid(pid())
			.startedAt(startedAt())
			.healthEndpoint(healthEndpoint(host))
			.scheme(PortRegistration.SCHEMES.contains(this.json.path("scheme").asString(""))
					? this.json.path("scheme").stringValue() : "http")
			.host(host)
			.managementPort(managementPort())
			.status(Status.of(text("status")))
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
	 * @param more adds what a registry has to say beside
	 * @return the object
	 */
	public static ObjectNode write(PortRegistration registration, Consumer<ObjectNode> more) {
		ObjectNode json = NODES.objectNode();
		json.put("serviceName", registration.serviceName());
		json.put("port", registration.port());
		json.set("pid", integerNode(registration.pid()));
		json.put("startedAt", format(registration.startedAt()));
		putIfPresent(json, "healthEndpoint", registration.healthEndpoint());
		json.put("instanceId", registration.instanceId());
		json.put("format", 1);
		json.put("scheme", registration.scheme());
		json.put("host", registration.host());
		if (registration.managementPort() != null) {
			json.put("managementPort", registration.managementPort());
		}
		json.put("status", registration.status().name());
		more.accept(json);
		putIfPresent(json, "dependsOn", registration.dependsOn());
		ObjectNode metadata = json.putObject("metadata");
		registration.metadata().forEach(metadata::put);
		return json;
	}

	/**
	 * Jackson tells an {@code int} 1 from a {@code long} 1, and reads small numbers as
	 * the former.
	 */
	private static JsonNode integerNode(long value) {
		return (value == (int) value) ? NODES.numberNode((int) value) : NODES.numberNode(value);
	}

	/**
	 * Add an array of texts, unless it would be empty.
	 * @param json what to add it to
	 * @param field the name of the field
	 * @param values the texts
	 */
	public static void putIfPresent(ObjectNode json, String field, Collection<String> values) {
		if (!values.isEmpty()) {
			ArrayNode array = json.putArray(field);
			values.forEach(array::add);
		}
	}

	/**
	 * Add a text, if there is one.
	 * @param json what to add it to
	 * @param field the name of the field
	 * @param value the text
	 */
	public static void putIfPresent(ObjectNode json, String field, @Nullable String value) {
		if (value != null) {
			json.put(field, value);
		}
	}

}
