package dev.aidis.port.sample.command.registry;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The instances that are shown, by their keys and by their services, so that what
 * concerns one service costs no look at all others. One thread at a time may change it;
 * any may read {@link #all()} and {@link #get(String)}.
 */
final class Instances {

	private static final Comparator<Instance> FIRST_REGISTERED = Comparator
		.comparing((Instance instance) -> instance.registration().startedAt())
		.thenComparing(Instance::key);

	private final Map<String, Instance> byKey = new ConcurrentHashMap<>();

	private final Map<String, Set<String>> keys = new HashMap<>();

	Collection<Instance> all() {
		return this.byKey.values();
	}

	@Nullable Instance get(String key) {
		return this.byKey.get(key);
	}

	/**
	 * Return the instances of a service in one cluster, the first registered first.
	 */
	List<Instance> of(String group) {
		return this.keys.getOrDefault(group, Set.of())
			.stream()
			.map((key) -> Objects.requireNonNull(this.byKey.get(key)))
			.sorted(FIRST_REGISTERED)
			.toList();
	}

	void put(Instance instance) {
		Instance before = this.byKey.put(instance.key(), instance);
		if (before != null && !before.group().equals(instance.group())) {
			forget(before);
		}
		this.keys.computeIfAbsent(instance.group(), (group) -> new LinkedHashSet<>()).add(instance.key());
	}

	void remove(Instance instance) {
		Instance before = this.byKey.remove(instance.key());
		if (before != null) {
			forget(before);
		}
	}

	private void forget(Instance instance) {
		this.keys.computeIfPresent(instance.group(), (group, keys) -> {
			keys.remove(instance.key());
			return keys.isEmpty() ? null : keys;
		});
	}

}
