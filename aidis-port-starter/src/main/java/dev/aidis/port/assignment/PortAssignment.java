package dev.aidis.port.assignment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * What was decided about the port of this application before its web server started.
 *
 * @param serviceName the name the application registers under
 * @param rung the rung of the ladder that decided
 * @param requestedPort the port the web server is told to take, 0 for one that the
 * operating system chooses; {@code null} where a Spring Boot setting decided that is no
 * number
 * @param assignedBy the setting that decided, for people, such as
 * {@code environment variable AIDIS_MCP_PORT}
 * @param ladder all steps that were taken, in order, and those that were not needed
 * @since 0.1.0
 */
public record PortAssignment(String serviceName, Rung rung, @Nullable Integer requestedPort, String assignedBy,
		List<Step> ladder) {

	public PortAssignment {
		ladder = List.copyOf(ladder);
	}

	/**
	 * Return what was decided for an environment.
	 * @param environment the environment of a started application
	 * @return the assignment; one with {@link Rung#NONE} where none took place, as in an
	 * application without a web server
	 */
	public static PortAssignment of(ConfigurableEnvironment environment) {
		PortAssignmentPropertySource assigned = PortAssignmentPropertySource.of(environment);
		if (assigned != null) {
			return assigned.assignment();
		}
		ServiceName name = ServiceName.of(environment, PortAssignmentProperties.get(environment), (message) -> {
		});
		return new PortAssignment(name.value(), Rung.NONE, null, "no port assignment", List.of());
	}

	/**
	 * Return how long it took to decide about an environment, reading the {@code .env}
	 * file and looking for free ports included.
	 * @param environment the environment of a started application
	 * @return the time, or empty where nothing was decided while the application started
	 */
	public static Optional<Duration> timeTaken(ConfigurableEnvironment environment) {
		return Optional.ofNullable(PortAssignmentPropertySource.of(environment))
			.map(PortAssignmentPropertySource::took);
	}

	/**
	 * Return the range of ports that the port was chosen from.
	 * @return the range, or empty if it is none of a range
	 */
	public Optional<PortPool> pool() {
		String setting = decidedBy();
		for (Step step : this.ladder) {
			PortRange range = step.setting().equals(setting) ? step.range() : null;
			if (range != null) {
				return Optional.of(new PortPool(range));
			}
		}
		return Optional.empty();
	}

	/**
	 * Return the setting that decided, with its place, without what became of it.
	 */
	String decidedBy() {
		for (Step step : this.ladder) {
			if (step.decides()) {
				return step.setting();
			}
		}
		return this.assignedBy;
	}

	/**
	 * Tell whether the port is one of a range.
	 */
	boolean isOfRange() {
		return this.rung.isRange() || pool().isPresent();
	}

	/**
	 * Return the assignment as it is after another port had to be opened.
	 * @param port the port that is opened instead, 0 for a dynamic one
	 */
	PortAssignment movedTo(int port) {
		Step instead = (port != 0) ? new Step(this.rung, decidedBy(), String.valueOf(port), Step.DECIDES)
				: new Step(Rung.DYNAMIC, "dynamic", null, Step.DECIDES);
		return givingWay("was taken while the application started", instead, port,
				"was taken meanwhile, so " + ((port != 0) ? port : "dynamic"));
	}

	/**
	 * Return the assignment as it is after its port gave way to another one.
	 * @param reason what is the matter with the port, for the step that had decided
	 * @param instead the step that decides now
	 * @param port the port that it comes to
	 * @param consequence what is the matter with the port, and what follows, for
	 * {@link #assignedBy()}
	 */
	PortAssignment givingWay(String reason, Step instead, @Nullable Integer port, String consequence) {
		List<Step> steps = new ArrayList<>();
		for (Step step : this.ladder) {
			steps.add(step.decides() ? new Step(step.rung(), step.setting(), step.value(),
					"gives way: port " + this.requestedPort + " " + reason) : step);
		}
		steps.add(instead);
		return new PortAssignment(this.serviceName, instead.rung(), port,
				this.assignedBy + ", but " + this.requestedPort + " " + consequence, steps);
	}

	boolean isDynamic() {
		return this.requestedPort != null && this.requestedPort == 0;
	}

	/**
	 * The rungs of the ladder; the first that has a usable value decides.
	 */
	public enum Rung {

		/**
		 * An explicit {@code server.port} on the command line, in a system property, in
		 * the environment or in a test.
		 */
		OVERRIDE,

		/**
		 * The service's own setting, such as {@code AIDIS_MCP_PORT}.
		 */
		SERVICE_SETTING,

		/**
		 * A variable that is not of this service alone, such as {@code PORT}.
		 */
		GENERIC_VARIABLE,

		/**
		 * The {@code server.port} of {@code application.properties} and the like.
		 */
		APPLICATION_CONFIGURATION,

		/**
		 * The default port known for the service's name.
		 */
		DEFAULT_PORT,

		/**
		 * The range of ports for the service, {@code aidis.port.services.<name>.range}.
		 */
		SERVICE_RANGE,

		/**
		 * The range of ports for all services, {@code aidis.port.range}.
		 */
		RANGE,

		/**
		 * Nothing is known in a pod of Kubernetes, where the port must be a fixed one.
		 */
		POD,

		/**
		 * Nothing is known, so the operating system chooses.
		 */
		DYNAMIC,

		/**
		 * No assignment took place.
		 */
		NONE;

		boolean isRange() {
			return this == SERVICE_RANGE || this == RANGE;
		}

	}

	/**
	 * A step on the ladder: a setting and what became of it.
	 *
	 * @param rung the rung
	 * @param setting the setting with its place, or what would have been one, such as
	 * {@code AIDIS_MCP_PORT or aidis.mcp.port}
	 * @param value the value, or {@code null} if it is not set; as it is written, with
	 * placeholders, if it is no port, since it may be a secret that got there by mistake
	 * @param outcome what became of it: {@code not set}, {@code decides}, or why it was
	 * skipped or not used
	 */
	public record Step(Rung rung, String setting, @Nullable String value, String outcome) {

		static final String DECIDES = "decides";

		boolean decides() {
			return this.outcome.equals(DECIDES);
		}

		private @Nullable PortRange range() {
			return (this.value != null) ? PortValue.parse(this.value).range() : null;
		}

	}

}
