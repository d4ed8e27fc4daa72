package dev.aidis.port.registry.etcd;

import java.nio.charset.StandardCharsets;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.RegistrationJson;

/**
 * An instance as it is in etcd.
 *
 * @param key its key
 * @param registration what its value says
 * @param value the value itself
 * @param created the revision that created the key
 * @param modified the revision that gave it this value
 * @param lease the lease it lives by, or 0
 */
record EtcdEntry(String key, PortRegistration registration, ByteSequence value, long created, long modified,
		long lease) {

	private static final int MAX_SIZE = 64 * 1024;

	private static final int MAX_NESTING = 32;

	/**
	 * Our own, so that an application's Jackson settings never change the format.
	 */
	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	/**
	 * Read an entry.
	 * @param folder what all keys begin with
	 * @param pair the key and its value
	 * @return the entry, or {@code null} if that is none
	 */
	static @Nullable EtcdEntry read(String folder, KeyValue pair) {
		String key = pair.getKey().toString(StandardCharsets.UTF_8);
		EtcdKeys.Parts parts = EtcdKeys.parse(folder, key);
		RegistrationJson json = (parts != null) ? json(pair.getValue()) : null;
		if (parts == null || json == null || !parts.instanceId().equals(json.instanceId())
				|| !parts.serviceName().equals(json.text("serviceName")) || !hasHost(json)) {
			return null;
		}
		PortRegistration registration = json.toRegistration(parts.serviceName(), parts.instanceId());
		return (registration != null) ? new EtcdEntry(key, registration, pair.getValue(), pair.getCreateRevision(),
				pair.getModRevision(), pair.getLease()) : null;
	}

	/**
	 * Between machines nobody else's host can be guessed.
	 */
	private static boolean hasHost(RegistrationJson json) {
		String host = json.text("host");
		return host != null && PortRegistration.isHost(host);
	}

	private static @Nullable RegistrationJson json(ByteSequence value) {
		if (value.size() > MAX_SIZE) {
			return null;
		}
		try {
			JsonNode node = MAPPER.readTree(value.getBytes());
			return (node instanceof ObjectNode object) ? new RegistrationJson(object) : null;
		}
		catch (JacksonException | NumberFormatException | ArithmeticException ex) {
			return null;
		}
	}

	/**
	 * Return the value that an instance should have.
	 */
	static ByteSequence write(PortRegistration registration) {
		return bytes(MAPPER.writeValueAsString(RegistrationJson.write(registration, (nothing) -> {
		})));
	}

	static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

}
