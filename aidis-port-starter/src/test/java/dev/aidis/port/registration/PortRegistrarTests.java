package dev.aidis.port.registration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class PortRegistrarTests {

	private final MemoryRegistry registry = new MemoryRegistry();

	private final PortRegistrar registrar = new PortRegistrar(this.registry);

	@AfterEach
	void end() {
		this.registry.failing = false;
		this.registrar.destroy();
	}

	@Test
	void startsAsStartingAndIsUpOnceReady() {
		this.registrar.register(PortRegistration.builder("orders", 8080).build());
		assertThat(this.registry.only().status()).isEqualTo(Status.STARTING);
		this.registrar.ready();
		assertThat(this.registry.only().status()).isEqualTo(Status.UP);
	}

	@Test
	void serverThatRestartsOnAnotherPortKeepsItsIdentityAndStaysUp() {
		this.registrar.register(PortRegistration.builder("orders", 8080).build());
		this.registrar.ready();
		PortRegistration before = this.registry.only();
		this.registrar.register(PortRegistration.builder("orders", 9090).build());
		assertThat(this.registry.only()).isEqualTo(before.with((builder) -> builder.port(9090)));
	}

	@Test
	void registryThatFailsStopsNothingAndIsToldOfOnce(CapturedOutput output) {
		this.registry.failing = true;
		this.registrar.register(PortRegistration.builder("orders", 8080).build());
		assertThat(this.registrar.problem()).contains("planted failure");
		this.registrar.ready();
		assertThat(output).containsOnlyOnce("planted failure").contains("not yet registered in memory");
		this.registry.failing = false;
		assertThat(this.registrar.problem()).isEmpty();
	}

	@Test
	void followerIsToldOfEachChangeAndOfTheEndBeforeTheRegistryIs() {
		List<String> told = new CopyOnWriteArrayList<>();
		RegistrationFollower follower = new RegistrationFollower() {

			@Override
			public void registered(PortRegistration registration) {
				told.add(registration.port() + " " + registration.status());
			}

			@Override
			public void ended(PortRegistration registration) {
				told.add("ended while " + PortRegistrarTests.this.registry.only().port() + " is registered");
			}

		};
		PortRegistrar followed = new PortRegistrar(this.registry, () -> Stream.of(follower));
		followed.register(PortRegistration.builder("orders", 8080).build());
		followed.ready();
		this.registry.failing = true;
		followed.update((builder) -> builder.port(9090));
		await().until(() -> told.contains("9090 UP"));
		followed.destroy();
		followed.destroy();
		assertThat(told).containsExactly("8080 STARTING", "8080 UP", "9090 UP", "ended while 8080 is registered");
	}

	@Test
	void followerThatFailsStopsNothing(CapturedOutput output) {
		RegistrationFollower follower = new RegistrationFollower() {

			@Override
			public void registered(PortRegistration registration) {
				throw new IllegalStateException("planted failure of a follower");
			}

			@Override
			public void ended(PortRegistration registration) {
				throw new IllegalStateException("planted failure of a follower");
			}

		};
		PortRegistrar followed = new PortRegistrar(this.registry, () -> Stream.of(follower));
		followed.register(PortRegistration.builder("orders", 8080).build());
		assertThat(this.registry.only().port()).isEqualTo(8080);
		followed.destroy();
		assertThat(output).contains("planted failure of a follower");
		assertThat(followed.registration()).isEmpty();
	}

	@Test
	void registryThatThrowsSomethingElseStopsNothingEither() {
		this.registry.failure = new IllegalStateException("planted failure");
		this.registry.failing = true;
		this.registrar.register(PortRegistration.builder("orders", 8080).build());
		assertThat(this.registrar.registration()).isPresent();
	}

	@Test
	void nameThatMustNotBeSharedStopsTheService() {
		PortRegistration existing = PortRegistration.builder("orders", 8081).build();
		this.registry.failure = new DuplicateServiceException(existing, "memory");
		this.registry.failing = true;
		assertThatExceptionOfType(DuplicateServiceException.class)
			.isThrownBy(() -> this.registrar.register(PortRegistration.builder("orders", 8080).build()))
			.satisfies((ex) -> assertThat(ex.getExisting()).isEqualTo(existing));
		assertThat(this.registrar.registration()).isEmpty();
	}

	@Test
	void changesMadeWhileTheRegistryFailsArriveWithTheNextOne() {
		this.registry.failing = true;
		this.registrar.register(PortRegistration.builder("orders", 8080).build());
		this.registrar.update((builder) -> builder.managementPort(8081));
		this.registry.failing = false;
		this.registrar.ready();
		assertThat(this.registry.registrations()).singleElement()
			.matches((found) -> Integer.valueOf(8081).equals(found.managementPort()) && found.status() == Status.UP);
	}

	@Test
	void nothingIsWrittenAfterTheRemoval() {
		this.registrar.register(PortRegistration.builder("orders", 8080).build());
		this.registrar.deregister();
		int attempts = this.registry.attempts;
		this.registrar.update((builder) -> builder.managementPort(8081));
		this.registrar.ready();
		this.registrar.deregister();
		assertThat(this.registry.attempts).isEqualTo(attempts);
		assertThat(this.registry.removals).hasSize(1);
		assertThat(this.registrar.registration()).isEmpty();
	}

	@Test
	void removalThatFailsStopsNothing(CapturedOutput output) {
		this.registrar.register(PortRegistration.builder("orders", 8080).build());
		this.registry.failing = true;
		this.registrar.deregister();
		assertThat(output).contains("ends without removing its registration").contains("planted failure");
	}

	@Test
	void dependenciesAreBoundedAndNeverTheServiceItself() {
		this.registrar.recordDependency("early");
		this.registrar.register(PortRegistration.builder("orders", 8080).build());
		this.registrar.recordDependency("orders");
		this.registrar.recordDependency("early");
		for (int i = 0; i < 1000; i++) {
			this.registrar.recordDependency("service-" + i);
		}
		await().untilAsserted(() -> assertThat(this.registry.only().dependsOn()).startsWith("early", "service-0")
			.doesNotContain("orders")
			.doesNotHaveDuplicates()
			.hasSizeBetween(250, 256));
	}

	/**
	 * Keeps what it is told, and fails when it is told to.
	 */
	private static final class MemoryRegistry implements PortRegistry {

		private final Map<String, PortRegistration> registrations = Collections.synchronizedMap(new LinkedHashMap<>());

		private final List<String> removals = new ArrayList<>();

		private volatile boolean failing;

		private volatile RuntimeException failure = new PortRegistryException("planted failure", null);

		private volatile int attempts;

		PortRegistration only() {
			assertThat(this.registrations).hasSize(1);
			return registrations().get(0);
		}

		@Override
		public void register(PortRegistration registration) {
			synchronized (this) {
				this.attempts++;
			}
			failIfTold();
			this.registrations.put(registration.instanceId(), registration);
		}

		@Override
		public void deregister(String instanceId) {
			failIfTold();
			this.removals.add(instanceId);
			this.registrations.remove(instanceId);
		}

		private void failIfTold() {
			if (this.failing) {
				throw this.failure;
			}
		}

		@Override
		public List<PortRegistration> registrations() {
			return List.copyOf(this.registrations.values());
		}

		@Override
		public List<PortRegistration> registrations(String serviceName) {
			return registrations().stream().filter((found) -> found.serviceName().equals(serviceName)).toList();
		}

		@Override
		public Optional<String> problem(String instanceId) {
			return this.failing ? Optional.of(String.valueOf(this.failure.getMessage())) : Optional.empty();
		}

		@Override
		public Watch watch(Consumer<PortRegistryChange> listener) {
			throw new UnsupportedOperationException();
		}

		@Override
		public List<PortRegistration> staleRegistrations() {
			return List.of();
		}

		@Override
		public List<PortRegistration> prune() {
			return List.of();
		}

		@Override
		public void verify() {
			failIfTold();
		}

		@Override
		public String location() {
			return "memory";
		}

	}

}
