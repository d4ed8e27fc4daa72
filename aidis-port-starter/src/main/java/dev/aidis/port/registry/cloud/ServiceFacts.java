package dev.aidis.port.registry.cloud;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.util.StringUtils;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

/**
 * What a {@link PortRegistration} says beyond a name and an address, as metadata of an
 * instance in one of Spring Cloud's registries. The keys have letters, digits, {@code -}
 * and {@code _} only, but for {@link #MANAGEMENT_PORT}: Consul takes no others, and
 * Eureka makes XML elements of them.
 *
 * @since 0.1.0
 */
public final class ServiceFacts {

	/**
	 * The port of the management server, under the name that Spring Cloud's registries
	 * and Spring Boot Admin use.
	 */
	public static final String MANAGEMENT_PORT = "management.port";

	static final String INSTANCE_ID = "aidis-instance-id";

	private static final String MANAGEMENT = "aidis-management-port";

	private static final String PID = "aidis-pid";

	private static final String STARTED_AT = "aidis-started-at";

	private static final String HEALTH_ENDPOINT = "aidis-health-endpoint";

	private static final String SCHEME = "aidis-scheme";

	private static final String STATUS = "aidis-status";

	private static final String DEPENDS_ON = "aidis-depends-on";

	private static final String FACT = "aidis-fact-";

	private static final Pattern ENCODED = Pattern.compile("_([0-9a-f]{4})");

	private static final Pattern LOOPBACK_URL = Pattern
		.compile("(https?://)(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1])((?:[:/].*)?)");

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

	/**
	 * Of ours, and what the registries put there for themselves.
	 */
	private static final Set<String> KNOWN = Set.of(INSTANCE_ID, MANAGEMENT, MANAGEMENT_PORT, PID, STARTED_AT,
			HEALTH_ENDPOINT, SCHEME, STATUS, DEPENDS_ON, "instance_status", "secure");

	private ServiceFacts() {
	}

	/**
	 * Return the metadata that tells a registration's facts.
	 * @param registration the registration
	 * @return the metadata
	 */
	public static Map<String, String> of(PortRegistration registration) {
		Map<String, String> facts = new LinkedHashMap<>();
		facts.put(INSTANCE_ID, registration.instanceId());
		facts.put(SCHEME, registration.scheme());
		facts.put(STATUS, registration.status().name());
		facts.put(PID, String.valueOf(registration.pid()));
		facts.put(STARTED_AT, registration.startedAt().toString());
		if (registration.healthEndpoint() != null) {
			facts.put(HEALTH_ENDPOINT, registration.healthEndpoint());
		}
		if (registration.managementPort() != null) {
			facts.put(MANAGEMENT_PORT, registration.managementPort().toString());
			facts.put(MANAGEMENT, registration.managementPort().toString());
		}
		if (!registration.dependsOn().isEmpty()) {
			facts.put(DEPENDS_ON, String.join(",", registration.dependsOn()));
		}
		registration.metadata().forEach((name, value) -> facts.put(FACT + encode(name), value));
		return facts;
	}

	/**
	 * Put the facts in the place of those that are there.
	 * @param metadata what is published besides
	 * @param registration the registration
	 * @return the new metadata, which may be changed
	 */
	static Map<String, String> replace(Map<String, String> metadata, PortRegistration registration) {
		Map<String, String> changed = new LinkedHashMap<>(metadata);
		changed.keySet().removeIf((key) -> key.startsWith("aidis-"));
		changed.putAll(of(registration));
		return changed;
	}

	/**
	 * Tell whose the facts are.
	 * @param metadata the metadata of an instance
	 * @return the id of the instance as we know it, if it is one of ours
	 */
	static Optional<String> instanceId(@Nullable Map<String, String> metadata) {
		return Optional.ofNullable((metadata != null) ? metadata.get(INSTANCE_ID) : null).filter(StringUtils::hasText);
	}

	/**
	 * Understand an instance of one of Spring Cloud's registries. One that has published
	 * port 0, before its server had one, cannot be called and is none; and what it tells
	 * that cannot be right is left out.
	 * @param serviceName the name it was asked for by
	 * @param instance the instance
	 * @return the registration, if others can call the instance
	 */
	public static Optional<PortRegistration> read(String serviceName, ServiceInstance instance) {
		String host = instance.getHost();
		Map<String, String> metadata = (instance.getMetadata() != null) ? instance.getMetadata() : Map.of();
		int port = ServiceAnnotations.port(instance, metadata);
		if (port <= 0 || port > 65535 || host == null || !PortRegistration.isHost(host)) {
			return Optional.empty();
		}
		String health = metadata.getOrDefault(HEALTH_ENDPOINT, metadata.get(ServiceAnnotations.HEALTH));
		return Optional.of(PortRegistration.builder(serviceName, port)
			.pid(pid(metadata.get(PID)))
			.startedAt(instant(metadata.get(STARTED_AT)))
			.instanceId(instanceId(metadata).orElseGet(() -> ownId(instance)))
			.scheme(scheme(instance, metadata.get(SCHEME)))
			.host(host)
			.healthEndpoint(healthEndpoint(health, host))
			.status(Status.of(metadata.get(STATUS)))
			.managementPort(managementPort(port, metadata))
			.dependsOn(names(metadata.get(DEPENDS_ON)))
			.metadata(others(metadata))
			.build());
	}

	/**
	 * Return the name that an instance says it may also be found by.
	 * @param instance the instance
	 * @return the name, or {@code null} if it says none
	 */
	public static @Nullable String alias(ServiceInstance instance) {
		return (instance.getMetadata() != null) ? instance.getMetadata().get(ServiceAnnotations.SERVICE) : null;
	}

	private static String ownId(ServiceInstance instance) {
		String id = instance.getInstanceId();
		return StringUtils.hasText(id) ? id : instance.getHost() + ":" + instance.getPort();
	}

	private static String scheme(ServiceInstance instance, @Nullable String told) {
		if (told != null && PortRegistration.SCHEMES.contains(told)) {
			return told;
		}
		String scheme = instance.getScheme();
		return (scheme != null) ? scheme : instance.isSecure() ? "https" : "http";
	}

	/**
	 * On another machine {@code localhost} would be that machine.
	 */
	private static @Nullable String healthEndpoint(@Nullable String told, String host) {
		if (told == null) {
			return null;
		}
		Matcher url = LOOPBACK_URL.matcher(told);
		String endpoint = (!LOOPBACK.contains(host) && url.matches())
				? url.group(1) + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + url.group(2)
				: told;
		return PortRegistration.isHealthEndpoint(endpoint, host) ? endpoint : null;
	}

	private static long pid(@Nullable String text) {
		try {
			return (text != null) ? Math.max(0, Long.parseLong(text)) : 0;
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	private static Instant instant(@Nullable String text) {
		try {
			return (text != null) ? Instant.parse(text) : Instant.EPOCH;
		}
		catch (DateTimeException ex) {
			return Instant.EPOCH;
		}
	}

	/**
	 * Eureka's client tells the application's own port where there is no other.
	 */
	private static @Nullable Integer managementPort(int own, Map<String, String> metadata) {
		if (metadata.containsKey(INSTANCE_ID)) {
			return ServiceAnnotations.number(metadata.get(MANAGEMENT));
		}
		Integer port = ServiceAnnotations.number(metadata.get(MANAGEMENT_PORT));
		return (port != null && port == own) ? null : port;
	}

	private static List<String> names(@Nullable String text) {
		return StringUtils.hasText(text) ? List.of(text.split(",")) : List.of();
	}

	private static Map<String, String> others(Map<String, String> metadata) {
		Map<String, String> others = new LinkedHashMap<>();
		boolean ours = metadata.containsKey(INSTANCE_ID);
		metadata.forEach((key, value) -> {
			if (key.startsWith(FACT)) {
				others.put(decode(key.substring(FACT.length())), value);
			}
			else if (!ours || !KNOWN.contains(key)) {
				others.put(key, value);
			}
		});
		return others;
	}

	private static String encode(String name) {
		StringBuilder key = new StringBuilder();
		for (int i = 0; i < name.length(); i++) {
			char character = name.charAt(i);
			boolean plain = character == '-' || (character < 128 && Character.isLetterOrDigit(character));
			key.append(plain ? String.valueOf(character) : String.format("_%04x", (int) character));
		}
		return key.toString();
	}

	private static String decode(String key) {
		return ENCODED.matcher(key)
			.replaceAll((code) -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(code.group(1), 16))));
	}

}
