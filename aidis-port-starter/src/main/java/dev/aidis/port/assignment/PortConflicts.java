package dev.aidis.port.assignment;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import dev.aidis.port.assignment.PortAssignment.Rung;
import dev.aidis.port.assignment.PortAssignment.Step;

/**
 * Decides what happens when a fixed port is in use: an application that was told to take
 * it fails, one that takes its default port moves to a dynamic one, and
 * {@code aidis.port.on-conflict} overrides both.
 *
 * @since 0.1.0
 */
public final class PortConflicts {

	static final String PROPERTY = "aidis.port.on-conflict";

	private static final String MANAGEMENT_PORT = "management.server.port";

	private static final String MANAGEMENT_SOURCE = "aidisManagementPort";

	private final ConfigurableEnvironment environment;

	private final @Nullable OnConflict onConflict;

	private final BiPredicate<Integer, @Nullable InetAddress> inUse;

	private final Log logger;

	/**
	 * Create a new instance for an application whose port has been assigned.
	 * @param environment the application's environment
	 */
	public PortConflicts(ConfigurableEnvironment environment) {
		this(environment, PortProbe::isInUse, LogFactory.getLog(PortAssignment.class));
	}

	PortConflicts(ConfigurableEnvironment environment, BiPredicate<Integer, @Nullable InetAddress> inUse, Log logger) {
		this.environment = environment;
		this.onConflict = PortAssignmentProperties.get(environment).getOnConflict();
		this.inUse = inUse;
		this.logger = logger;
	}

	/**
	 * Move an application to a dynamic port if its fixed one is in use and the user wants
	 * that. The default port is not dealt with here.
	 * @param decision what was decided without a look at the port
	 * @param dynamic reserves a dynamic port, or the one that the application had before
	 */
	PortDecision resolve(PortDecision decision, Supplier<PortReservation> dynamic) {
		PortAssignment assignment = decision.assignment();
		Integer port = assignment.requestedPort();
		if (port == null || !mustMove(port, "server.address")) {
			return decision;
		}
		PortReservation reservation = dynamic.get();
		boolean kept = !Integer.valueOf(0).equals(reservation.port());
		this.logger.warn("Port " + port + " of service '" + assignment.serviceName() + "' (" + assignment.assignedBy()
				+ ") is in use, so the service gets "
				+ (kept ? "port " + reservation.port() + ", which it had before" : "a dynamic one") + ", as " + PROPERTY
				+ "=dynamic wants it." + heldBy(port));
		PortAssignment moved = new PortAssignment(
				assignment.serviceName(), Rung.DYNAMIC, reservation.port(), assignment.assignedBy() + ", but " + port
						+ " is in use, so dynamic" + (kept ? ", the port it had before" : ""),
				ladder(assignment, port));
		return new PortDecision(moved, reservation, true);
	}

	private static List<Step> ladder(PortAssignment assignment, int port) {
		List<Step> ladder = new ArrayList<>();
		for (Step step : assignment.ladder()) {
			boolean decided = step.outcome().equals(Step.DECIDES);
			ladder.add(decided
					? new Step(step.rung(), step.setting(), step.value(), "gives way: port " + port + " is in use")
					: step);
		}
		ladder.add(new Step(Rung.DYNAMIC, PROPERTY, "dynamic", Step.DECIDES));
		return ladder;
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
		Integer port = managementPort();
		if (port == null || port.equals(asked.requestedPort())) {
			boolean shared = port != null && !resolved.equals(asked);
			return shared ? new MapPropertySource(MANAGEMENT_SOURCE, Map.of(MANAGEMENT_PORT, "")) : null;
		}
		if (!mustMove(port, "management.server.address")) {
			return null;
		}
		this.logger.warn("Port " + port + " of the management server of service '" + resolved.serviceName() + "' ("
				+ managementSettings().get(0).describe() + ") is in use, so it gets a dynamic one, as " + PROPERTY
				+ "=dynamic wants it." + heldBy(port));
		return new MapPropertySource(MANAGEMENT_SOURCE, Map.of(MANAGEMENT_PORT, 0));
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
	public boolean mayMove(int port) {
		return this.onConflict == OnConflict.DYNAMIC || (this.onConflict == null && isDefaultPort(port));
	}

	/**
	 * Tell whether a web server that is about to open a port is to open a dynamic one
	 * instead, since somebody has taken the port in the meantime. Warns if so.
	 * @param port the port, 0 or less for none that matters
	 * @param address the address to open it on, or {@code null} for all
	 * @return whether to open a dynamic port
	 */
	public boolean givesWay(int port, @Nullable InetAddress address) {
		if (port <= 0 || !mayMove(port) || !this.inUse.test(port, address)) {
			return false;
		}
		this.logger.warn("Port " + port
				+ " has been taken while the application started, so a dynamic one is opened instead. Set " + PROPERTY
				+ "=fail to fail instead." + heldBy(port));
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
					? new ServiceName(assignment.serviceName()).environmentVariable() : assignment.assignedBy();
			return new PortRequest(assignment.assignedBy(), setting, mayMove(port));
		}
		if (Integer.valueOf(port).equals(managementPort())) {
			String setting = managementSettings().get(0).describe();
			return new PortRequest(setting, setting, mayMove(port));
		}
		return null;
	}

	private @Nullable Integer managementPort() {
		List<PortSetting> settings = managementSettings();
		return settings.isEmpty() ? null : PortValue.parse(settings.get(0).value()).port();
	}

	private List<PortSetting> managementSettings() {
		return new PortSettings(this.environment).find(null, ConfigurationPropertyName.of(MANAGEMENT_PORT),
				(source) -> true);
	}

	/**
	 * Return a sentence for the end of a message that names the process that has a port.
	 */
	static String heldBy(int port) {
		List<PortHolder> holders = new PortHolders().find(port);
		return holders.isEmpty() ? "" : " The port is held by " + String.join("; ", PortHolders.describe(holders));
	}

	/**
	 * Who asked for a port, and what to do to ask for another.
	 *
	 * @param askedBy the setting that did, for people
	 * @param setting the setting to change for another port
	 * @param mayMove whether the application would have taken another port, had it seen
	 * early enough that this one is in use
	 */
	public record PortRequest(String askedBy, String setting, boolean mayMove) {

	}

}
