package dev.aidis.port.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.test.InMemoryPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RegistryCensusTests {

	private final InMemoryPortRegistry memory = new InMemoryPortRegistry();

	private final AtomicInteger looks = new AtomicInteger();

	private volatile CountDownLatch slow = new CountDownLatch(0);

	private volatile boolean broken;

	private final RegistryCensus census = new RegistryCensus(new Slowed(), Duration.ofMinutes(1));

	@Test
	void allGaugesOfAScrapeTogetherLookOnce() {
		this.memory.register(PortRegistration.builder("orders", 41873).build());
		this.memory.register(PortRegistration.builder("stock", 41874).build());
		for (int i = 0; i < 100; i++) {
			assertThat(this.census.live()).isEqualTo(2);
			assertThat(this.census.stale()).isZero();
		}
		assertThat(this.looks).hasValueLessThan(10);
	}

	@Test
	void whatChangesIsSeenSoon() {
		assertThat(this.census.live()).isZero();
		this.memory.register(PortRegistration.builder("orders", 41873).build());
		await().untilAsserted(() -> assertThat(this.census.live()).isEqualTo(1));
	}

	@Test
	void whoAsksDoesNotWaitForInstancesThatAreSlowToAnswer() {
		RegistryCensus hurried = new RegistryCensus(new Slowed(), Duration.ofMillis(1));
		this.slow = new CountDownLatch(1);
		this.memory.register(PortRegistration.builder("orders", 41873).build());
		assertThat(hurried.live()).as("nothing is known yet").isNaN();
		assertThat(hurried.stale()).isNaN();
		await().untilAsserted(() -> assertThat(this.looks).hasValue(1));
		this.slow.countDown();
		await().untilAsserted(() -> assertThat(hurried.live()).isEqualTo(1));
	}

	@Test
	void nothingIsToldOfARegistryThatCannotBeReadAndAgainOnceItCan() {
		assertThat(this.census.live()).isZero();
		this.broken = true;
		await().untilAsserted(() -> assertThat(this.census.live()).isNaN());
		this.broken = false;
		await().untilAsserted(() -> assertThat(this.census.live()).isZero());
	}

	/**
	 * A registry whose instances take their time.
	 */
	private final class Slowed implements PortRegistry {

		@Override
		public List<PortRegistration> registrations() {
			RegistryCensusTests.this.looks.incrementAndGet();
			try {
				RegistryCensusTests.this.slow.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			if (RegistryCensusTests.this.broken) {
				throw new PortRegistryException("broken", null);
			}
			return RegistryCensusTests.this.memory.registrations();
		}

		@Override
		public List<PortRegistration> registrations(String serviceName) {
			return RegistryCensusTests.this.memory.registrations(serviceName);
		}

		@Override
		public List<PortRegistration> staleRegistrations() {
			return RegistryCensusTests.this.memory.staleRegistrations();
		}

		@Override
		public void register(PortRegistration registration) {
			RegistryCensusTests.this.memory.register(registration);
		}

		@Override
		public void deregister(String instanceId) {
			RegistryCensusTests.this.memory.deregister(instanceId);
		}

		@Override
		public List<PortRegistration> prune() {
			return RegistryCensusTests.this.memory.prune();
		}

		@Override
		public Watch watch(Consumer<PortRegistryChange> listener) {
			return RegistryCensusTests.this.memory.watch(listener);
		}

		@Override
		public void verify() {
			RegistryCensusTests.this.memory.verify();
		}

		@Override
		public String location() {
			return RegistryCensusTests.this.memory.location();
		}

	}

}
