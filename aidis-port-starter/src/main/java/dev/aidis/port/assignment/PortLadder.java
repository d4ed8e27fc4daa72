package dev.aidis.port.assignment;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

import dev.aidis.port.assignment.PortAssignment.Rung;
import dev.aidis.port.assignment.PortAssignment.Step;

/**
 * Climbs down the ladder of settings until one tells the port. The first usable value
 * wins; a value that is no port is skipped with a warning that says what is used instead.
 * Every step is written down, also those below the one that decides.
 */
final class PortLadder {

	private static final ConfigurationPropertyName SERVER_PORT = ConfigurationPropertyName
		.of(PortAssignmentPropertySource.SERVER_PORT);

	private static final ConfigurationPropertyName RANGE = ConfigurationPropertyName.of("aidis.port.range");

	/**
	 * What Spring Boot takes where nothing is set.
	 */
	private static final int POD_PORT = 8080;

	private final PortSettings settings;

	private final PortAssignmentProperties properties;

	private final ServiceName name;

	private final PortChooser chooser;

	private final Log logger;

	private final boolean pod;

	private final List<Step> steps = new ArrayList<>();

	private final List<SkippedSetting> skipped = new ArrayList<>();

	private @Nullable Decided decided;

	private @Nullable Integer busyDefaultPort;

	PortLadder(ConfigurableEnvironment environment, PortAssignmentProperties properties, ServiceName name,
			PortChooser chooser, Log logger) {
		this.settings = new PortSettings(environment);
		this.properties = properties;
		this.name = name;
		this.chooser = chooser;
		this.logger = logger;
		this.pod = Pod.is(environment);
	}

	/**
	 * Decide about the port.
	 * @param overrides which property sources stand above those of the application's own
	 * configuration
	 * @throws InvalidPortSettingException if a value is no port and the application is
	 * strict about it
	 * @throws PortRangeExhaustedException if somebody has each port of a range
	 */
	PortDecision climb(Predicate<PropertySource<?>> overrides) {
		springBoot(Rung.OVERRIDE, overrides);
		port(Rung.SERVICE_SETTING, this.name.environmentVariable(), this.name.property());
		port(Rung.GENERIC_VARIABLE, "aidis-mcp".equals(this.name.value()) ? "AIDIS_HEALTH_PORT" : "PORT", null);
		springBoot(Rung.APPLICATION_CONFIGURATION, overrides.negate());
		defaultPort();
		range(Rung.SERVICE_RANGE, this.name.rangeProperty());
		range(Rung.RANGE, RANGE);
		Decided end = dynamic();
		PortAssignment assignment = new PortAssignment(this.name.value(), end.rung, end.reservation.port(),
				end.assignedBy, this.steps);
		report(assignment);
		return new PortDecision(assignment, end.reservation, end.carried);
	}

	/**
	 * The two rungs on which Spring Boot's own setting decides. Its value and any error
	 * in it are Spring Boot's business; an empty one counts as not set, as it does there.
	 * An explicit 0 is obeyed even in a pod, where one of the configuration, as it is
	 * good for a developer's machine, is not.
	 */
	private void springBoot(Rung rung, Predicate<PropertySource<?>> sources) {
		List<PortSetting> found = new ArrayList<>(this.settings.find(null, SERVER_PORT, sources));
		found.removeIf((setting) -> setting.value().isBlank());
		each(rung, SERVER_PORT.toString(), found, (setting) -> {
			PortValue value = PortValue.parse(setting.value());
			Integer port = value.port();
			if (rung != Rung.OVERRIDE && port != null && !Objects.equals(usable(value), value)) {
				skip(rung, setting, usable(value));
				return;
			}
			PortReservation reservation = fixedOrAny(port);
			decide(rung, setting.describe(), setting.shown(), setting.describe() + kept(port, reservation), reservation,
					!Objects.equals(port, reservation.port()));
		});
	}

	private void port(Rung rung, String variable, @Nullable ConfigurationPropertyName property) {
		each(rung, (property != null) ? variable + " or " + property : variable,
				this.settings.find(variable, property, (source) -> true),
				(setting) -> use(rung, setting, usable(PortValue.parse(setting.value()))));
	}

	private PortValue usable(PortValue value) {
		return this.pod ? value.inPod() : value;
	}

	private void range(Rung rung, ConfigurationPropertyName property) {
		each(rung, property.toString(), this.settings.find(null, property, (source) -> true),
				(setting) -> use(rung, setting, usable(PortValue.parse(setting.value()).asRange())));
	}

	private void each(Rung rung, String names, List<PortSetting> found, Consumer<PortSetting> use) {
		if (found.isEmpty()) {
			this.steps.add(new Step(rung, names, null, "not set"));
		}
		for (PortSetting setting : found) {
			if (this.decided == null) {
				use.accept(setting);
			}
			else {
				this.steps.add(new Step(rung, setting.describe(), setting.shown(), notUsed(this.decided)));
			}
		}
	}

	private void use(Rung rung, PortSetting setting, PortValue value) {
		if (value.port() != null) {
			PortReservation reservation = fixedOrAny(value.port());
			decide(rung, setting.describe(), setting.shown(), setting.describe() + kept(value.port(), reservation),
					reservation, true);
			return;
		}
		PortReservation reservation = (value.range() != null) ? this.chooser.oneOf(value.range(), setting.describe())
				: null;
		if (reservation != null) {
			decide(rung, setting.describe(), setting.shown(), setting.describe() + ", one of " + value.range(),
					reservation, true);
		}
		else {
			skip(rung, setting, (value.range() != null) ? value.forbidden() : value);
		}
	}

	private PortReservation fixedOrAny(@Nullable Integer port) {
		return (port != null && port == 0) ? this.chooser.any() : PortReservation.none(port);
	}

	private static String kept(@Nullable Integer asked, PortReservation reservation) {
		return Objects.equals(asked, reservation.port()) ? "" : ", the port it had before";
	}

	private void skip(Rung rung, PortSetting setting, PortValue value) {
		if (this.properties.isStrict() && value.advice() == null) {
			throw new InvalidPortSettingException(setting.describe(), setting.shown(), value.problem(),
					"Set it to " + (rung.isRange() ? "a range of ports such as 20000-20099"
							: "a port from 1 to 65535, to a range such as 20000-20099 or to 0 for a dynamic one")
							+ ", remove it, or set aidis.port.strict=false to have such values skipped.");
		}
		this.skipped.add(new SkippedSetting(setting, value));
		this.steps.add(new Step(rung, setting.describe(), setting.shown(), "skipped: " + value.problem()));
	}

	private void defaultPort() {
		OptionalInt known = this.properties.defaultPort(this.name.value());
		String setting = "default port of " + this.name.value();
		if (known.isEmpty()) {
			this.steps.add(new Step(Rung.DEFAULT_PORT, "aidis.port.services." + this.name.value() + ".default-port",
					null, "not set"));
			return;
		}
		int port = known.getAsInt();
		String value = String.valueOf(port);
		if (this.decided != null) {
			this.steps.add(new Step(Rung.DEFAULT_PORT, setting, value, notUsed(this.decided)));
			return;
		}
		PortValue usable = usable(PortValue.parse(value));
		if (!usable.isValid()) {
			this.steps.add(new Step(Rung.DEFAULT_PORT, setting, value, "skipped: " + usable.problem()));
			return;
		}
		boolean certain = this.pod || this.properties.getOnConflict() == OnConflict.FAIL;
		PortReservation reservation = certain ? PortReservation.none(port) : this.chooser.ifFree(port);
		if (reservation != null) {
			decide(Rung.DEFAULT_PORT, setting, value, setting + kept(port, reservation), reservation, true);
			return;
		}
		this.busyDefaultPort = port;
		this.steps.add(new Step(Rung.DEFAULT_PORT, setting, value, "skipped: it is in use"));
	}

	private Decided dynamic() {
		String setting = (this.busyDefaultPort != null) ? "default port " + this.busyDefaultPort + " in use, so dynamic"
				: "no setting, so dynamic";
		if (this.decided != null) {
			this.steps.add(new Step(Rung.DYNAMIC, "dynamic", null, notUsed(this.decided)));
			return this.decided;
		}
		if (this.pod) {
			return decide(Rung.POD, "pod", String.valueOf(POD_PORT), "no setting, so " + POD_PORT + " in a pod",
					PortReservation.none(POD_PORT), true);
		}
		PortReservation reservation = this.chooser.any();
		return decide(Rung.DYNAMIC, "dynamic", null, setting + kept(0, reservation), reservation, true);
	}

	private Decided decide(Rung rung, String setting, @Nullable String value, String assignedBy,
			PortReservation reservation, boolean carried) {
		this.steps.add(new Step(rung, setting, value, Step.DECIDES));
		Decided decision = new Decided(rung, assignedBy, reservation, carried);
		this.decided = decision;
		return decision;
	}

	private static String notUsed(Decided decided) {
		return "not used, since " + decided.rung + " decides";
	}

	private void report(PortAssignment assignment) {
		if (this.busyDefaultPort != null) {
			this.logger.warn("The default port " + this.busyDefaultPort + " of service '" + this.name.value()
					+ "' is in use, so it gets "
					+ (assignment.isDynamic() ? "a dynamic one" : "port " + assignment.requestedPort()) + ". Set "
					+ this.name.environmentVariable() + " to choose a port, 0 for dynamic."
					+ this.chooser.owners().sentence(this.busyDefaultPort));
		}
		for (SkippedSetting setting : this.skipped) {
			setting.report(assignment, this.logger);
		}
	}

	private record Decided(Rung rung, String assignedBy, PortReservation reservation, boolean carried) {

	}

}
