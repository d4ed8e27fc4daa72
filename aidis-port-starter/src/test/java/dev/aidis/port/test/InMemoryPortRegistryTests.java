package dev.aidis.port.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.OrderedPortRegistryContract;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.discovery.RegistryPortDiscovery;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.OnDuplicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link InMemoryPortRegistry}, beside the contract that the registry file
 * fulfils, too.
 */
class InMemoryPortRegistryTests extends OrderedPortRegistryContract {

	private final InMemoryPortRegistry registry = new InMemoryPortRegistry();

	@Override
	protected PortRegistry registry() {
		return this.registry;
	}

	@Override
	protected PortRegistry own() {
		return this.registry;
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void holdsWhatTheFileHoldsInTheSameOrder(long seed, @TempDir Path folder) {
		Random random = new Random(seed);
		List<PortRegistration> known = new ArrayList<>();
		try (FilePortRegistry file = new FilePortRegistry(folder.resolve("port-registry.json"),
				Duration.ofMinutes(1))) {
			for (int step = 0; step < 60; step++) {
				int choice = random.nextInt(5);
				if (known.isEmpty() || choice < 2) {
					known.add(PortRegistration.builder("service-" + random.nextInt(3), 20000 + step).build());
					PortRegistration added = known.get(known.size() - 1);
					file.register(added);
					this.registry.register(added);
				}
				else {
					PortRegistration one = known.get(random.nextInt(known.size()));
					PortRegistration changed = one.with((builder) -> builder.status(Status.UP));
					for (PortRegistry each : List.of(file, this.registry)) {
						if (choice < 4) {
							each.deregister(one.instanceId());
						}
						else {
							each.register(changed);
						}
					}
				}
				assertThat(this.registry.registrations()).as("step %d", step).isEqualTo(file.registrations());
			}
			assertThat(this.registry.registrations("service-1")).isEqualTo(file.registrations("service-1"));
			known.forEach((registration) -> file.deregister(registration.instanceId()));
		}
	}

	@Test
	void discoveryFindsWhatIsInIt() {
		PortDiscovery discovery = new RegistryPortDiscovery(this.registry);
		PortRegistration payments = this.registry.register("payments", 41873);
		assertThat(discovery.find("payments")).contains(payments);
		assertThat(discovery.await("payments", Duration.ZERO)).isEqualTo(payments);
		assertThat(discovery.resolve("Payments")).hasToString("http://localhost:41873");
		assertThatExceptionOfType(ServiceNotFoundException.class).isThrownBy(() -> discovery.resolve("stock"))
			.withMessage("No live service named 'stock' in the memory of this test; registered: payments");
	}

	@Test
	void watcherIsToldBeforeAChangeReturns() {
		List<PortRegistryChange> changes = new ArrayList<>();
		PortRegistration payments = this.registry.register("payments", 41873);
		try (PortRegistry.Watch watch = this.registry.watch(changes::add)) {
			assertThat(changes).containsExactly(new PortRegistryChange.Registered(payments));
			this.registry.deregister(payments.instanceId());
			assertThat(changes).endsWith(new PortRegistryChange.Deregistered(payments));
		}
		this.registry.register("stock", 41874);
		assertThat(changes).hasSize(2);
	}

	@Test
	void watcherIsCalledByOneThreadAtATimeAndNobodyWaitsForIt() throws Exception {
		List<String> told = new CopyOnWriteArrayList<>();
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch leave = new CountDownLatch(1);
		this.registry.watch((change) -> {
			told.add(change.registration().serviceName() + " by " + Thread.currentThread().getName());
			inside.countDown();
			awaitUninterruptibly(leave);
		});
		Thread slow = new Thread(() -> this.registry.register("first", 41001), "slow");
		slow.start();
		awaitUninterruptibly(inside);
		this.registry.register("second", 41002);
		assertThat(told).containsExactly("first by slow");
		leave.countDown();
		slow.join();
		assertThat(told).containsExactly("first by slow", "second by slow");
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void crashedInstanceIsStaleUntilItIsPrunedOrSomethingIsWritten() {
		List<PortRegistryChange> changes = new ArrayList<>();
		PortRegistration payments = this.registry.register("payments", 41873);
		PortRegistration stock = this.registry.register("stock", 41874);
		try (PortRegistry.Watch watch = this.registry.watch(changes::add)) {
			this.registry.crash(payments.instanceId());
			assertThat(changes).endsWith(new PortRegistryChange.Deregistered(payments));
		}
		this.registry.crash("unknown");
		assertThat(this.registry.registrations()).containsExactly(stock);
		assertThat(this.registry.staleRegistrations()).containsExactly(payments);
		assertThat(this.registry.prune()).containsExactly(payments);
		assertThat(this.registry.staleRegistrations()).isEmpty();
		this.registry.crash(stock.instanceId());
		this.registry.register("orders", 41875);
		assertThat(this.registry.staleRegistrations()).isEmpty();
	}

	@Test
	void failLetsNoSecondInstanceInAndTheFirstChange() {
		InMemoryPortRegistry failing = new InMemoryPortRegistry(OnDuplicate.FAIL);
		PortRegistration first = failing.register("orders", 41001);
		assertThatExceptionOfType(DuplicateServiceException.class).isThrownBy(() -> failing.register("orders", 41002))
			.satisfies((ex) -> assertThat(ex.getExisting()).isEqualTo(first));
		PortRegistration moved = first.with((builder) -> builder.port(41003));
		failing.register(moved);
		assertThat(failing.registrations()).containsExactly(moved);
	}

	@Test
	void replaceTakesThePlaceOfAllEarlierOnesWhichAreBackWhenItLeaves() {
		InMemoryPortRegistry replacing = new InMemoryPortRegistry(OnDuplicate.REPLACE);
		PortRegistration first = replacing.register("orders", 41001);
		PortRegistration second = replacing.register("orders", 41002);
		PortRegistration third = replacing.register("orders", 41003);
		assertThat(replacing.registrations()).containsExactly(third);
		assertThat(replacing.problem(first.instanceId()))
			.contains("the instance at http://localhost:41002 took its place");
		replacing.register(first.with((builder) -> builder.port(41004)));
		assertThat(replacing.registrations()).as("nor by a change").containsExactly(third);
		replacing.deregister(third.instanceId());
		assertThat(replacing.registrations()).containsExactly(second);
		assertThat(replacing.problem(second.instanceId())).isEmpty();
	}

}
