package dev.aidis.port.sample.mcp.tools;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.Printable;
import dev.aidis.port.sample.mcp.transport.Cancellation;

/**
 * Waits until a service is ready and healthy. A wait has a request's thread for as long
 * as it lasts, so there is an end to every wait and to the number of them, and a server
 * that stops ends them before it waits for its requests.
 */
@Component
class ServiceWait implements SmartLifecycle {

	static final int MAX_SECONDS = 300;

	private static final int MAX_WAITS = 50;

	private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

	private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

	private final Semaphore places = new Semaphore(MAX_WAITS);

	private final Set<Cancellation> waiting = ConcurrentHashMap.newKeySet();

	private final PortRegistry registry;

	private final InstanceCheck instanceCheck;

	private volatile boolean running;

	ServiceWait(PortRegistry registry, InstanceCheck instanceCheck) {
		this.registry = registry;
		this.instanceCheck = instanceCheck;
	}

	/**
	 * Wait.
	 * @param name the name of the service
	 * @param timeout how long to wait at most
	 * @param cancellation ends the wait early
	 * @param progress is told about once a second how long it has waited, and for what
	 * @return the instance
	 * @throws ToolException if there is none in time, or the wait was ended
	 */
	CheckedService await(String name, Duration timeout, Cancellation cancellation,
			BiConsumer<Duration, String> progress) {
		if (!this.places.tryAcquire()) {
			throw new ToolException(MAX_WAITS + " callers are waiting already, which is the most there may be."
					+ " Ask with find_service from time to time instead.");
		}
		this.waiting.add(cancellation);
		try {
			return poll(name, timeout, cancellation, progress);
		}
		finally {
			this.waiting.remove(cancellation);
			this.places.release();
		}
	}

	private CheckedService poll(String name, Duration timeout, Cancellation cancellation,
			BiConsumer<Duration, String> progress) {
		long start = System.nanoTime();
		Duration reported = Duration.ZERO;
		while (true) {
			Attempt attempt = attempt(name);
			if (attempt.found() != null) {
				return attempt.found();
			}
			Duration waited = Duration.ofNanos(System.nanoTime() - start);
			if (waited.compareTo(timeout) >= 0) {
				throw failure(name, timeout, attempt);
			}
			if (waited.minus(reported).compareTo(REPORT_INTERVAL) >= 0) {
				progress.accept(waited, attempt.obstacle());
				reported = waited;
			}
			if (cancellation.await(min(POLL_INTERVAL, timeout.minus(waited)))) {
				throw new ToolException("The wait for '" + Printable.of(name)
						+ "' was ended: its caller cancelled it, or this server is stopping.");
			}
		}
	}

	private Attempt attempt(String name) {
		List<PortRegistration> instances = this.registry.registrations(name);
		String obstacle = instances.isEmpty() ? "it is not registered" : "it is starting";
		String advice = "If it needs longer, call again with a greater timeoutSeconds, up to " + MAX_SECONDS
				+ "; its log may tell why.";
		for (PortRegistration instance : instances) {
			if (instance.status() != Status.STARTING) {
				InstanceCheck.Result result = this.instanceCheck.check(instance);
				if (result.health().healthy()) {
					return new Attempt(true, "", "", result.toService());
				}
				obstacle = result.describe();
				advice = result.stranger() ? "Start the service again, then wait again." : "Its log may tell why.";
			}
		}
		return new Attempt(!instances.isEmpty(), obstacle, advice, null);
	}

	private RuntimeException failure(String name, Duration timeout, Attempt attempt) {
		String within = " within " + timeout.toSeconds() + " s";
		if (!attempt.registered()) {
			return new ToolException("'" + Printable.of(name) + "' did not register" + within + ". "
					+ UnknownService.in(this.registry, name).getMessage()
					+ ". Start it if it does not run; if it needs longer, call again with a greater timeoutSeconds, up to "
					+ MAX_SECONDS + ".");
		}
		return new ToolException("'" + Printable.of(name) + "' was not ready and healthy" + within + ": "
				+ attempt.obstacle() + ". " + attempt.advice());
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.waiting.forEach(Cancellation::cancel);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * One look at a service.
	 *
	 * @param registered whether an instance is registered
	 * @param obstacle what is still missing
	 * @param advice what to do about it
	 * @param found an instance that is ready and healthy
	 */
	private record Attempt(boolean registered, String obstacle, String advice, @Nullable CheckedService found) {

	}

}
