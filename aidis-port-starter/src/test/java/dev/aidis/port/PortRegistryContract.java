package dev.aidis.port;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortRegistration.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What every {@link PortRegistry} must do; the test of each engine extends it, or
 * {@link OrderedPortRegistryContract} if the engine keeps what is registered itself.
 */
public abstract class PortRegistryContract {

	/**
	 * Return a registry on the same store as all others of this test, as another
	 * application would have it.
	 */
	protected abstract PortRegistry registry();

	/**
	 * Return the registry of the application whose instances are registered.
	 */
	protected abstract PortRegistry own();

	@Test
	void registeredInstanceIsFoundByNameByAnotherApplication() {
		PortRegistration orders = PortRegistration.builder("orders", 41873)
			.healthEndpoint("/healthz")
			.scheme("https")
			.host("127.0.0.2")
			.managementPort(41874)
			.status(Status.UP)
			.dependsOn(List.of("stock", "billing"))
			.metadata(java.util.Map.of("colour", "blue"))
			.build();
		own().register(orders);
		assertThat(registry().registrations("orders")).containsExactly(orders);
		assertThat(registry().registrations()).containsExactly(orders);
		assertThat(registry().registrations("stock")).isEmpty();
	}

	@Test
	void nameIsFoundAsItIsElseInLowerCase() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		assertThat(registry().registrations("orders")).containsExactly(orders);
		assertThat(registry().registrations("Orders")).containsExactly(orders);
	}

	@Test
	void emptyRegistryHasNothing() {
		assertThat(registry().registrations()).isEmpty();
		assertThat(registry().staleRegistrations()).isEmpty();
		assertThat(registry().prune()).isEmpty();
		registry().verify();
	}

	@Test
	void changedRegistrationReplacesTheOneWithItsInstanceId() {
		PortRegistration starting = PortRegistration.builder("orders", 41873).build();
		PortRegistration up = starting.with((builder) -> builder.status(Status.UP).port(41999));
		own().register(starting);
		own().register(up);
		assertThat(registry().registrations()).containsExactly(up);
	}

	@Test
	void deregisteredInstanceIsGone() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		own().deregister(orders.instanceId());
		assertThat(registry().registrations()).isEmpty();
		own().deregister(orders.instanceId());
	}

	@Test
	void lateDeregistrationNeverRemovesASuccessor() {
		PortRegistration previous = PortRegistration.builder("orders", 41873).build();
		PortRegistration successor = PortRegistration.builder("orders", 41873).build();
		own().register(previous);
		own().deregister(previous.instanceId());
		own().register(successor);
		own().deregister(previous.instanceId());
		assertThat(registry().registrations("orders")).containsExactly(successor);
	}

	@Test
	void instancesOfOneNameAreAllFound() {
		List<PortRegistration> instances = IntStream.rangeClosed(1, 3)
			.mapToObj((number) -> PortRegistration.builder("orders", 41000 + number).build())
			.toList();
		instances.forEach(own()::register);
		assertThat(registry().registrations("orders")).containsExactlyInAnyOrderElementsOf(instances);
		own().deregister(instances.get(0).instanceId());
		assertThat(registry().registrations("orders")).containsExactlyInAnyOrder(instances.get(1), instances.get(2));
	}

	@Test
	void unknownIdIsNobodys() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		own().deregister("unknown");
		assertThat(registry().registrations()).containsExactly(orders);
		assertThat(own().problem(orders.instanceId())).isEmpty();
		assertThat(own().problem("unknown")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Orders", "or ders", "#2", "orders#2", "-orders", "ünïcode", "or\u202eders",
			"a2345678901234567890123456789012345678901234567890123456789012345" })
	void nameThatIsNoneIsRefusedWithTheRule(String name) {
		PortRegistration nameless = PortRegistration.builder(name, 41873).build();
		PortRegistry own = own();
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> own.register(nameless))
			.withMessageContaining("'" + Printable.of(name) + "' cannot be a service's name in " + own.location())
			.withMessageContaining("A name has lower-case letters");
		assertThat(registry().registrations()).isEmpty();
	}

	@Test
	void watcherMayChangeTheRegistry() {
		PortRegistry own = own();
		PortRegistration follower = PortRegistration.builder("follower", 41874).build();
		try (PortRegistry.Watch watch = own.watch((change) -> own.register(follower))) {
			own.register(PortRegistration.builder("leader", 41873).build());
			await().untilAsserted(() -> assertThat(registry().registrations("follower")).containsExactly(follower));
		}
	}

	@Test
	void watcherIsToldOfWhatIsThereAndOfEveryChange() {
		List<PortRegistryChange> changes = new CopyOnWriteArrayList<>();
		PortRegistration there = PortRegistration.builder("stock", 41872).build();
		own().register(there);
		PortRegistration starting = PortRegistration.builder("orders", 41873).build();
		PortRegistration up = starting.with((builder) -> builder.status(Status.UP));
		try (PortRegistry.Watch watch = registry().watch(changes::add)) {
			await().untilAsserted(() -> assertThat(changes).containsExactly(new PortRegistryChange.Registered(there)));
			own().register(starting);
			await().untilAsserted(() -> assertThat(changes).endsWith(new PortRegistryChange.Registered(starting)));
			own().register(up);
			await().untilAsserted(() -> assertThat(changes).endsWith(new PortRegistryChange.Changed(starting, up)));
			own().deregister(up.instanceId());
			await().untilAsserted(() -> assertThat(changes).endsWith(new PortRegistryChange.Deregistered(up)));
		}
		assertThat(changes).hasSize(4);
	}

	@Test
	void watchThatIsClosedTellsNothingMoreAndOneThatFailsDisturbsNoOther() {
		List<PortRegistryChange> closed = new CopyOnWriteArrayList<>();
		List<PortRegistryChange> open = new CopyOnWriteArrayList<>();
		PortRegistry watched = registry();
		watched.watch(closed::add).close();
		try (PortRegistry.Watch failing = watched.watch((change) -> {
			throw new IllegalStateException("planted failure");
		}); PortRegistry.Watch watch = watched.watch(open::add)) {
			own().register(PortRegistration.builder("orders", 41873).build());
			await().untilAsserted(() -> assertThat(open).hasSize(1));
			own().register(PortRegistration.builder("stock", 41874).build());
			await().untilAsserted(() -> assertThat(open).hasSize(2));
		}
		assertThat(closed).isEmpty();
	}

	@Test
	void simultaneousWritersLoseNothing() throws Exception {
		int writers = 8;
		int perWriter = 10;
		ExecutorService executor = Executors.newFixedThreadPool(writers);
		try {
			List<Callable<Set<String>>> tasks = IntStream.range(0, writers)
				.<Callable<Set<String>>>mapToObj((writer) -> () -> registerSome(writer, perWriter))
				.toList();
			Set<String> expected = new java.util.HashSet<>();
			for (Future<Set<String>> kept : executor.invokeAll(tasks)) {
				expected.addAll(kept.get());
			}
			assertThat(expected).hasSize(writers * perWriter / 2);
			assertThat(registry().registrations().stream().map(PortRegistration::instanceId))
				.containsExactlyInAnyOrderElementsOf(expected);
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * Register some instances and deregister every other one.
	 */
	private Set<String> registerSome(int writer, int count) {
		PortRegistry registry = registry();
		return IntStream.range(0, count).mapToObj((number) -> {
			PortRegistration registration = PortRegistration
				.builder("service-" + (number % 3), 20000 + writer * 100 + number)
				.build();
			registry.register(registration);
			if (number % 2 == 0) {
				return registration.instanceId();
			}
			registry.deregister(registration.instanceId());
			return "";
		}).filter((id) -> !id.isEmpty()).collect(Collectors.toSet());
	}

}
