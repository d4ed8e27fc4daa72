package dev.aidis.port.sample.command.registry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.sample.command.registry.ServiceEvent.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RegistryModel}.
 */
class RegistryModelTests {

	private final TestClock clock = new TestClock();

	private boolean running = true;

	private final RegistryModel model = new RegistryModel(this.clock, (registration) -> this.running);

	private final PortRegistration orders = registration("orders", 4000);

	@Test
	void whatIsThereAtFirstIsNoNews() {
		this.model.load(List.of(this.orders));
		this.model.apply(new PortRegistryChange.Registered(this.orders));
		assertThat(this.model.instances()).singleElement()
			.satisfies((instance) -> assertThat(instance.state()).isEqualTo(State.UP));
		assertThat(this.model.drain().events()).isEmpty();
	}

	@Test
	void newInstanceHasStarted() {
		register(this.orders);
		RegistryUpdate update = this.model.drain();
		assertThat(update.events()).extracting(ServiceEvent::kind).containsExactly(Kind.STARTED);
		assertThat(update.changed()).containsExactly(key(this.orders));
		assertThat(update.registrations()).isEqualTo(1);
	}

	@Test
	void instanceThatSaysSoIsReadyAndItsDependenciesAreTold() {
		PortRegistration starting = this.orders.with((builder) -> builder.status(Status.STARTING));
		register(starting);
		this.model.drain();
		this.model.apply(new PortRegistryChange.Changed(starting,
				starting.with((builder) -> builder.status(Status.UP).dependsOn(List.of("stock")))));
		assertThat(this.model.drain().events()).extracting(ServiceEvent::kind)
			.containsExactly(Kind.READY, Kind.DEPENDENCY);
	}

	@Test
	void instanceWhoseEntryWentWhileItRanHasStopped() {
		register(this.orders);
		this.model.look(Set.of());
		this.running = false;
		deregister(this.orders);
		assertThat(this.model.drain().events()).extracting(ServiceEvent::kind)
			.containsExactly(Kind.STARTED, Kind.STOPPED);
		assertThat(this.model.instances()).isEmpty();
	}

	@Test
	void instanceWhoseProcessWentFirstHasDiedAndGoesOnToBeShown() {
		register(this.orders);
		this.running = false;
		this.model.look(Set.of());
		deregister(this.orders);
		assertThat(this.model.drain().events()).extracting(ServiceEvent::kind).containsExactly(Kind.STARTED, Kind.DIED);
		assertThat(this.model.instances()).singleElement()
			.satisfies((instance) -> assertThat(instance.state()).isEqualTo(State.DEAD));
	}

	@Test
	void nextInstanceAfterADeathHeals() {
		register(this.orders);
		this.running = false;
		deregister(this.orders);
		this.model.drain();
		register(registration("orders", 4001));
		RegistryUpdate update = this.model.drain();
		assertThat(update.events()).singleElement().satisfies((event) -> {
			assertThat(event.kind()).isEqualTo(Kind.HEALED);
			assertThat(event.detail()).contains("from http://localhost:4000 to http://localhost:4001");
		});
		assertThat(update.removed()).containsExactly(key(this.orders));
		assertThat(this.model.instances()).hasSize(1);
	}

	@Test
	void restartElsewhereIsAMoveAndAtTheSamePlaceIsNot() {
		register(this.orders);
		deregister(this.orders);
		PortRegistration moved = registration("orders", 4001);
		register(moved);
		deregister(moved);
		register(registration("orders", 4001));
		assertThat(this.model.drain().events()).extracting(ServiceEvent::kind)
			.containsExactly(Kind.STARTED, Kind.STOPPED, Kind.MOVED, Kind.STOPPED, Kind.STARTED);
	}

	@Test
	void changedPortIsAMove() {
		register(this.orders);
		this.model
			.apply(new PortRegistryChange.Changed(this.orders, this.orders.with((builder) -> builder.port(4001))));
		assertThat(this.model.drain().events()).extracting(ServiceEvent::kind)
			.containsExactly(Kind.STARTED, Kind.MOVED);
	}

	@Test
	void replicasAreNumberedAndMoveUp() {
		PortRegistration second = registration("orders", 4001)
			.with((builder) -> builder.startedAt(this.orders.startedAt().plusSeconds(1)));
		this.model.load(List.of(this.orders, second));
		assertThat(replica(this.orders)).isEqualTo(1);
		assertThat(replica(second)).isEqualTo(2);
		deregister(this.orders);
		assertThat(replica(second)).isEqualTo(1);
	}

	@Test
	void entryThatNobodySawAliveIsStaleUntilItIsRemoved() {
		this.model.stale(List.of(this.orders));
		assertThat(this.model.instances()).singleElement()
			.satisfies((instance) -> assertThat(instance.state()).isEqualTo(State.STALE));
		this.model.stale(List.of());
		assertThat(this.model.instances()).isEmpty();
		assertThat(this.model.drain().events()).isEmpty();
	}

	@Test
	void entryThatIsMissingForLongIsGoneEvenIfTheRegistryDoesNotSaySo() {
		this.model.load(List.of(this.orders));
		this.running = false;
		this.model.look(Set.of());
		assertThat(this.model.drain().events()).isEmpty();
		this.clock.advance(Duration.ofSeconds(4));
		this.model.look(Set.of());
		assertThat(this.model.drain().events()).extracting(ServiceEvent::kind).containsExactly(Kind.DIED);
	}

	@Test
	void healthThatTurnsIsAnEventAndOneThatDoesNotIsNone() {
		register(this.orders);
		this.model.drain();
		String key = key(this.orders);
		this.model.health(key, reading(true, 3));
		this.model.health(key, reading(true, 4));
		RegistryUpdate update = this.model.drain();
		assertThat(update.events()).isEmpty();
		assertThat(update.measured()).containsExactly(key);
		this.model.health(key, reading(false, 4));
		this.model.health(key, reading(true, 4));
		assertThat(this.model.drain().events()).extracting(ServiceEvent::kind)
			.containsExactly(Kind.UNHEALTHY, Kind.HEALED);
	}

	@Test
	void instanceThatIsNotAskedIsNeitherHealthyNorUnhealthy() {
		register(this.orders);
		this.model.drain();
		HealthReading notAsked = new HealthReading(false, false, "not this machine", 0, this.clock.instant());
		this.model.health(key(this.orders), notAsked);
		assertThat(this.model.drain().events()).isEmpty();
		assertThat(this.model.instance(key(this.orders))).satisfies((instance) -> {
			assertThat(instance.isHealthy()).isFalse();
			assertThat(instance.isUnhealthy()).isFalse();
		});
	}

	@Test
	void deadAreForgottenWhenTheyAreOldAndWhenThereAreTooMany() {
		this.running = false;
		for (int i = 1; i <= 250; i++) {
			PortRegistration registration = registration("service-" + i, i);
			register(registration);
			deregister(registration);
			this.clock.advance(Duration.ofSeconds(1));
		}
		assertThat(this.model.instances()).hasSize(200).noneMatch((instance) -> instance.registration().port() <= 50);
		this.model.forgetDead((instance) -> true);
		assertThat(this.model.instances()).isEmpty();
	}

	@Test
	void keysAreLettersAndDigitsWhateverTheInstanceIdIs() {
		PortRegistration strange = this.orders
			.with((builder) -> builder.instanceId("<img src=x onerror=alert(1)>\u202E"));
		assertThat(key(strange)).matches("i[0-9a-f]{16}");
	}

	@Test
	void instancesOfTwoClustersWithTheSameIdAreTwo() {
		PortRegistration here = in("here", this.orders);
		PortRegistration there = in("there", this.orders);
		this.model.load(List.of(here, there));
		assertThat(this.model.instances()).extracting(Instance::cluster).containsExactlyInAnyOrder("here", "there");
		this.running = false;
		this.model.look(Set.of(Instance.idOf(here)));
		this.clock.advance(Duration.ofSeconds(4));
		this.model.look(Set.of(Instance.idOf(here)));
		assertThat(this.model.instance(key(here)).state()).isEqualTo(State.UP);
		assertThat(this.model.instance(key(there)).state()).isEqualTo(State.DEAD);
	}

	private static PortRegistration in(String cluster, PortRegistration registration) {
		return registration.with((builder) -> builder.metadata(Instance.CLUSTER, cluster));
	}

	private HealthReading reading(boolean healthy, long millis) {
		return new HealthReading(true, healthy, healthy ? "HTTP 200" : "HTTP 503", millis, this.clock.instant());
	}

	private int replica(PortRegistration registration) {
		Instance instance = this.model.instance(key(registration));
		assertThat(instance).isNotNull();
		return instance.replica();
	}

	private void register(PortRegistration registration) {
		this.model.apply(new PortRegistryChange.Registered(registration));
	}

	private void deregister(PortRegistration registration) {
		this.model.apply(new PortRegistryChange.Deregistered(registration));
	}

	private static String key(PortRegistration registration) {
		return Instance.keyOf(registration);
	}

	private static PortRegistration registration(String name, int port) {
		return PortRegistration.builder(name, port).status(Status.UP).build();
	}

	private static final class TestClock extends Clock {

		private Instant now = Instant.parse("2026-11-25T08:00:00Z");

		void advance(Duration duration) {
			this.now = this.now.plus(duration);
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return this.now;
		}

	}

}
