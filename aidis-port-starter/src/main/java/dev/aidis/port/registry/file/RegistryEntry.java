package dev.aidis.port.registry.file;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.RegistrationJson;

/**
 * One entry of the file, ours or another program's. Writing keeps the fields it does not
 * know.
 *
 * @param key the key in the file
 * @param serviceName the name of the service
 * @param json the entry itself
 */
record RegistryEntry(String key, String serviceName, ObjectNode json) {

	private static final Set<String> KNOWN_FIELDS = Set.of("serviceName", "port", "pid", "startedAt", "healthEndpoint",
			"instanceId", "format", "scheme", "host", "managementPort", "status", "hostId", "bootId", "pidNs", "timeNs",
			"startTicks", "slot", "replaces", "dependsOn", "metadata");

	private static final int MAX_SLOT = (1 << 30) - 1;

	@Nullable String instanceId() {
		return fields().instanceId();
	}

	long pid() {
		return fields().pid();
	}

	Instant startedAt() {
		return fields().startedAt();
	}

	@Nullable String text(String field) {
		return fields().text(field);
	}

	/**
	 * Return the byte of the {@link LiveSlots} that the instance holds while it lives.
	 */
	@Nullable Integer slot() {
		int slot = (int) fields().integer("slot", MAX_SLOT, 0);
		return (slot != 0) ? slot : null;
	}

	/**
	 * Return the ids of the instances whose place this one took.
	 */
	List<String> replaces() {
		return fields().texts("replaces");
	}

	/**
	 * Return the registration that the entry describes.
	 * @return the registration, or {@code null} if it has no usable port or no name
	 */
	@Nullable PortRegistration toRegistration() {
		return fields().toRegistration(this.serviceName, this.key + ":" + pid());
	}

	private RegistrationJson fields() {
		return new RegistrationJson(this.json);
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
		ObjectNode entry = RegistrationJson.write(registration, (json) -> {
			RegistrationJson.putIfPresent(json, "hostId", process.hostId());
			RegistrationJson.putIfPresent(json, "bootId", process.bootId());
			RegistrationJson.putIfPresent(json, "pidNs", process.pidNamespace());
			RegistrationJson.putIfPresent(json, "timeNs", process.timeNamespace());
			RegistrationJson.putIfPresent(json, "startTicks", process.startTicks());
			if (slot != null) {
				json.put("slot", slot);
			}
			RegistrationJson.putIfPresent(json, "replaces", replaces);
		});
		if (previous != null) {
			previous.forEachEntry((field, value) -> {
				if (!KNOWN_FIELDS.contains(field)) {
					entry.set(field, value);
				}
			});
		}
		return entry;
	}

}
