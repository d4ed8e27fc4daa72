package dev.aidis.port.registry.file;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * What a program that takes no lock changed in a file that had been replaced.
 */
final class LateChange {

	private final RegistryDocument base;

	private final RegistryDocument late;

	private final Set<String> added = new HashSet<>();

	private final Set<String> altered = new HashSet<>();

	/**
	 * Create a new change.
	 * @param base what was in the file before
	 * @param late what the program wrote
	 */
	LateChange(RegistryDocument base, RegistryDocument late) {
		this.base = base;
		this.late = late;
		for (String key : base.differences(late)) {
			(base.values().containsKey(key) ? this.altered : this.added).add(key);
		}
	}

	RegistryDocument base() {
		return this.base;
	}

	RegistryDocument late() {
		return this.late;
	}

	/**
	 * Tell whether a program wrote the file without having seen the change. Nobody brings
	 * back exactly what there was before. What was added can be taken away again, but
	 * then that is the only difference.
	 * @param written what it wrote
	 * @param ours what the file was before, with the change
	 * @param first whether it is certainly the first that was written since then
	 */
	boolean isUnseenBy(RegistryDocument written, RegistryDocument ours, boolean first) {
		Set<String> differences = ours.differences(written);
		boolean broughtBack = this.altered.stream()
			.filter(differences::contains)
			.anyMatch((key) -> Objects.equals(written.values().get(key), this.base.values().get(key)));
		return broughtBack || (first && !this.added.isEmpty() && !this.added.containsAll(differences)
				&& this.added.stream().noneMatch(written.values()::containsKey));
	}

}
