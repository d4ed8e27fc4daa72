package dev.aidis.port.assignment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Holds the port that was chosen for this application: keeps other services of this
 * machine from choosing it until the application ends, and finds another one if a foreign
 * program has taken it by the time it is to be opened.
 *
 * @since 0.1.0
 */
public final class PortReservation implements AutoCloseable {

	private final List<PortLease> leases = new ArrayList<>();

	private final IntPredicate free;

	private final @Nullable Supplier<@Nullable PortCandidate> others;

	private final @Nullable StickyPort memory;

	private final Consumer<String> warnings;

	private final IntFunction<String> owner;

	private @Nullable Integer port;

	private boolean bound;

	/**
	 * Create a new reservation.
	 * @param chosen the port
	 * @param free whether it can be opened
	 * @param others gives another port instead, if there is one
	 * @param memory remembers the port for the next time
	 * @param warnings takes what a person should know
	 * @param owner tells who has a port, as a sentence to follow others
	 */
	PortReservation(PortCandidate chosen, IntPredicate free, Supplier<@Nullable PortCandidate> others,
			@Nullable StickyPort memory, Consumer<String> warnings, IntFunction<String> owner) {
		this.free = free;
		this.others = others;
		this.memory = memory;
		this.warnings = warnings;
		this.owner = owner;
		hold(chosen);
	}

	private PortReservation(@Nullable Integer port) {
		this.port = port;
		this.free = (unused) -> true;
		this.others = null;
		this.memory = null;
		this.warnings = (unused) -> {
		};
		this.owner = (unused) -> "";
	}

	/**
	 * Return a reservation that holds nothing.
	 * @param port the port the web server is told to take, if that is known
	 */
	static PortReservation none(@Nullable Integer port) {
		return new PortReservation(port);
	}

	/**
	 * Return the reservation that was made for an environment.
	 * @param environment the environment of an application
	 * @return the reservation; one that holds nothing where no port was assigned
	 */
	public static PortReservation of(ConfigurableEnvironment environment) {
		PortAssignmentPropertySource assigned = PortAssignmentPropertySource.of(environment);
		return (assigned != null) ? assigned.reservation() : none(null);
	}

	synchronized @Nullable Integer port() {
		return this.port;
	}

	/**
	 * Tell whether a port is the one that was chosen, and for which there may be another.
	 */
	synchronized boolean isFor(int port) {
		return port != 0 && this.others != null && Integer.valueOf(port).equals(this.port);
	}

	private void hold(PortCandidate candidate) {
		this.port = candidate.port();
		if (candidate.lease() != null) {
			this.leases.add(candidate.lease());
		}
	}

	/**
	 * Look once more whether the port is free, immediately before it is opened, and
	 * choose another one if it is not and that is allowed.
	 * @param port the port that a web server of the application is about to open
	 * @return the port to open instead; the same if all is well, if there is no other, or
	 * if it is not the one that is reserved
	 */
	synchronized int recheck(int port) {
		Supplier<@Nullable PortCandidate> others = this.others;
		if (others == null || !isFor(port) || this.free.test(port)) {
			return port;
		}
		PortCandidate other = others.get();
		if (other == null) {
			return port;
		}
		this.warnings.accept("Port " + port + " has been taken since it was chosen, so the service gets " + other
				+ " instead." + this.owner.apply(port));
		hold(other);
		return other.port();
	}

	/**
	 * The application listens.
	 * @param port the port it really has
	 */
	public synchronized void bound(int port) {
		this.bound = true;
		if (this.memory == null) {
			return;
		}
		try {
			this.memory.remember(port);
		}
		catch (IOException ex) {
			this.warnings.accept("Port " + port + " is not remembered for the next start: " + ex);
		}
	}

	/**
	 * The application has started. If it has no web server, as with Spring's mock one, it
	 * needs no port.
	 */
	synchronized void started() {
		if (!this.bound) {
			close();
		}
	}

	@Override
	public synchronized void close() {
		this.leases.forEach(PortLease::close);
		this.leases.clear();
		if (this.memory != null) {
			this.memory.close();
		}
	}

}
