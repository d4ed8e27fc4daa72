package dev.aidis.port.registry.none;

import java.util.List;

import org.junit.jupiter.api.AfterEach;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.OrderedPortRegistryContract;

import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Within one application it does what every registry does.
 */
class NoPortRegistryTests extends OrderedPortRegistryContract {

	private final NoPortRegistry registry = new NoPortRegistry();

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Override
	protected PortRegistry registry() {
		return this.registry;
	}

	@Override
	protected PortRegistry own() {
		return this.registry;
	}

	@Test
	void otherApplicationsSeeNothing() {
		this.registry.register(PortRegistration.builder("orders", 41873).build());
		try (NoPortRegistry other = new NoPortRegistry()) {
			assertThat(other.registrations()).isEqualTo(List.of());
		}
	}

}
