package dev.aidis.port.sample.command.registry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.Printable;
import dev.aidis.port.sample.command.registry.ServiceEvent.Kind;

/**
 * All instances that are shown, and what happens to them. One thread at a time may change
 * it; any may read.
 */
final class RegistryModel {

	private static final int MAX_DEAD = 200;

	/**
	 * How long after a stop a service that registers is taken for the same one again.
	 */
	private static final Duration RESTART = Duration.ofMinutes(10);

	private static final int MAX_STOPPED = 1000;

	private final Clock clock;

	private final Absences absences;

	private final Instances instances = new Instances();

	private final Set<String> seenAlive = new HashSet<>();

	private final Set<String> unhealthy = new HashSet<>();

	private final Map<String, Instance> stopped = new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Instance> eldest) {
			return size() > MAX_STOPPED;
		}

	};

	private long events;

	private RegistryUpdate update = new RegistryUpdate();

	/**
	 * Create a new model.
	 * @param clock tells the time
	 * @param running tells whether the process of an instance runs
	 */
	RegistryModel(Clock clock, Predicate<PortRegistration> running) {
		this.clock = clock;
		this.absences = new Absences(clock, running);
	}

	Collection<Instance> instances() {
		return this.instances.all();
	}

	@Nullable Instance instance(String key) {
		return this.instances.get(key);
	}

	/**
	 * Return what has changed since this was called last.
	 */
	RegistryUpdate drain() {
		RegistryUpdate drained = this.update;
		this.update = new RegistryUpdate();
		return drained;
	}

	void general() {
		this.update.general();
	}

	/**
	 * Take what is registered already, which is no news.
	 */
	void load(List<PortRegistration> registrations) {
		for (PortRegistration registration : registrations) {
			put(Instance.of(registration, State.of(registration.status()), now()));
		}
		registrations.stream().map(Instance::groupOf).distinct().forEach(this::number);
	}

	void apply(PortRegistryChange change) {
		if (change instanceof PortRegistryChange.Deregistered gone) {
			remove(gone.registration());
		}
		else {
			update(change.registration());
		}
	}

	private void update(PortRegistration registration) {
		Instance before = this.instances.get(Instance.keyOf(registration));
		this.absences.forget(registration);
		if (before == null) {
			add(registration);
		}
		else if (!before.state().isLive()) {
			put(before.with(registration, State.of(registration.status()), now()));
			event(Kind.HEALED, before, "is in the registry again, " + place(registration));
		}
		else if (!before.registration().equals(registration)) {
			put(before.with(registration, State.of(registration.status()), now()));
			tellDifferences(before, registration);
		}
		number(Instance.groupOf(registration));
	}

	private void add(PortRegistration registration) {
		Instance added = Instance.of(registration, State.of(registration.status()), now());
		put(added);
		this.update.registered();
		Instance dead = this.instances.of(added.group())
			.stream()
			.filter((instance) -> instance.state() == State.DEAD)
			.findFirst()
			.orElse(null);
		Instance stopped = this.stopped.remove(added.group());
		if (dead != null) {
			drop(dead);
			event(Kind.HEALED, added, "is back, " + fromTo(dead.registration(), registration));
		}
		else if (stopped != null && stopped.changedAt().plus(RESTART).isAfter(now())
				&& !stopped.registration().uri().equals(registration.uri())) {
			event(Kind.MOVED, added, "was restarted, " + fromTo(stopped.registration(), registration));
		}
		else {
			event(Kind.STARTED, added, place(registration));
		}
		registration.dependsOn().forEach((name) -> event(Kind.DEPENDENCY, added, "calls " + Printable.of(name)));
	}

	private void tellDifferences(Instance before, PortRegistration now) {
		if (!before.registration().uri().equals(now.uri())) {
			event(Kind.MOVED, before, fromTo(before.registration(), now));
		}
		if (before.state() == State.STARTING && now.status() == PortRegistration.Status.UP) {
			event(Kind.READY, before, place(now));
		}
		now.dependsOn()
			.stream()
			.filter((name) -> !before.registration().dependsOn().contains(name))
			.forEach((name) -> event(Kind.DEPENDENCY, before, "calls " + Printable.of(name)));
	}

	/**
	 * Note which entries are not in the registry at this moment, for when the registry is
	 * sure that they are gone. One that it does not tell of is gone after a while.
	 * @param present what {@link Instance#idOf} tells of those that are
	 */
	void look(Set<String> present) {
		for (Instance instance : List.copyOf(this.instances.all())) {
			if (present.contains(Instance.idOf(instance.registration()))) {
				this.absences.forget(instance.registration());
				if (instance.state() == State.STALE) {
					put(instance.with(instance.registration(), State.of(instance.registration().status()), now()));
					number(instance.group());
				}
			}
			else if (instance.state().isLive() && this.absences.missed(instance.registration())) {
				remove(instance.registration());
			}
		}
	}

	private void remove(PortRegistration registration) {
		Instance before = this.instances.get(Instance.keyOf(registration));
		if (before == null || before.state() == State.DEAD) {
			this.absences.forget(registration);
			return;
		}
		if (this.absences.outlivedEntry(registration)) {
			drop(before);
			this.stopped.put(before.group(), before.with(registration, before.state(), now()));
			event(Kind.STOPPED, before, place(registration));
		}
		else {
			put(before.with(registration, State.DEAD, now()));
			event(Kind.DIED, before, place(registration));
			forgetDead((instance) -> false);
		}
		number(Instance.groupOf(registration));
	}

	/**
	 * Take what look-ups hide.
	 */
	void stale(List<PortRegistration> registrations) {
		Set<String> keys = registrations.stream().map(Instance::keyOf).collect(Collectors.toSet());
		for (PortRegistration registration : registrations) {
			Instance known = this.instances.get(Instance.keyOf(registration));
			if (known == null) {
				put(Instance.of(registration, State.STALE, now()));
			}
			else if (known.state().isLive()) {
				put(known.with(registration, State.STALE, now()));
				number(known.group());
			}
		}
		List.copyOf(this.instances.all())
			.stream()
			.filter((instance) -> instance.state() == State.STALE && !keys.contains(instance.key()))
			.forEach(this::settle);
	}

	private void settle(Instance stale) {
		if (this.seenAlive.contains(stale.key())) {
			remove(stale.registration());
		}
		else {
			drop(stale);
		}
	}

	/**
	 * Note what an instance answered.
	 */
	void health(String key, HealthReading reading) {
		Instance before = this.instances.get(key);
		if (before == null || !before.state().isLive()) {
			return;
		}
		HealthReading last = before.health();
		boolean turned = last == null || last.healthy() != reading.healthy() || last.asked() != reading.asked();
		Instance after = before.withHealth(reading, (turned && last != null) ? now() : before.changedAt());
		this.instances.put(after);
		if (last == null || turned || !last.detail().equals(reading.detail())) {
			this.update.changed(key);
		}
		else if (reading.asked() && last.latencyMillis() != reading.latencyMillis()) {
			this.update.measured().add(key);
		}
		// One that starts may take its time.
		if (reading.healthy() && this.unhealthy.remove(key)) {
			event(Kind.HEALED, after, "is healthy again: " + reading.detail());
		}
		else if (!reading.asked()) {
			this.unhealthy.remove(key);
		}
		else if (!reading.healthy() && before.state() != State.STARTING && this.unhealthy.add(key)) {
			event(Kind.UNHEALTHY, after, reading.detail());
		}
	}

	/**
	 * Forget the dead that nobody asks for any more.
	 * @param old which of them
	 */
	void forgetDead(Predicate<Instance> old) {
		List<Instance> dead = this.instances.all()
			.stream()
			.filter((instance) -> instance.state() == State.DEAD)
			.sorted(Comparator.comparing(Instance::changedAt))
			.toList();
		for (int i = 0; i < dead.size(); i++) {
			if (dead.size() - i > MAX_DEAD || old.test(dead.get(i))) {
				drop(dead.get(i));
			}
		}
	}

	private void number(String group) {
		List<Instance> live = this.instances.of(group)
			.stream()
			.filter((instance) -> instance.state().isLive())
			.toList();
		for (int i = 0; i < live.size(); i++) {
			if (live.get(i).replica() != i + 1) {
				put(live.get(i).withReplica(i + 1));
			}
		}
	}

	private void put(Instance instance) {
		this.instances.put(instance);
		if (instance.state().isLive()) {
			this.seenAlive.add(instance.key());
		}
		this.update.changed(instance.key());
	}

	private void drop(Instance instance) {
		this.instances.remove(instance);
		this.absences.forget(instance.registration());
		this.seenAlive.remove(instance.key());
		this.unhealthy.remove(instance.key());
		this.update.removed(instance.key());
	}

	private void event(Kind kind, Instance instance, String detail) {
		String where = instance.cluster().isEmpty() ? "" : ", cluster " + instance.cluster();
		this.update.events()
			.add(new ServiceEvent(++this.events, now(), kind, instance.service(), instance.key(), detail + where));
	}

	private static String place(PortRegistration registration) {
		return registration.uri() + ", process " + registration.pid();
	}

	private static String fromTo(PortRegistration before, PortRegistration now) {
		return before.uri().equals(now.uri()) ? place(now) : "from " + before.uri() + " to " + place(now);
	}

	private Instant now() {
		return this.clock.instant();
	}

}
