package dev.aidis.port.sample.command.page;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.assignment.PortAssignment.Rung;
import dev.aidis.port.assignment.PortAssignment.Step;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.State;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Details}.
 */
class DetailsTests {

	private final PortAssignment own = new PortAssignment("orders", Rung.DYNAMIC, 0, "dynamic",
			List.of(new Step(Rung.DYNAMIC, "dynamic", null, "decides")));

	private final PortRegistration registration = PortRegistration.builder("orders", 4000).build();

	@Test
	void ownInstanceHasTheLadder() {
		assertThat(ladder(this.registration.instanceId())).hasSize(1);
	}

	@Test
	void instanceOfTheSameNameAndProcessIdInAnotherContainerHasNone() {
		assertThat(ladder("another")).isEmpty();
		assertThat(ladder(null)).isEmpty();
	}

	private List<Step> ladder(String self) {
		Instance instance = new Instance("i1", this.registration, State.UP, 1, null, Instant.EPOCH);
		return Details.of(instance, self, this.own).ladder();
	}

}
