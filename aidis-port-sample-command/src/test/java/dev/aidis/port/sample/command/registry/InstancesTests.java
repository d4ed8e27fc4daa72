package dev.aidis.port.sample.command.registry;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Instances}.
 */
class InstancesTests {

	private final Instances instances = new Instances();

	@Test
	void instancesOfAServiceAreInTheOrderTheyRegisteredIn() {
		Instance second = put("orders", 2);
		Instance first = put("orders", 1);
		put("stock", 3);
		assertThat(this.instances.of("/orders")).containsExactly(first, second);
		assertThat(this.instances.all()).hasSize(3);
	}

	@Test
	void instanceThatIsPutAgainTakesItsOwnPlace() {
		Instance first = put("orders", 1);
		Instance changed = first.withReplica(7);
		this.instances.put(changed);
		assertThat(this.instances.of("/orders")).containsExactly(changed);
		assertThat(this.instances.get(first.key())).isEqualTo(changed);
	}

	@Test
	void instanceThatAnotherProgramRenamedIsOfTheOtherServiceOnly() {
		Instance before = put("orders", 1);
		Instance after = Instance.of(
				PortRegistration.builder("stock", 4001).instanceId(before.registration().instanceId()).build(),
				State.UP, Instant.EPOCH);
		this.instances.put(after);
		assertThat(this.instances.of("/orders")).isEmpty();
		assertThat(this.instances.of("/stock")).containsExactly(after);
		assertThat(this.instances.all()).containsExactly(after);
	}

	@Test
	void instanceThatIsRemovedIsNowhere() {
		Instance removed = put("orders", 1);
		this.instances.remove(removed);
		this.instances.remove(removed);
		assertThat(this.instances.of("/orders")).isEmpty();
		assertThat(this.instances.get(removed.key())).isNull();
		assertThat(this.instances.all()).isEmpty();
	}

	private Instance put(String service, int second) {
		PortRegistration registration = PortRegistration.builder(service, 4000 + second)
			.startedAt(Instant.ofEpochSecond(second))
			.build();
		Instance instance = Instance.of(registration, State.UP, Instant.EPOCH);
		this.instances.put(instance);
		return instance;
	}

}
