package dev.aidis.port.sample.command.page;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.sample.command.registry.HealthReading;
import dev.aidis.port.sample.command.registry.Instance;

/**
 * All that is known of an instance.
 *
 * @param facts the facts
 * @param ladder every rung of the ladder that decided about its port, if it is this
 * application
 */
record Details(List<Fact> facts, List<PortAssignment.Step> ladder) {

	private static final int MAX_TEXT = 400;

	/**
	 * Describe an instance.
	 * @param instance the instance
	 * @param self the instance id of this application, or {@code null} if it has none
	 * @param own what was decided about the port of this application
	 */
	static Details of(Instance instance, @Nullable String self, PortAssignment own) {
		PortRegistration registration = instance.registration();
		List<Fact> facts = new ArrayList<>();
		add(facts, "Address", registration.uri());
		add(facts, "Process", (registration.pid() > 0) ? registration.pid() : "not known");
		add(facts, "Registered",
				registration.startedAt().equals(Instant.EPOCH) ? "not known" : registration.startedAt());
		add(facts, "Instance", registration.instanceId());
		URI healthUri = registration.healthUri();
		add(facts, "Health endpoint", (healthUri != null) ? healthUri : "none, so its port is tried");
		HealthReading health = instance.health();
		if (health != null) {
			add(facts, "Health", health.asked()
					? health.detail() + ", " + health.latencyMillis() + " ms, at " + health.at() : health.detail());
		}
		if (registration.managementPort() != null) {
			add(facts, "Management port", registration.managementPort());
		}
		if (!registration.dependsOn().isEmpty()) {
			add(facts, "Calls", String.join(", ", registration.dependsOn()));
		}
		registration.metadata().forEach((name, value) -> add(facts, Printable.of(name), value));
		return new Details(facts, registration.instanceId().equals(self) ? own.ladder() : List.of());
	}

	private static void add(List<Fact> facts, String name, Object value) {
		facts.add(new Fact(name, Printable.of(value.toString(), MAX_TEXT)));
	}

	/**
	 * Something that is known.
	 *
	 * @param name what it is about
	 * @param value what it is
	 */
	record Fact(String name, String value) {

	}

}
