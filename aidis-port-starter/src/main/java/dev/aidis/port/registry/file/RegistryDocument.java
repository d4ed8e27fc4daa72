package dev.aidis.port.registry.file;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is in the file: keys and entries in their order. Knows the rule that the plain
 * name always belongs to an instance while one is there, and that whatever is not
 * understood stays as it is.
 */
final class RegistryDocument {

	private static final Pattern REPLICA_KEY = Pattern.compile("(.+)#([1-9][0-9]{0,8})");

	private final Map<String, JsonNode> values;

	/**
	 * The entries as they are, once somebody has asked for them. The list belongs to
	 * copies, too: another one takes its place when something changes.
	 */
	private volatile @Nullable List<RegistryEntry> entries;

	RegistryDocument() {
		this(new LinkedHashMap<>());
	}

	RegistryDocument(Map<String, JsonNode> values) {
		this(values, null);
	}

	/**
	 * Create a document whose entries are at hand already.
	 */
	RegistryDocument(Map<String, JsonNode> values, @Nullable List<RegistryEntry> entries) {
		this.values = values;
		this.entries = entries;
	}

	/**
	 * Return a copy. The values are the same; nobody alters them, but puts others in
	 * their place.
	 */
	RegistryDocument copy() {
		return new RegistryDocument(new LinkedHashMap<>(this.values), this.entries);
	}

	Map<String, JsonNode> values() {
		return Collections.unmodifiableMap(this.values);
	}

	/**
	 * Return the entries that describe a registration, however well.
	 */
	List<RegistryEntry> entries() {
		List<RegistryEntry> entries = this.entries;
		if (entries == null) {
			entries = new ArrayList<>();
			for (Map.Entry<String, JsonNode> value : this.values.entrySet()) {
				RegistryEntry entry = entry(value.getKey(), value.getValue());
				if (entry != null) {
					entries.add(entry);
				}
			}
			this.entries = entries;
		}
		return Collections.unmodifiableList(entries);
	}

	/**
	 * Return what stands under a key as an entry.
	 * @return the entry, or {@code null} if it is none
	 */
	static @Nullable RegistryEntry entry(String key, JsonNode value) {
		return (value instanceof ObjectNode object) ? new RegistryEntry(key, serviceName(key, object), object) : null;
	}

	List<RegistryEntry> entries(String serviceName) {
		List<RegistryEntry> found = new ArrayList<>();
		for (RegistryEntry entry : entries()) {
			if (entry.serviceName().equals(serviceName)) {
				found.add(entry);
			}
		}
		return found;
	}

	@Nullable RegistryEntry find(String instanceId) {
		for (RegistryEntry entry : entries()) {
			if (instanceId.equals(entry.instanceId())) {
				return entry;
			}
		}
		return null;
	}

	/**
	 * Put an entry under the first free key of its name.
	 */
	void add(String serviceName, ObjectNode entry) {
		put(this.values.containsKey(serviceName) ? freeReplicaKey(serviceName) : serviceName, entry);
	}

	private String freeReplicaKey(String serviceName) {
		int number = 2;
		while (this.values.containsKey(serviceName + "#" + number)) {
			number++;
		}
		return serviceName + "#" + number;
	}

	/**
	 * Take the plain name from an entry, which is kept under the next free key.
	 * @param condition whether the entry is to give it up
	 */
	void demote(String serviceName, Predicate<RegistryEntry> condition) {
		for (RegistryEntry entry : entries(serviceName)) {
			if (entry.key().equals(serviceName) && condition.test(entry)) {
				rename(serviceName, freeReplicaKey(serviceName));
				return;
			}
		}
	}

	/**
	 * Put an entry under a key, whatever is there.
	 */
	void put(String key, JsonNode value) {
		boolean added = this.values.put(key, value) == null;
		List<RegistryEntry> entries = this.entries;
		if (entries != null) {
			RegistryEntry entry = entry(key, value);
			int place = indexOf(entries, key);
			// What was there and was no entry has a place that the list does not tell.
			this.entries = (entry != null && (added || place != -1)) ? with(entries, place, entry) : null;
		}
	}

	private static int indexOf(List<RegistryEntry> entries, String key) {
		for (int place = 0; place < entries.size(); place++) {
			if (entries.get(place).key().equals(key)) {
				return place;
			}
		}
		return -1;
	}

	private static List<RegistryEntry> with(List<RegistryEntry> entries, int place, RegistryEntry entry) {
		List<RegistryEntry> changed = new ArrayList<>(entries.size() + 1);
		changed.addAll(entries);
		if (place != -1) {
			changed.set(place, entry);
		}
		else {
			changed.add(entry);
		}
		return changed;
	}

	private void remove(String key) {
		this.values.remove(key);
		this.entries = null;
	}

	/**
	 * Remove entries, and let replicas move up to plain names that became free.
	 */
	void removeIf(Predicate<RegistryEntry> condition) {
		Set<String> keys = new HashSet<>();
		Set<String> names = new LinkedHashSet<>();
		List<RegistryEntry> kept = new ArrayList<>();
		for (RegistryEntry entry : entries()) {
			if (condition.test(entry)) {
				keys.add(entry.key());
				names.add(entry.serviceName());
			}
			else {
				kept.add(entry);
			}
		}
		if (keys.isEmpty()) {
			return;
		}
		this.entries = kept;
		this.values.keySet().removeAll(keys);
		for (String name : names) {
			promoteReplica(name);
		}
	}

	/**
	 * Repeat here what somebody else changed in another version.
	 * @param base what both versions come from
	 * @param theirs the other version; where both changed an entry, this one's counts
	 * @param kept which entries stay though they are missing there: who wrote that
	 * version may have read one that was older than they are
	 */
	void merge(RegistryDocument base, RegistryDocument theirs, Predicate<RegistryEntry> kept) {
		for (String key : base.differences(theirs)) {
			JsonNode before = base.values.get(key);
			JsonNode after = theirs.values.get(key);
			if (Objects.equals(this.values.get(key), before)) {
				if (after != null) {
					put(key, after);
				}
				else if (!isEntry(key, before, kept)) {
					remove(key);
				}
			}
		}
	}

	/**
	 * Return the keys under which another document has something else, or only one of the
	 * two has something.
	 */
	Set<String> differences(RegistryDocument other) {
		Set<String> keys = new LinkedHashSet<>(this.values.keySet());
		keys.addAll(other.values.keySet());
		keys.removeIf((key) -> Objects.equals(this.values.get(key), other.values.get(key)));
		return keys;
	}

	private static boolean isEntry(String key, @Nullable JsonNode value, Predicate<RegistryEntry> condition) {
		RegistryEntry entry = (value != null) ? entry(key, value) : null;
		return entry != null && condition.test(entry);
	}

	/**
	 * Let the lowest replica have the plain name if nobody has it.
	 */
	void promoteReplica(String serviceName) {
		if (this.values.containsKey(serviceName)) {
			return;
		}
		String lowest = entries(serviceName).stream()
			.filter((entry) -> number(entry.key()) > 0)
			.map(RegistryEntry::key)
			.min((left, right) -> Integer.compare(number(left), number(right)))
			.orElse(null);
		if (lowest != null) {
			rename(lowest, serviceName);
		}
	}

	private void rename(String from, String to) {
		Map<String, JsonNode> renamed = new LinkedHashMap<>();
		this.values.forEach((key, value) -> renamed.put(key.equals(from) ? to : key, value));
		this.values.clear();
		this.values.putAll(renamed);
		this.entries = null;
	}

	private static String serviceName(String key, ObjectNode entry) {
		JsonNode name = entry.path("serviceName");
		if (name.isString() && !name.stringValue().isBlank()) {
			return name.stringValue();
		}
		Matcher replica = REPLICA_KEY.matcher(key);
		return replica.matches() ? replica.group(1) : key;
	}

	private static int number(String key) {
		Matcher replica = REPLICA_KEY.matcher(key);
		return replica.matches() ? Integer.parseInt(replica.group(2)) : 0;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof RegistryDocument document && this.values.equals(document.values)
				&& List.copyOf(this.values.keySet()).equals(List.copyOf(document.values.keySet()));
	}

	@Override
	public int hashCode() {
		return this.values.hashCode();
	}

}
