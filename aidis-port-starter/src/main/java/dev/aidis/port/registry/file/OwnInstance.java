package dev.aidis.port.registry.file;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;

/**
 * An instance that this process registered: what its entry should be.
 */
final class OwnInstance {

	private volatile PortRegistration registration;

	private volatile @Nullable Integer slot;

	private volatile Set<String> replaces = Set.of();

	/**
	 * Whether the entry was in the file; before that, other instances of its name are
	 * duplicates.
	 */
	private volatile boolean established;

	private volatile @Nullable String problem;

	OwnInstance(PortRegistration registration) {
		this.registration = registration;
	}

	PortRegistration registration() {
		return this.registration;
	}

	/**
	 * Change what should be registered.
	 * @return whether that is something else than before
	 */
	boolean change(PortRegistration registration) {
		boolean changed = !registration.equals(this.registration);
		this.registration = registration;
		return changed;
	}

	String id() {
		return this.registration.instanceId();
	}

	@Nullable Integer slot() {
		return this.slot;
	}

	void takeSlot(@Nullable Integer slot) {
		this.slot = slot;
	}

	void replace(Set<String> others) {
		this.replaces = others;
	}

	boolean isEstablished() {
		return this.established;
	}

	void establish() {
		this.established = true;
	}

	/**
	 * Return why the entry is not in the file as it should be.
	 * @return the reason, or {@code null} when it is there
	 */
	@Nullable String problem() {
		return this.problem;
	}

	/**
	 * Note why the entry is not in the file.
	 * @param problem the reason, or {@code null} when it is there
	 * @return what was noted before
	 */
	@Nullable String note(@Nullable String problem) {
		String before = this.problem;
		this.problem = problem;
		return before;
	}

	/**
	 * Return the entry as it should be.
	 * @param process this process
	 * @param previous the entry as it is, whose unknown fields are kept
	 */
	ObjectNode toJson(ProcessIdentity process, @Nullable ObjectNode previous) {
		return RegistryEntry.toJson(this.registration, process, this.slot, this.replaces, previous);
	}

}
