package dev.aidis.port.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;

/**
 * Answers of look-ups that are believed for a while, so that nothing is asked meanwhile:
 * a service that dies is given out until the time is over. An answer is given up at once
 * when this process changes the registry, or when the service did not answer. That a
 * service is not there, or only starts, is never believed.
 */
final class BelievedAnswers {

	/**
	 * More services than an application calls.
	 */
	private static final int MAX_ANSWERS = 1000;

	private final PortClusters clusters;

	private final long nanos;

	private final LongSupplier clock;

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final AtomicLong doubts = new AtomicLong();

	/**
	 * Create a new instance.
	 * @param clusters where is looked
	 * @param time how long an answer is believed
	 * @param clock tells nanoseconds, and is never set
	 */
	BelievedAnswers(PortClusters clusters, Duration time, LongSupplier clock) {
		this.clusters = clusters;
		this.nanos = time.toNanos();
		this.clock = clock;
	}

	/**
	 * Return what is believed of a service now.
	 */
	@Nullable Answer find(String serviceName) {
		Answer answer = this.answers.get(serviceName);
		return (answer != null && answer.doubts() == this.doubts.get() && answer.changes() == this.clusters.ownChanges()
				&& this.clock.getAsLong() - answer.since() < this.nanos) ? answer : null;
	}

	/**
	 * Begin a look at the registry. Call it before the look: what happens while it lasts
	 * may be missing in the answer.
	 */
	Look look() {
		return new Look(this.doubts.get(), this.clusters.ownChanges(), this.clock.getAsLong());
	}

	private void keep(String serviceName, Answer answer) {
		if (answer.changes() < 0) {
			return;
		}
		if (this.answers.size() >= MAX_ANSWERS) {
			this.answers.clear();
		}
		this.answers.merge(serviceName, answer,
				(present, other) -> (present.since() - other.since() > 0) ? present : other);
	}

	/**
	 * Believe nothing of a service, nor what a look finds of any that has begun already.
	 */
	void forget(String serviceName) {
		this.doubts.incrementAndGet();
		this.answers.keySet().removeIf(serviceName::equalsIgnoreCase);
	}

	/**
	 * A look at the registry that has begun.
	 */
	final class Look {

		private final long doubts;

		private final long changes;

		private final long since;

		private Look(long doubts, long changes, long since) {
			this.doubts = doubts;
			this.changes = changes;
			this.since = since;
		}

		/**
		 * Believe what was found.
		 */
		void found(String serviceName, PortRegistration registration) {
			keep(serviceName,
					new Answer(Optional.of(registration), registration.uri(), this.doubts, this.changes, this.since));
		}

	}

	/**
	 * An answer.
	 *
	 * @param registration the instance
	 * @param uri its address
	 * @param doubts how often a service had been doubted before it was asked
	 * @param changes how often this process had changed the registry before it was asked
	 * @param since when that was
	 */
	record Answer(Optional<PortRegistration> registration, URI uri, long doubts, long changes, long since) {

	}

}
