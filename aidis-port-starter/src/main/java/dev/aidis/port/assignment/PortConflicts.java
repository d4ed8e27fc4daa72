package dev.aidis.port.assignment;

import java.net.InetAddress;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import dev.aidis.port.assignment.PortAssignment.Rung;
import dev.aidis.port.assignment.PortAssignment.Step;

/**
 * Decides what happens when a fixed port is in use: an application that was told to take
 * it fails, one that takes its default port moves to a dynamic one, and
 * {@code aidis.port.on-conflict} overrides both. In a pod of Kubernetes no port gives
 * way.
 *
 * @since 0.1.0
 */
public final class PortConflicts {

	static final String PROPERTY = "aidis.port.on-conflict";

	private static final String MANAGEMENT_SOURCE = "aidisManagementPort";

	private final ConfigurableEnvironment environment;

	private final @Nullable OnConflict onConflict;

	private final BiPredicate<Integer, @Nullable InetAddress> inUse;

	private final PortOwners owners;

	private final Log logger;

	/**
	 * Create a new instance for an application whose port has been assigned.
	 * @param environment the application's environment
	 */
	public PortConflicts(ConfigurableEnvironment environment) {
		this(environment, PortProbe::isInUse, PortOwners.of(environment, PortConflicts.class.getClassLoader()),
				LogFactory.getLog(PortAssignment.class));
	}

	PortConflicts(ConfigurableEnvironment environment, BiPredicate<Integer, @Nullable InetAddress> inUse,
			PortOwners owners, Log logger) {
		this.environment = environment;
		this.onConflict = Pod.is(environment) ? OnConflict.FAIL
				: Binder.get(environment).bind(PROPERTY, OnConflict.class).orElse(null);
		this.inUse = inUse;
		this.owners = owners;
		this.logger = logger;
	}

	/**
	 * Move an application to a dynamic port if its fixed one is in use and the user wants
	 * that. The default port is not dealt with here, nor is a port that was chosen
	 * because it is free.
	 * @param decision what was decided without a look at the port
	 * @param dynamic reserves a dynamic port, or the one that the application had before
	 */
	PortDecision resolve(PortDecision decision, Supplier<PortReservation> dynamic) {
		PortAssignment assignment = decision.assignment();
		Integer port = assignment.requestedPort();
		if (port == null || decision.reservation().isFor(port) || !mustMove(port, "server.address")) {
			return decision;
		}
		PortReservation reservation = dynamic.get();
		boolean kept = !Integer.valueOf(0).equals(reservation.port());
		this.logger.warn("Port " + port + " of service '" + assignment.serviceName() + "' (" + assignment.assignedBy()
				+ ") is in use, so the service gets "
				+ (kept ? "port " + reservation.port() + ", which it had before" : "a dynamic one") + ", as " + PROPERTY
				+ "=dynamic wants it." + this.owners.sentence(port));
		PortAssignment moved = assignment.givingWay("is in use",
				new Step(Rung.DYNAMIC, PROPERTY, "dynamic", Step.DECIDES), reservation.port(),
				"is in use, so dynamic" + (kept ? ", the port it had before" : ""));
		return new PortDecision(moved, reservation, true);
	}

	/**
	 * Do the same for a separate management server. One that shares the application's
	 * server goes on to do so.
	 * @param asked what was decided about the application
	 * @param resolved what became of that
	 * @return a property source that comes before all others, if there is anything to
	 * change
	 */
	@Nullable MapPropertySource resolveManagement(PortAssignment asked, PortAssignment resolved) {
		ManagementPort management = ManagementPort.of(this.environment);
		Integer port = management.port();
		if (port == null || port.equals(asked.requestedPort())) {
			boolean shared = port != null && !resolved.equals(asked);
			return shared ? new MapPropertySource(MANAGEMENT_SOURCE, Map.of(ManagementPort.PROPERTY, "")) : null;
		}
		if (!mustMove(port, "management.server.address")) {
			return null;
		}
		this.logger.warn("Port " + port + " of the management server of service '" + resolved.serviceName() + "' ("
				+ management.setting() + ") is in use, so it gets a dynamic one, as " + PROPERTY + "=dynamic wants it."
				+ this.owners.sentence(port));
		return new MapPropertySource(MANAGEMENT_SOURCE, Map.of(ManagementPort.PROPERTY, 0));
	}

	private boolean mustMove(int port, String addressProperty) {
		return port != 0 && this.onConflict == OnConflict.DYNAMIC && this.inUse.test(port,
				Binder.get(this.environment).bind(addressProperty, InetAddress.class).orElse(null));
	}

	/**
	 * Tell whether an application may take a dynamic port if a certain one is in use.
	 * @param port the port
	 * @return whether it may
	 */
	boolean mayMove(int port) {
		return this.onConflict == OnConflict.DYNAMIC || (this.onConflict == null && isDefaultPort(port));
	}

	/**
	 * Tell whether a web server that is about to open a port is to open a dynamic one
	 * instead, since somebody has taken the port in the meantime. Warns if so.
	 * @param port the port, 0 or less for none that matters
	 * @param address the address to open it on, or {@code null} for all
	 * @return whether to open a dynamic port
	 */
	boolean givesWay(int port, @Nullable InetAddress address) {
		if (port <= 0 || !mayMove(port) || !this.inUse.test(port, address)) {
			return false;
		}
		this.logger.warn("Port " + port
				+ " has been taken while the application started, so a dynamic one is opened instead. Set " + PROPERTY
				+ "=fail to fail instead." + this.owners.sentence(port));
		return true;
	}

	private boolean isDefaultPort(int port) {
		PortAssignment assignment = PortAssignment.of(this.environment);
		return assignment.rung() == Rung.DEFAULT_PORT && Integer.valueOf(port).equals(assignment.requestedPort());
	}

	/**
	 * Find out who asked for a port that is in use.
	 * @param port the port
	 * @return the request, or {@code null} if it was none that this project knows of
	 */
	public @Nullable PortRequest request(int port) {
		PortAssignment assignment = PortAssignment.of(this.environment);
		if (Integer.valueOf(port).equals(assignment.requestedPort())) {
			String setting = (assignment.rung() == Rung.DEFAULT_PORT)
					? new ServiceName(assignment.serviceName()).environmentVariable() : assignment.decidedBy();
			boolean chosen = PortReservation.of(this.environment).isFor(port);
			return new PortRequest(assignment.assignedBy(), setting, mayMove(port),
					chosen ? otherChoice(assignment) : null);
		}
		ManagementPort management = ManagementPort.of(this.environment);
		if (Integer.valueOf(port).equals(management.port())) {
			return new PortRequest(management.setting(), management.setting(), mayMove(port), null);
		}
		return null;
	}

	private static String otherChoice(PortAssignment assignment) {
		return assignment.isOfRange() ? "set " + assignment.decidedBy() + " to a larger range, or to 0"
				: "set aidis.port.sticky=false";
	}

	/**
	 * Who asked for a port, and what to do to ask for another.
	 *
	 * @param askedBy the setting that did, for people
	 * @param setting the setting to change for another port
	 * @param mayMove whether the application would have taken another port, had it seen
	 * early enough that this one is in use
	 * @param otherChoice what to do for a port to be chosen otherwise, if the application
	 * chose the port because it was free; {@code null} if it was told to take it
	 */
	public record PortRequest(String askedBy, String setting, boolean mayMove, @Nullable String otherChoice) {

	}

}
