package dev.aidis.port.registry.etcd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;

/**
 * What is in etcd, as far as the watch has told: what look-ups are answered from. Own
 * changes are seen at once, whether or not the watch has told of them yet.
 */
final class EtcdView {

	private final Map<String, EtcdEntry> entries = new HashMap<>();

	private final Map<String, TreeMap<Place, PortRegistration>> services = new HashMap<>();

	private final Map<String, List<PortRegistration>> listed = new HashMap<>();

	private @Nullable List<PortRegistration> allListed;

	/**
	 * The revisions of own changes that the watch has not told of yet, by key. What it
	 * tells meanwhile was before them.
	 */
	private final Map<String, Long> ahead = new HashMap<>();

	/**
	 * The last revision that the watch has told of.
	 */
	private long told;

	/**
	 * Create a view.
	 * @param entries what was there
	 * @param revision when it was
	 */
	EtcdView(List<EtcdEntry> entries, long revision) {
		this.told = revision;
		entries.forEach(this::put);
	}

	/**
	 * The watch tells that a key has a value, or none any more.
	 * @param key the key
	 * @param entry the entry, or {@code null} if there is none any more
	 * @param revision when it was changed
	 */
	synchronized void tell(String key, @Nullable EtcdEntry entry, long revision) {
		this.told = Math.max(this.told, revision);
		Long own = this.ahead.get(key);
		if (own != null && revision < own) {
			return;
		}
		this.ahead.remove(key);
		set(key, entry);
	}

	/**
	 * We have changed an entry ourselves.
	 * @param key its key
	 * @param entry the entry, or {@code null} if it was removed
	 * @param revision when it was changed
	 */
	synchronized void change(String key, @Nullable EtcdEntry entry, long revision) {
		if (revision > this.told) {
			this.ahead.put(key, revision);
			set(key, entry);
		}
	}

	private void set(String key, @Nullable EtcdEntry entry) {
		EtcdEntry before = this.entries.remove(key);
		if (before != null) {
			String name = before.registration().serviceName();
			TreeMap<Place, PortRegistration> service = this.services.get(name);
			if (service != null && service.remove(Place.of(before)) != null && service.isEmpty()) {
				this.services.remove(name);
			}
			forget(name);
		}
		if (entry != null) {
			put(entry);
		}
	}

	private void put(EtcdEntry entry) {
		String name = entry.registration().serviceName();
		this.entries.put(entry.key(), entry);
		this.services.computeIfAbsent(name, (unknown) -> new TreeMap<>()).put(Place.of(entry), entry.registration());
		forget(name);
	}

	private void forget(String name) {
		this.listed.remove(name);
		this.allListed = null;
	}

	synchronized @Nullable EtcdEntry find(String key) {
		return this.entries.get(key);
	}

	/**
	 * Return all instances, in the order of their creation.
	 */
	synchronized List<PortRegistration> all() {
		List<PortRegistration> all = this.allListed;
		if (all == null) {
			List<EtcdEntry> sorted = new ArrayList<>(this.entries.values());
			sorted.sort(Comparator.comparing(Place::of));
			all = sorted.stream().map(EtcdEntry::registration).toList();
			this.allListed = all;
		}
		return all;
	}

	/**
	 * Return the instances of a service, in the order of their creation.
	 */
	synchronized List<PortRegistration> named(String name) {
		TreeMap<Place, PortRegistration> service = this.services.get(name);
		return (service != null) ? this.listed.computeIfAbsent(name, (unknown) -> List.copyOf(service.values()))
				: List.of();
	}

	/**
	 * Where an entry stands among others.
	 *
	 * @param created the revision that created it, which several keys may have
	 * @param key its key
	 */
	private record Place(long created, String key) implements Comparable<Place> {

		static Place of(EtcdEntry entry) {
			return new Place(entry.created(), entry.key());
		}

		@Override
		public int compareTo(Place other) {
			int order = Long.compare(this.created, other.created);
			return (order != 0) ? order : this.key.compareTo(other.key);
		}

	}

}
