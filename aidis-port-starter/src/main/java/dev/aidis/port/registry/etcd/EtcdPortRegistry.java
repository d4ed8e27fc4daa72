package dev.aidis.port.registry.etcd;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundle;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.registry.ChangeTeller;
import dev.aidis.port.registry.GuardedObserver;
import dev.aidis.port.registry.RegisteredName;

/**
 * The registry in etcd, version 3.4 or later. An instance lives as long as its
 * application gives signs of life; no process is looked at, so there are no stale
 * registrations and nothing to prune. Look-ups are answered from memory, which a watch
 * keeps up to date.
 * <p>
 * While etcd cannot be reached, look-ups go on with what was known last, each
 * registration marked with {@link PortRegistration#STALE_SINCE}, and {@link #verify()}
 * says since when and why; what should be registered is registered again as soon as it
 * can be. Before etcd was reached for the first time look-ups fail.
 * <p>
 * Nothing is connected before the first use, or {@link #connect()}. Closing ends the
 * connection and everything that was registered through it.
 *
 * @since 0.1.0
 */
public final class EtcdPortRegistry implements PortRegistry, AutoCloseable {

	private static final Log logger = LogFactory.getLog(EtcdPortRegistry.class);

	private final EtcdSettings settings;

	private final OwnInstances own;

	private final EtcdKeeper keeper;

	private final ChangeTeller teller = new ChangeTeller(this::live);

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Create a registry. Nothing is connected yet.
	 * @param properties where etcd is and how to use it
	 * @param cluster the name of the cluster to register and look in
	 * @param bundle the certificates for TLS, or {@code null} for those of Java
	 * @param observer is told what is done
	 * @throws InvalidConfigurationPropertyValueException if a property is no good
	 */
	public EtcdPortRegistry(EtcdRegistryProperties properties, String cluster, @Nullable SslBundle bundle,
			PortRegistryObserver observer) {
		this.settings = EtcdSettings.of(properties, cluster);
		this.own = new OwnInstances(this.settings, new GuardedObserver(observer));
		this.keeper = new EtcdKeeper(this.settings, new EtcdClients(this.settings, bundle), this.own,
				this.teller::tell);
	}

	/**
	 * Begin to connect, in the background. The first connection takes longest, since the
	 * classes it needs are loaded; who uses the registry later waits the less.
	 */
	public void connect() {
		this.keeper.start();
	}

	@Override
	public void register(PortRegistration registration) {
		RegisteredName.validate(registration.serviceName(), location());
		requireOpen();
		warnIfUnreachable(registration);
		CompletableFuture<Void> done = this.own.want(registration);
		this.keeper.wake();
		try {
			await(done);
		}
		catch (PortRegistryException ex) {
			this.own.noteMissing(registration.instanceId(), String.valueOf(ex.getMessage()));
			throw ex;
		}
	}

	private void warnIfUnreachable(PortRegistration registration) {
		if (this.settings.isRemote() && EtcdSettings.isLoopback(registration.host())
				&& this.warned.compareAndSet(false, true)) {
			logger.warn("Service '" + registration.serviceName() + "' is registered in " + location() + " at "
					+ registration.uri() + ", where only services on the same machine reach it. If there are others, "
					+ "set aidis.port.advertise.host to the name or address of this machine.");
		}
	}

	@Override
	public void deregister(String instanceId) {
		CompletableFuture<Void> done = this.own.unwant(instanceId);
		if (!done.isDone()) {
			requireOpen();
			this.keeper.wake();
			await(done);
		}
	}

	private void requireOpen() {
		if (this.keeper.isClosed()) {
			throw new PortRegistryException("The port registry " + location() + " is closed", null);
		}
	}

	private void await(CompletableFuture<Void> done) {
		try {
			done.get(this.settings.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new PortRegistryException(String.valueOf(cause.getMessage()), cause);
		}
		catch (TimeoutException ex) {
			throw new PortRegistryException("The port registry " + location() + " has not done it within "
					+ this.settings.requestTimeout().toMillis() + "ms (" + EtcdRegistryProperties.PREFIX
					+ ".request-timeout)", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PortRegistryException("Interrupted while waiting for the port registry " + location(), ex);
		}
	}

	@Override
	public List<PortRegistration> registrations() {
		return look(EtcdView::all);
	}

	@Override
	public List<PortRegistration> registrations(String serviceName) {
		return look((view) -> {
			List<PortRegistration> exact = view.named(serviceName);
			return exact.isEmpty() ? view.named(serviceName.toLowerCase(Locale.ROOT)) : exact;
		});
	}

	private List<PortRegistration> look(Function<EtcdView, List<PortRegistration>> query) {
		List<PortRegistration> found = query.apply(requireView());
		Outage outage = this.keeper.outage();
		return (outage != null) ? found.stream().map((registration) -> mark(registration, outage)).toList() : found;
	}

	private static PortRegistration mark(PortRegistration registration, Outage outage) {
		return registration
			.with((builder) -> builder.metadata(PortRegistration.STALE_SINCE, outage.since().toString()));
	}

	private EtcdView requireView() {
		EtcdView view = this.keeper.view();
		if (view == null) {
			this.keeper.awaitFirst();
			view = this.keeper.view();
		}
		if (view == null) {
			throw unreachable();
		}
		return view;
	}

	private PortRegistryException unreachable() {
		Outage outage = this.keeper.outage();
		return new PortRegistryException((outage != null) ? this.keeper.message(outage)
				: "The port registry " + location() + " has not answered within "
						+ this.settings.requestTimeout().toMillis() + "ms (" + EtcdRegistryProperties.PREFIX
						+ ".request-timeout)",
				null);
	}

	/**
	 * Return nothing: whoever gives no sign of life is not in etcd any more.
	 */
	@Override
	public List<PortRegistration> staleRegistrations() {
		return List.of();
	}

	/**
	 * Remove nothing, since etcd does.
	 */
	@Override
	public List<PortRegistration> prune() {
		return List.of();
	}

	@Override
	public Optional<String> problem(String instanceId) {
		Optional<String> problem = this.own.problem(instanceId);
		Outage outage = this.keeper.outage();
		if (problem.isEmpty() && outage != null && this.own.isRegisteredHere(instanceId)) {
			return Optional.of(this.keeper.message(outage));
		}
		return problem;
	}

	@Override
	public Watch watch(Consumer<PortRegistryChange> listener) {
		Watch watch = this.teller.watch(listener);
		this.keeper.start();
		this.teller.tell();
		return watch;
	}

	private @Nullable List<PortRegistration> live() {
		EtcdView view = this.keeper.view();
		return (view != null) ? view.all() : null;
	}

	/**
	 * Check that etcd can be reached. A watch that goes silent is noticed within a third
	 * of {@code aidis.port.registry.etcd.lease-ttl} and twice the
	 * {@code request-timeout}. What keeps an instance from being written is told by
	 * {@link #problem}.
	 */
	@Override
	public void verify() {
		requireView();
		if (this.keeper.outage() != null) {
			throw unreachable();
		}
	}

	@Override
	public String location() {
		return this.settings.location();
	}

	@Override
	public void close() {
		this.keeper.close();
		this.teller.close();
	}

	@Override
	public String toString() {
		return "EtcdPortRegistry[" + location() + "]";
	}

}
