package dev.aidis.port.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.discovery.HttpServiceHealthProbe;
import dev.aidis.port.registry.file.InstanceProbe;

/**
 * Asks instances over HTTP. An answer counts for a second, since an instance that does
 * not answer keeps its questioner waiting and look-ups may be many.
 */
final class HttpInstanceProbe implements InstanceProbe {

	private static final long VALID_NANOS = Duration.ofSeconds(1).toNanos();

	private static final int MAX_ANSWERS = 1000;

	private final Map<PortRegistration, Answer> answers = new ConcurrentHashMap<>();

	private final HttpServiceHealthProbe probe = new HttpServiceHealthProbe();

	@Override
	public boolean answers(PortRegistration registration) {
		return ask(registration, registration.provesIdentity() ? this.probe::isInstance : this.probe::isReachable);
	}

	@Override
	public boolean isInstance(PortRegistration registration) {
		return registration.provesIdentity() && ask(registration, this.probe::isInstance);
	}

	private boolean ask(PortRegistration registration, Predicate<PortRegistration> question) {
		Answer known = this.answers.get(registration);
		if (known != null && System.nanoTime() - known.time < VALID_NANOS) {
			return known.there;
		}
		boolean there = question.test(registration);
		if (Thread.currentThread().isInterrupted()) {
			return there;
		}
		if (this.answers.size() >= MAX_ANSWERS) {
			this.answers.clear();
		}
		this.answers.put(registration, new Answer(there, System.nanoTime()));
		return there;
	}

	private record Answer(boolean there, long time) {

	}

}
