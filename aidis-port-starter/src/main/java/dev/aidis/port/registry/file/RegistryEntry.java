package dev.aidis.port.registry.file;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.RegistrationJson;

/**
 * One entry of the file, ours or another program's. Writing keeps the fields it does not
 * know. Nobody alters the JSON of an entry, so what look-ups ask for is read from it
 * once.
 */
final class RegistryEntry {

	private static final Set<String> KNOWN_FIELDS = Set.of("serviceName", "port", "pid", "startedAt", "healthEndpoint",
			"instanceId", "format", "scheme", "host", "managementPort", "status", "hostId", "bootId", "pidNs", "timeNs",
			"startTicks", "slot", "replaces", "dependsOn", "metadata");

	private static final int MAX_SLOT = (1 << 30) - 1;

	private final String key;

	private final String serviceName;

	private final ObjectNode json;

	/**
	 * What was read already. Threads that race for it read the same.
	 */
	private @Nullable ProcessFacts process;

	private @Nullable PortRegistration registration;

	/**
	 * Create a new entry.
	 * @param key the key in the file
	 * @param serviceName the name of the service
	 * @param json the entry itself
	 */
	RegistryEntry(String key, String serviceName, ObjectNode json) {
		this.key = key;
		this.serviceName = serviceName;
		this.json = json;
	}

	String key() {
		return this.key;
	}

	String serviceName() {
		return this.serviceName;
	}

	ObjectNode json() {
		return this.json;
	}

	@Nullable String instanceId() {
		return fields().instanceId();
	}

	long pid() {
		return process().pid();
	}

	/**
	 * Return what tells the instance's process from all others, as far as the entry says.
	 */
	ProcessIdentity identity() {
		return process().identity();
	}

	Instant startedAt() {
		return fields().startedAt();
	}

	/**
	 * Return the byte of the {@link LiveSlots} that the instance holds while it lives.
	 */
	@Nullable Integer slot() {
		return process().slot();
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
		PortRegistration registration = this.registration;
		if (registration == null) {
			registration = fields().toRegistration(this.serviceName, this.key + ":" + pid());
			this.registration = registration;
		}
		return registration;
	}

	private ProcessFacts process() {
		ProcessFacts process = this.process;
		if (process == null) {
			process = ProcessFacts.of(fields());
			this.process = process;
		}
		return process;
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

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RegistryEntry entry && this.key.equals(entry.key)
				&& this.serviceName.equals(entry.serviceName) && this.json.equals(entry.json);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.key, this.serviceName, this.json);
	}

	@Override
	public String toString() {
		return this.key + ": " + this.json;
	}

	/**
	 * What an entry says of its process.
	 *
	 * @param pid the process id, or 0 if there is none
	 * @param slot the byte it holds, if any
	 * @param identity what tells it from all others
	 */
	private record ProcessFacts(long pid, @Nullable Integer slot, ProcessIdentity identity) {

		static ProcessFacts of(RegistrationJson fields) {
			int slot = (int) fields.integer("slot", MAX_SLOT, 0);
			return new ProcessFacts(fields.pid(), (slot != 0) ? slot : null, new ProcessIdentity(fields.text("hostId"),
					fields.text("bootId"), fields.text("pidNs"), fields.text("timeNs"), fields.text("startTicks")));
		}

	}

}
