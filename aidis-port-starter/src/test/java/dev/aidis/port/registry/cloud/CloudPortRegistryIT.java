package dev.aidis.port.registry.cloud;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * How the bridge behaves when one of several registries fails or is slow. With real ones
 * it is tested in {@code src/it}.
 */
@ExtendWith(OutputCaptureExtension.class)
class CloudPortRegistryIT {

	private final Shelf first = new Shelf("first");

	private final Shelf second = new Shelf("second");

	private final CloudPortRegistry registry = new CloudPortRegistry("stock",
			() -> Stream.of(this.first.client(), this.second.client()), () -> Stream.of(this.first, this.second),
			Duration.ofMillis(20));

	private final PortRegistration stock = PortRegistration.builder("stock", 41873).status(Status.UP).build();

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Test
	void applicationIsPublishedInEveryRegistryAndIsOneInstance() {
		this.registry.register(this.stock);
		assertThat(this.first.published).containsOnlyKeys(this.stock.instanceId());
		assertThat(this.second.published).containsOnlyKeys(this.stock.instanceId());
		assertThat(this.registry.registrations()).containsExactly(this.stock);
		assertThat(this.registry.registrations("STOCK")).containsExactly(this.stock);
		assertThat(this.registry.location()).isEqualTo("first, second");
		this.registry.deregister(this.stock.instanceId());
		assertThat(this.first.published).isEmpty();
		assertThat(this.second.published).isEmpty();
	}

	@Test
	void applicationSeesItselfWhereItIsEvenIfOthersSeeTheNameOfTheMachine() {
		this.first.hostName = "build-7";
		this.registry.register(this.stock);
		assertThat(this.registry.registrations("stock")).containsExactly(this.stock);
		assertThat(new CloudPortRegistry("orders", () -> Stream.of(this.first.client()), Stream::empty)
			.registrations("stock")).extracting(PortRegistration::host).containsExactly("build-7");
	}

	@Test
	void applicationThatItsClientsDoNotKnowYetSeesItself() {
		this.first.stale = true;
		this.second.stale = true;
		// One that does not put it back meanwhile.
		try (CloudPortRegistry slow = new CloudPortRegistry("stock", () -> Stream.of(this.first.client()),
				() -> Stream.of(this.first))) {
			slow.register(this.stock);
			assertThat(slow.registrations("stock")).containsExactly(this.stock);
			this.first.published.clear();
			assertThat(slow.registrations("stock")).isEmpty();
		}
	}

	@Test
	void registryThatIsNotConnectedIsNotAskedAndTheOtherAnswers() {
		this.first.published.put("1", this.stock);
		this.second.away = true;
		this.second.disconnected = true;
		assertThat(this.registry.registrations("stock")).hasSize(1);
		assertThat(this.second.asked).isZero();
		this.first.away = true;
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> this.registry.registrations("stock"))
			.withMessage("second is not connected");
	}

	@Test
	void withdrawalThatFailedIsTriedAgain() {
		this.registry.register(this.stock);
		this.second.away = true;
		assertThatExceptionOfType(PortRegistryException.class)
			.isThrownBy(() -> this.registry.deregister(this.stock.instanceId()));
		assertThat(this.first.published).isEmpty();
		this.second.away = false;
		await().untilAsserted(() -> assertThat(this.second.published).isEmpty());
	}

	@Test
	void watcherIsNotToldOfTheEndOfWhatOnlyTheRegistryThatIsAwayHas() {
		List<PortRegistryChange> changes = new CopyOnWriteArrayList<>();
		this.second.published.put("1", this.stock);
		try (CloudPortRegistry.Watch watch = this.registry.watch(changes::add)) {
			await().untilAsserted(() -> assertThat(changes).hasSize(1));
			this.second.away = true;
			this.second.asked = 0;
			await().until(() -> this.second.asked > 3);
			assertThat(changes).hasSize(1);
			this.second.away = false;
			this.second.published.clear();
			await().untilAsserted(() -> assertThat(changes).hasSize(2));
		}
	}

	@Test
	void registryThatIsAwayIsToldWithTheReasonAndTriedAgain() {
		this.second.away = true;
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> this.registry.register(this.stock))
			.withMessage("second cannot be written for now: no connection");
		assertThat(this.first.published).hasSize(1);
		assertThat(this.registry.problem(this.stock.instanceId()))
			.hasValue("second cannot be written for now: no connection");
		this.second.away = false;
		await().untilAsserted(() -> assertThat(this.registry.problem(this.stock.instanceId())).isEmpty());
		assertThat(this.second.published).hasSize(1);
	}

	@Test
	void oneRegistryThatAnswersIsEnoughAndNoneIsAnError(CapturedOutput output) {
		this.first.published.put("1", this.stock);
		this.second.away = true;
		for (int i = 0; i < 3; i++) {
			assertThat(this.registry.registrations("stock")).hasSize(1);
		}
		assertThat(output.getOut().split("cannot be read for now: no connection", -1)).hasSize(2);
		this.first.away = true;
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> this.registry.registrations("stock"))
			.withMessageContaining("no connection");
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(this.registry::verify)
			.withMessageContaining("no connection");
	}

	@Test
	void whatSomebodyRemovesIsPutBack() {
		this.registry.register(this.stock);
		this.second.published.clear();
		await().untilAsserted(() -> assertThat(this.second.published).hasSize(1));
	}

	@Test
	void watcherIsNotToldThatAllHaveGoneWhenTheRegistryIsAway() {
		List<PortRegistryChange> changes = new CopyOnWriteArrayList<>();
		this.first.published.put("1", this.stock);
		try (CloudPortRegistry.Watch watch = this.registry.watch(changes::add)) {
			await().untilAsserted(() -> assertThat(changes).hasSize(1));
			this.first.away = true;
			this.second.away = true;
			await().until(() -> this.second.asked > 0);
			this.second.asked = 0;
			await().until(() -> this.second.asked > 2);
			assertThat(changes).hasSize(1);
		}
	}

	@Test
	void registryThatTakesLongToAnswerIsNotAskedForEverythingAllTheTime() {
		AtomicLong clock = new AtomicLong();
		this.first.beforeServices = () -> clock.addAndGet(Duration.ofSeconds(1).toNanos());
		try (CloudPortRegistry slow = new CloudPortRegistry("stock", () -> Stream.of(this.first.client()),
				() -> Stream.of(this.first, this.second), false, Duration.ofMillis(20), clock::get);
				CloudPortRegistry.Watch watch = slow.watch((change) -> {
				})) {
			await().untilAsserted(() -> assertThat(this.first.services).hasValue(1));
			// What could not be published is tried at each check.
			this.second.away = true;
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> slow.register(this.stock));
			await().untilAsserted(() -> assertThat(this.first.services).hasValue(2));
			await().until(() -> this.second.asked > 5);
			assertThat(this.first.services).hasValue(2);
			clock.addAndGet(Duration.ofSeconds(19).toNanos());
			await().untilAsserted(() -> assertThat(this.first.services).hasValue(3));
		}
	}

	@Test
	void changeThatARegistryTellsOfIsLookedForWithoutWaitingForTheNextCheck() {
		List<PortRegistryChange> changes = new CopyOnWriteArrayList<>();
		try (CloudPortRegistry seldom = new CloudPortRegistry("orders", () -> Stream.of(this.first.client()),
				() -> Stream.of(this.first), Duration.ofHours(1));
				CloudPortRegistry.Watch watch = seldom.watch(changes::add)) {
			await().untilAsserted(() -> assertThat(this.first.services).hasValue(1));
			this.first.published.put("1", this.stock);
			seldom.changed();
			await().untilAsserted(() -> assertThat(changes).hasSize(1));
		}
	}

	@Test
	void applicationWithoutARegistryIsToldWhatIsMissing() {
		try (CloudPortRegistry alone = new CloudPortRegistry("stock", Stream::empty, Stream::empty)) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(alone::registrations)
				.withMessageContaining("aidis.port.registry.engine");
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> alone.register(this.stock))
				.withMessageContaining("published by nobody");
		}
	}

	@Test
	void otherServiceIsRefusedWhereTheRegistryTakesNone() {
		PortRegistration container = PortRegistration.builder("db", 5432).scheme("tcp").build();
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> this.registry.register(container))
			.withMessageContaining("'db' cannot be registered in second");
	}

	/**
	 * A registry that keeps registrations, with a client that may be behind.
	 */
	private static final class Shelf implements CloudPublisher {

		private final String name;

		private final Map<String, PortRegistration> published = new ConcurrentHashMap<>();

		private volatile boolean away;

		private volatile boolean disconnected;

		private volatile boolean stale;

		private volatile String hostName = "localhost";

		private volatile int asked;

		private final AtomicInteger services = new AtomicInteger();

		private volatile Runnable beforeServices = () -> {
		};

		Shelf(String name) {
			this.name = name;
		}

		private void reach() {
			this.asked++;
			if (this.away) {
				throw new IllegalStateException("no connection");
			}
		}

		@Override
		public String location() {
			return this.name;
		}

		@Override
		public void checkConnection() {
			if (this.disconnected) {
				throw new PortRegistryException(this.name + " is not connected", null);
			}
		}

		@Override
		public boolean isReadBy(DiscoveryClient client) {
			return this.name.equals(client.description());
		}

		@Override
		public void verify() {
			if (this.away) {
				throw new PortRegistryException(this.name + " has no connection", null);
			}
		}

		@Override
		public void publish(PortRegistration application) {
			reach();
			this.published.put(application.instanceId(), application);
		}

		@Override
		public void withdraw(PortRegistration application) {
			reach();
			this.published.remove(application.instanceId());
		}

		@Override
		public boolean isPublished(PortRegistration application) {
			reach();
			return this.published.containsKey(application.instanceId());
		}

		private DiscoveryClient client() {
			return new DiscoveryClient() {

				@Override
				public String description() {
					return Shelf.this.name;
				}

				@Override
				public List<ServiceInstance> getInstances(String serviceId) {
					reach();
					return Shelf.this.stale ? List.of()
							: Shelf.this.published.values()
								.stream()
								.filter((each) -> each.serviceName().equals(serviceId))
								.<ServiceInstance>map((each) -> new DefaultServiceInstance(each.instanceId(), serviceId,
										Shelf.this.hostName, each.port(), false, ServiceFacts.of(each)))
								.toList();
				}

				@Override
				public List<String> getServices() {
					Shelf.this.beforeServices.run();
					Shelf.this.services.incrementAndGet();
					reach();
					return Shelf.this.published.values()
						.stream()
						.map(PortRegistration::serviceName)
						.distinct()
						.toList();
				}

			};
		}

	}

}
