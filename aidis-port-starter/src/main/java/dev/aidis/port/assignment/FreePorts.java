package dev.aidis.port.assignment;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Objects;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Looks for ports that nobody has.
 */
final class FreePorts {

	private final SingletonSupplier<BindResult<InetAddress>> address;

	private final SingletonSupplier<ManagementPort> management;

	private final BiPredicate<Integer, @Nullable InetAddress> probe;

	private final SingletonSupplier<Boolean> leases = SingletonSupplier.of(PortLease::isAvailable);

	/**
	 * Create a new search.
	 * @param environment tells the address that the server will listen at
	 * @param probe tells whether a port can be opened at an address, or at all of them
	 */
	FreePorts(ConfigurableEnvironment environment, BiPredicate<Integer, @Nullable InetAddress> probe) {
		this.address = SingletonSupplier.of(() -> Binder.get(environment).bind("server.address", InetAddress.class));
		this.management = SingletonSupplier.of(() -> ManagementPort.of(environment));
		this.probe = probe;
	}

	/**
	 * Tell whether the server can open a port.
	 */
	boolean isFreeForServer(int port) {
		return this.probe.test(port, serverAddress());
	}

	/**
	 * Tell whether nobody has a port at any address.
	 */
	boolean isFree(int port) {
		InetAddress address = serverAddress();
		return this.probe.test(port, null) && (address == null || this.probe.test(port, address));
	}

	/**
	 * Lease the first free port.
	 * @return the port, or {@code null} if somebody has each of them
	 */
	@Nullable PortCandidate firstOf(Collection<Integer> ports) {
		return ports.stream().map(this::lease).filter(Objects::nonNull).findFirst().orElse(null);
	}

	/**
	 * Lease a port if it is free and not the one that the application's own management
	 * server is to have. The lease comes first: to try a port opens it for a moment,
	 * which would disturb one who has the lease and is about to open it.
	 * @return the port, or {@code null} if somebody has it
	 */
	@Nullable PortCandidate lease(int port) {
		if (Integer.valueOf(port).equals(this.management.obtain().port())) {
			return null;
		}
		// An address that is none must be seen before there is a lease to give back.
		serverAddress();
		PortLease lease = PortLease.take(port);
		if (lease == null && this.leases.obtain()) {
			return null;
		}
		if (isFree(port)) {
			return new PortCandidate(port, lease);
		}
		if (lease != null) {
			lease.close();
		}
		return null;
	}

	private @Nullable InetAddress serverAddress() {
		return this.address.obtain().orElse(null);
	}

}
