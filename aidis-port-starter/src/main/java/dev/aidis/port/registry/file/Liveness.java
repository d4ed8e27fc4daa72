package dev.aidis.port.registry.file;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Tells whether the process of an entry lives. Neither an open port nor a lock proves it:
 * after {@code kill -9} both may stay for a while, and a port may belong to somebody else
 * by now.
 */
final class Liveness {

	/**
	 * How much later than its entry a process may have started by the clock and still be
	 * the one that wrote it; clocks are set while processes run.
	 */
	private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

	private final ProcessTable processes;

	private final ProcessIdentity self;

	Liveness(ProcessTable processes, ProcessIdentity self) {
		this.processes = processes;
		this.self = self;
	}

	Verdict judge(RegistryEntry entry) {
		try {
			return judgeByProcess(entry);
		}
		catch (IOException ex) {
			// The operating system did not say, which proves nothing.
			return Verdict.UNKNOWN;
		}
	}

	private Verdict judgeByProcess(RegistryEntry entry) throws IOException {
		String startTicks = entry.text("startTicks");
		if (startTicks == null) {
			return judgeForeign(entry);
		}
		boolean sameBoot = Objects.equals(entry.text("bootId"), this.self.bootId());
		boolean sameHost = Objects.equals(entry.text("hostId"), this.self.hostId());
		if (!sameBoot) {
			return sameHost ? Verdict.DEAD : Verdict.UNKNOWN;
		}
		boolean otherHost = this.self.bootId() == null && !sameHost;
		if (otherHost || !Objects.equals(entry.text("pidNs"), this.self.pidNamespace())) {
			return Verdict.UNKNOWN;
		}
		String running = this.processes.startTicks(entry.pid());
		if (running == null) {
			return absent();
		}
		return running.equals(startTicks) ? Verdict.LIVE : Verdict.DEAD;
	}

	/**
	 * Another program's entry, which tells the pid and when it was written. A process
	 * that started later took the pid over.
	 */
	private Verdict judgeForeign(RegistryEntry entry) throws IOException {
		if (entry.pid() == 0) {
			return Verdict.UNKNOWN;
		}
		if (this.processes.startTicks(entry.pid()) == null) {
			return absent();
		}
		if (this.processes.isThread(entry.pid())) {
			return Verdict.DEAD;
		}
		Instant started = this.processes.startedAt(entry.pid());
		Instant written = entry.startedAt();
		boolean tookOver = started != null && !written.equals(Instant.EPOCH)
				&& started.minus(CLOCK_TOLERANCE).isAfter(written);
		return tookOver ? Verdict.SUSPECT : Verdict.LIVE;
	}

	private Verdict absent() {
		return this.processes.isComplete() ? Verdict.DEAD : Verdict.UNKNOWN;
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
		 * It cannot be told from here. The entry is shown if something listens on its
		 * port, and removed by nobody.
		 */
		UNKNOWN

	}

}
