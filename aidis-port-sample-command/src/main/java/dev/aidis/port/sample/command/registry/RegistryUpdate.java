package dev.aidis.port.sample.command.registry;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What changed in one step, or in several together.
 *
 * @since 0.1.0
 */
public final class RegistryUpdate {

	private final Set<String> changed = new LinkedHashSet<>();

	private final Set<String> removed = new LinkedHashSet<>();

	private final Set<String> measured = new LinkedHashSet<>();

	private final List<ServiceEvent> events = new ArrayList<>();

	private int registrations;

	private boolean general;

	/**
	 * Return the instances that are new or different.
	 * @return their keys
	 */
	public Set<String> changed() {
		return this.changed;
	}

	/**
	 * Return the instances that are shown no more.
	 * @return their keys
	 */
	public Set<String> removed() {
		return this.removed;
	}

	/**
	 * Return the instances that answered for their health as before, in another time.
	 * @return their keys
	 */
	public Set<String> measured() {
		return this.measured;
	}

	/**
	 * Return what happened.
	 * @return the events, in order
	 */
	public List<ServiceEvent> events() {
		return this.events;
	}

	/**
	 * Return how many instances registered that were not there before.
	 * @return how many
	 */
	public int registrations() {
		return this.registrations;
	}

	/**
	 * Tell whether the registry as a whole is different: it was read for the first time,
	 * or can or cannot be read any more.
	 * @return whether it is
	 */
	public boolean isGeneral() {
		return this.general;
	}

	/**
	 * Add what changed later.
	 * @param later the later step, which is left as it is
	 */
	public void add(RegistryUpdate later) {
		later.changed.forEach(this::changed);
		later.removed.forEach(this::removed);
		this.measured.addAll(later.measured);
		this.events.addAll(later.events);
		this.registrations += later.registrations;
		this.general |= later.general;
	}

	boolean isEmpty() {
		return !this.general && this.changed.isEmpty() && this.removed.isEmpty() && this.measured.isEmpty()
				&& this.events.isEmpty();
	}

	void changed(String key) {
		this.removed.remove(key);
		this.changed.add(key);
	}

	void removed(String key) {
		this.changed.remove(key);
		this.measured.remove(key);
		this.removed.add(key);
	}

	void registered() {
		this.registrations++;
	}

	void general() {
		this.general = true;
	}

}
