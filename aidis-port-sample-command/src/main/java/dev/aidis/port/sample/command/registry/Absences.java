package dev.aidis.port.sample.command.registry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

import dev.aidis.port.PortRegistration;

/**
 * Remembers which entries were missed in the registry, and whether their processes ran
 * then. The registry tells that an instance is gone, not why: it stopped if its entry was
 * missed while its process still ran, and died if not.
 */
final class Absences {

	/**
	 * How long an entry may be missing before it is gone, whatever the registry tells.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private final Clock clock;

	private final Predicate<PortRegistration> running;

	private final Map<String, Absence> absences = new HashMap<>();

	/**
	 * Create a new instance.
	 * @param clock tells the time
	 * @param running tells whether the process of an instance runs
	 */
	Absences(Clock clock, Predicate<PortRegistration> running) {
		this.clock = clock;
		this.running = running;
	}

	/**
	 * Note that the entry of an instance is not there.
	 * @return whether that has been so for too long
	 */
	boolean missed(PortRegistration registration) {
		Absence absence = this.absences.computeIfAbsent(Instance.idOf(registration),
				(unknown) -> new Absence(this.running.test(registration), this.clock.instant()));
		return absence.since().plus(PATIENCE).isBefore(this.clock.instant());
	}

	/**
	 * Note that the entry of an instance is there, or does not matter any more.
	 */
	void forget(PortRegistration registration) {
		this.absences.remove(Instance.idOf(registration));
	}

	/**
	 * Tell whether an instance that is gone outlived its entry, and forget it.
	 */
	boolean outlivedEntry(PortRegistration registration) {
		Absence absence = this.absences.remove(Instance.idOf(registration));
		return (absence != null) ? absence.ran() : this.running.test(registration);
	}

	/**
	 * The absence of an entry.
	 *
	 * @param ran whether its process ran when it was missed first
	 * @param since when that was
	 */
	private record Absence(boolean ran, Instant since) {

	}

}
