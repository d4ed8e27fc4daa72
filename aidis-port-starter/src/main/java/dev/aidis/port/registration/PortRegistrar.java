package dev.aidis.port.registration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;

/**
 * Owns this service's registration: makes it, keeps it right while the service runs, and
 * removes it. A registry that cannot be written never stops the service; it is tried
 * again until it works.
 *
 * @since 0.1.0
 */
public final class PortRegistrar implements DisposableBean {

	private static final Log logger = LogFactory.getLog(PortRegistrar.class);

	private static final int MAX_DEPENDENCIES = 256;

	private final PortRegistry registry;

	private final Supplier<Stream<RegistrationFollower>> followers;

	/**
	 * Not guarded by this object's monitor: a writer may hold that for as long as it
	 * waits for the registry, and who looks a service up must not wait with it.
	 */
	private final Set<String> dependencies = Collections.synchronizedSet(new LinkedHashSet<>());

	/**
	 * Followers are told one thing at a time.
	 */
	private final Object following = new Object();

	private boolean ready;

	private volatile @Nullable PortRegistration registration;

	private volatile boolean told;

	/**
	 * Whether the registry has still to learn of dependencies.
	 */
	private final AtomicBoolean behind = new AtomicBoolean();

	private final ThreadPoolExecutor background;

	private volatile @Nullable Duration startupTime;

	/**
	 * Create a new registrar.
	 * @param registry where to register
	 */
	public PortRegistrar(PortRegistry registry) {
		this(registry, Stream::empty);
	}

	/**
	 * Create a new registrar that others follow.
	 * @param registry where to register
	 * @param followers are told of each change
	 */
	public PortRegistrar(PortRegistry registry, Supplier<Stream<RegistrationFollower>> followers) {
		this.registry = registry;
		this.followers = followers;
		this.background = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				PortRegistrar::newThread, new ThreadPoolExecutor.DiscardPolicy());
		this.background.allowCoreThreadTimeOut(true);
	}

	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "aidis-port-registrar");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Register the service. Called again when its web server has restarted on another
	 * port; the registration then keeps its identity.
	 */
	synchronized void register(PortRegistration started) {
		PortRegistration previous = this.registration;
		PortRegistration registered = started.with((builder) -> {
			builder.status(this.ready ? Status.UP : Status.STARTING);
			if (previous != null) {
				builder.instanceId(previous.instanceId()).startedAt(previous.startedAt());
			}
		});
		long start = System.nanoTime();
		boolean written = write(registered);
		if (this.startupTime == null) {
			this.startupTime = Duration.ofNanos(System.nanoTime() - start);
		}
		announce(registered, written);
	}

	private void announce(PortRegistration registered, boolean written) {
		String requested = registered.metadata().get(PortRegistration.REQUESTED_PORT);
		String local = registered.metadata().get(PortRegistration.LOCAL_PORT);
		logger.info("Service '" + registered.serviceName() + "' is at " + registered.uri()
				+ ((local != null) ? ", listening on port " + local : "")
				+ ((requested != null) ? " (requested port " + requested + ", "
						+ registered.metadata().get(PortRegistration.ASSIGNED_BY) + ")" : "")
				+ (written ? ", registered in " : ", not yet registered in ") + this.registry.location());
	}

	/**
	 * Change the registration, if there is one.
	 */
	synchronized void update(Consumer<PortRegistration.Builder> change) {
		PortRegistration current = this.registration;
		if (current != null) {
			write(current.with(change));
		}
	}

	/**
	 * The application is ready.
	 */
	synchronized void ready() {
		this.ready = true;
		update((builder) -> builder.status(Status.UP));
	}

	/**
	 * Record that this service has looked another one up. The registry learns of it in
	 * the background, not while the caller waits.
	 * @param serviceName the name of the other service
	 */
	public void recordDependency(String serviceName) {
		if (this.dependencies.size() < MAX_DEPENDENCIES && this.dependencies.add(serviceName)
				&& this.behind.compareAndSet(false, true)) {
			this.background.execute(() -> inBackground(this::writeDependencies));
		}
	}

	private void writeDependencies() {
		this.behind.set(false);
		update((unchanged) -> {
		});
	}

	private List<String> dependenciesOf(String ownName) {
		List<String> others;
		synchronized (this.dependencies) {
			others = new ArrayList<>(this.dependencies);
		}
		others.remove(ownName);
		return others;
	}

	/**
	 * Remove the registration. Does nothing when there is none (any more).
	 */
	synchronized void deregister() {
		PortRegistration current = this.registration;
		if (current == null) {
			return;
		}
		this.registration = null;
		synchronized (this.following) {
			tellFollowers((follower) -> follower.ended(current));
		}
		try {
			this.registry.deregister(current.instanceId());
			logger.info("Removed service '" + current.serviceName() + "' at " + current.uri() + " from "
					+ this.registry.location());
		}
		catch (RuntimeException ex) {
			logger.warn("Service '" + current.serviceName() + "' ends without removing its registration. "
					+ "Others recognise that it is dead. " + ex.getMessage());
		}
	}

	/**
	 * Return the registration as it should be in the registry.
	 * @return the registration, empty before the web server has started and after the
	 * application has closed
	 */
	public Optional<PortRegistration> registration() {
		return Optional.ofNullable(this.registration);
	}

	/**
	 * Return how long the start of the application was kept waiting for its first
	 * registration.
	 * @return the time, or empty before the web server has started
	 */
	public Optional<Duration> startupTime() {
		return Optional.ofNullable(this.startupTime);
	}

	/**
	 * Return why the registration is not in the registry.
	 * @return the reason, or empty if it is there
	 */
	public Optional<String> problem() {
		PortRegistration present = this.registration;
		return (present != null) ? this.registry.problem(present.instanceId()) : Optional.empty();
	}

	/**
	 * Make the registry hold a registration, which is the present one from now on even if
	 * that fails: the registry then goes on trying.
	 * @return whether the registry holds it now
	 */
	private boolean write(PortRegistration wanted) {
		PortRegistration complete = wanted.with((builder) -> builder.dependsOn(dependenciesOf(wanted.serviceName())));
		boolean hadProblem = problem().isPresent();
		this.registration = complete;
		if (hadProblem) {
			// It goes on being tried, so nobody needs to wait for the same failure again.
			this.background.execute(() -> inBackground(this::registerPresent));
			return false;
		}
		return tryToRegister(complete);
	}

	private void registerPresent() {
		PortRegistration present;
		do {
			present = this.registration;
			if (present != null) {
				tryToRegister(present);
			}
		}
		while (!Objects.equals(present, this.registration));
	}

	private static void inBackground(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			logger.warn(ex.getMessage());
		}
	}

	/**
	 * What is not the registration any more is told to nobody: it may have ended, and
	 * been told so, while the registry was waited for.
	 */
	private void tellRegistered(PortRegistration complete) {
		synchronized (this.following) {
			if (complete.equals(this.registration)) {
				tellFollowers((follower) -> follower.registered(complete));
			}
		}
	}

	private void tellFollowers(Consumer<RegistrationFollower> news) {
		this.followers.get().forEach((follower) -> {
			try {
				news.accept(follower);
			}
			catch (RuntimeException ex) {
				logger.warn(ex.getMessage());
			}
		});
	}

	private boolean tryToRegister(PortRegistration complete) {
		try {
			this.registry.register(complete);
			this.told = false;
			tellRegistered(complete);
			return true;
		}
		catch (DuplicateServiceException ex) {
			this.registration = null;
			throw ex;
		}
		catch (RuntimeException ex) {
			if (!this.told) {
				this.told = true;
				logger.warn("Service '" + complete.serviceName()
						+ "' runs, but others cannot find it for now; registering is tried again. " + ex.getMessage());
			}
			tellRegistered(complete);
			return false;
		}
	}

	@Override
	public void destroy() {
		deregister();
		this.background.shutdown();
	}

}
