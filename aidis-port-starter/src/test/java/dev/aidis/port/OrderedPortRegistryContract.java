package dev.aidis.port;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a {@link PortRegistry} must do that keeps what is registered itself, beyond
 * {@link PortRegistryContract what all must}: there is an order among instances. A
 * registry of others, which Spring Cloud leads to, has none.
 */
public abstract class OrderedPortRegistryContract extends PortRegistryContract {

	@Test
	void instancesOfOneNameAreKeptInOrder() {
		List<PortRegistration> instances = IntStream.rangeClosed(1, 3)
			.mapToObj((number) -> PortRegistration.builder("orders", 41000 + number).build())
			.toList();
		instances.forEach(own()::register);
		assertThat(registry().registrations("orders")).containsExactlyElementsOf(instances);
		own().deregister(instances.get(0).instanceId());
		assertThat(registry().registrations("orders")).containsExactlyInAnyOrder(instances.get(1), instances.get(2));
	}

	@Test
	void changedInstanceKeepsItsPlaceAndTheReplicaThatMovesUpItsOwn() {
		List<PortRegistration> instances = IntStream.rangeClosed(1, 4)
			.mapToObj((number) -> PortRegistration.builder((number == 2) ? "stock" : "orders", 41000 + number).build())
			.toList();
		instances.forEach(own()::register);
		PortRegistration moved = instances.get(2).with((builder) -> builder.port(42000));
		own().register(moved);
		assertThat(registry().registrations()).containsExactly(instances.get(0), instances.get(1), moved,
				instances.get(3));
		own().deregister(instances.get(0).instanceId());
		assertThat(registry().registrations()).containsExactly(instances.get(1), moved, instances.get(3));
		assertThat(registry().registrations("orders")).containsExactly(moved, instances.get(3));
	}

}
