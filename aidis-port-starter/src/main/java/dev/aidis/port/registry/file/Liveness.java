package dev.aidis.port.registry.file;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells whether the process of an entry lives. Neither an open port nor a lock proves it
 * where the process itself can be seen: after {@code kill -9} both may stay for a while,
 * and a port may belong to somebody else by now.
 */
final class Liveness {

	/**
	 * How much later than its entry a process may have started by the clock and still be
	 * the one that wrote it; clocks are set while processes run.
	 */
	private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

	private static final int MAX_KNOWN = 10_000;

	private final ProcessTable processes;

	private final ProcessIdentity self;

	private final IntFunction<LiveSlots.State> slots;

	/**
	 * The start of the processes of foreign entries that were seen alive, by entry. It
	 * goes on telling the truth when the clock is set.
	 */
	private final Map<String, String> known;

	Liveness(ProcessTable processes, ProcessIdentity self, IntFunction<LiveSlots.State> slots) {
		this(processes, self, slots, new ConcurrentHashMap<>());
	}

	private Liveness(ProcessTable processes, ProcessIdentity self, IntFunction<LiveSlots.State> slots,
			Map<String, String> known) {
		this.processes = processes;
		this.self = self;
		this.slots = slots;
		this.known = known;
	}

	/**
	 * Return one that asks the operating system only once for each process, to judge many
	 * entries at one moment.
	 */
	Liveness atThisMoment() {
		return new Liveness(new RememberingProcessTable(this.processes), this.self, this.slots, this.known);
	}

	/**
	 * Look at entries now, and return what tells the dead of them. While others wait for
	 * the lock, it asks the operating system about these only.
	 */
	Predicate<RegistryEntry> deadAmong(Collection<RegistryEntry> entries) {
		Liveness now = atThisMoment();
		Set<ObjectNode> dead = Collections.newSetFromMap(new IdentityHashMap<>());
		entries.stream().filter(now::isDead).forEach((entry) -> dead.add(entry.json()));
		return (entry) -> dead.contains(entry.json()) && isDead(entry);
	}

	boolean isDead(RegistryEntry entry) {
		return judge(entry) == Verdict.DEAD;
	}

	/**
	 * Tell whether the process of an entry certainly runs.
	 */
	boolean isLive(RegistryEntry entry) {
		return judge(entry) == Verdict.LIVE;
	}

	/**
	 * Tell whether an entry's instance is still registered as far as that can be told
	 * without the file: its process runs, and it has not given its byte back.
	 */
	boolean isRegistered(RegistryEntry entry) {
		Integer slot = entry.slot();
		return isLive(entry) && (slot == null || this.slots.apply(slot) == LiveSlots.State.HELD);
	}

	Verdict judge(RegistryEntry entry) {
		try {
			return (entry.identity().startTicks() != null || entry.slot() != null) ? judgeOwn(entry)
					: judgeForeign(entry);
		}
		catch (IOException ex) {
			// The operating system did not say, which proves nothing.
			return Verdict.UNKNOWN;
		}
	}

	private Verdict judgeOwn(RegistryEntry entry) throws IOException {
		ProcessIdentity process = entry.identity();
		String boot = process.bootId();
		boolean sameBoot = Objects.equals(boot, this.self.bootId());
		boolean sameHost = Objects.equals(process.hostId(), this.self.hostId());
		if (!sameHost && (!sameBoot || boot == null)) {
			return Verdict.ELSEWHERE;
		}
		if (!sameBoot && boot != null && this.self.bootId() != null) {
			return Verdict.DEAD;
		}
		String startTicks = process.startTicks();
		// Who has no /proc knows neither boot nor namespaces, nor when it started.
		if (!sameBoot || startTicks == null || !isInOwnNamespaces(process)) {
			return judgeBySlot(entry);
		}
		String running = this.processes.startTicks(entry.pid());
		if (running == null) {
			return this.processes.isComplete() ? Verdict.DEAD : judgeBySlot(entry);
		}
		return running.equals(startTicks) ? Verdict.LIVE : Verdict.DEAD;
	}

	/**
	 * A pid is valid in one namespace, and the start of a process is counted in another.
	 */
	private boolean isInOwnNamespaces(ProcessIdentity process) {
		return Objects.equals(process.pidNamespace(), this.self.pidNamespace())
				&& Objects.equals(process.timeNamespace(), this.self.timeNamespace());
	}

	private Verdict judgeBySlot(RegistryEntry entry) {
		Integer slot = entry.slot();
		if (slot == null) {
			return Verdict.UNKNOWN;
		}
		return switch (this.slots.apply(slot)) {
			case HELD -> Verdict.LIVE;
			case FREE -> Verdict.DEAD;
			case UNKNOWN -> Verdict.UNKNOWN;
		};
	}

	/**
	 * Another program's entry, which tells the pid and when it was written. A process
	 * that started later took the pid over.
	 */
	private Verdict judgeForeign(RegistryEntry entry) throws IOException {
		if (entry.pid() == 0) {
			return Verdict.UNKNOWN;
		}
		String running = this.processes.startTicks(entry.pid());
		if (running == null) {
			return this.processes.isComplete() ? Verdict.DEAD : Verdict.UNKNOWN;
		}
		if (this.processes.isThread(entry.pid())) {
			return Verdict.DEAD;
		}
		String process = entry.key() + " " + entry.pid() + " " + entry.startedAt();
		if (running.equals(this.known.get(process))) {
			return Verdict.LIVE;
		}
		if (tookOver(this.processes.startedAt(entry.pid()), entry.startedAt())) {
			return Verdict.SUSPECT;
		}
		if (this.known.size() >= MAX_KNOWN) {
			this.known.clear();
		}
		this.known.put(process, running);
		return Verdict.LIVE;
	}

	private static boolean tookOver(@Nullable Instant started, Instant written) {
		return started != null && !written.equals(Instant.EPOCH) && started.minus(CLOCK_TOLERANCE).isAfter(written);
	}

	/**
	 * What is known of an entry's process.
	 */
	enum Verdict {

		/**
		 * It runs.
		 */
		LIVE,

		/**
		 * It has certainly ended, so the entry may be removed.
		 */
		DEAD,

		/**
		 * Its id seems to belong to another process by now; but the clock may have been
		 * set meanwhile. The entry is hidden, and removed by nobody.
		 */
		SUSPECT,

		/**
		 * It cannot be told from here. The entry is shown if its port answers, and
		 * removed by nobody.
		 */
		UNKNOWN,

		/**
		 * It runs, or ran, on another machine that shares the file. The entry is shown if
		 * the very instance answers, and removed by nobody.
		 */
		ELSEWHERE

	}

}
