package dev.aidis.port.registry.etcd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.aidis.port.OrderedPortRegistryContract;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.PortRegistryObserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class EtcdPortRegistryTests extends OrderedPortRegistryContract {

	@TempDir
	static Path folder;

	private static EtcdServer server;

	private static Client people;

	private final String prefix = "test-" + UUID.randomUUID();

	private EtcdApplications applications;

	private EtcdPortRegistry own;

	@BeforeAll
	static void startServer() throws Exception {
		server = EtcdServer.start(folder);
		people = server.connect();
	}

	@AfterAll
	static void stopServer() throws Exception {
		if (server != null) {
			people.close();
			server.close();
		}
	}

	@BeforeEach
	void open() {
		this.applications = new EtcdApplications((properties) -> {
			properties.setEndpoints(List.of(server.url()));
			properties.setPrefix(this.prefix);
		});
		this.own = this.applications.open();
	}

	@AfterEach
	void close() {
		this.applications.close();
	}

	@Override
	protected PortRegistry registry() {
		return this.applications.open();
	}

	@Override
	protected PortRegistry own() {
		return this.own;
	}

	private String key(PortRegistration registration) {
		return "/" + this.prefix + "/default/" + registration.serviceName() + "/" + registration.instanceId();
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

	private List<KeyValue> everything() throws Exception {
		return people.getKVClient()
			.get(bytes("/" + this.prefix + "/"), GetOption.builder().isPrefix(true).build())
			.get()
			.getKvs();
	}

	private static void put(String key, String value) throws Exception {
		people.getKVClient().put(bytes(key), bytes(value)).get();
	}

	private static void delete(String key) throws Exception {
		people.getKVClient().delete(bytes(key)).get();
	}

	@Test
	void keyAndValueAreWhatPeopleRead() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873)
			.healthEndpoint("/healthz")
			.status(Status.UP)
			.dependsOn(List.of("stock"))
			.metadata(Map.of("colour", "blue"))
			.build();
		this.own.register(orders);
		assertThat(everything()).singleElement().satisfies((pair) -> {
			assertThat(pair.getKey().toString(StandardCharsets.UTF_8)).isEqualTo(key(orders));
			JsonNode value = JsonMapper.shared().readTree(pair.getValue().getBytes());
			assertThat(value.propertyNames()).containsExactly("serviceName", "port", "pid", "startedAt",
					"healthEndpoint", "instanceId", "format", "scheme", "host", "status", "dependsOn", "metadata");
			assertThat(value.path("port").intValue()).isEqualTo(41873);
			assertThat(value.path("metadata").path("colour").stringValue()).isEqualTo("blue");
			assertThat(pair.getLease()).isNotZero();
		});
	}

	@Test
	void whatSomebodyDeletesIsPutBack() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		this.own.register(orders);
		PortRegistry other = registry();
		assertThat(other.registrations()).containsExactly(orders);
		delete(key(orders));
		await().untilAsserted(
				() -> assertThat(everything()).singleElement().extracting(KeyValue::getVersion).isEqualTo(1L));
		await().untilAsserted(() -> assertThat(other.registrations()).containsExactly(orders));
		assertThat(this.own.problem(orders.instanceId())).isEmpty();
	}

	@Test
	void whatSomebodyAltersIsPutBackUnderTheLease() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		this.own.register(orders);
		long lease = everything().get(0).getLease();
		for (String value : List.of("not even JSON", "{}", new String(
				EtcdEntry.write(orders.with((builder) -> builder.port(1))).getBytes(), StandardCharsets.UTF_8))) {
			put(key(orders), value);
			await().untilAsserted(() -> assertThat(everything()).singleElement().satisfies((pair) -> {
				assertThat(pair.getValue()).isEqualTo(EtcdEntry.write(orders));
				assertThat(pair.getLease()).isEqualTo(lease);
			}));
		}
		assertThat(registry().registrations()).containsExactly(orders);
	}

	@Test
	void garbageIsSkippedToldOfOnceAndLeftAlone(CapturedOutput output) throws Exception {
		String base = "/" + this.prefix + "/default/";
		Map<String, String> garbage = Map.of(base + "orders/1", "garbage", base + "orders/2", "{\"port\": 1}",
				base + "orders", "{}", base + "orders/a/b", "{}", base + "ORDERS/3",
				"{\"serviceName\":\"ORDERS\",\"instanceId\":\"3\",\"port\":80}", base + "orders/4",
				"{\"serviceName\":\"stock\",\"instanceId\":\"4\",\"port\":80}", base + "orders/%zz", "{}",
				base + "orders/5", "{\"serviceName\":\"orders\",\"instanceId\":\"5\",\"port\":70000}",
				base + "orders/6\u202e", "[".repeat(5000), base, "");
		for (Map.Entry<String, String> pair : garbage.entrySet()) {
			put(pair.getKey(), pair.getValue());
		}
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		this.own.register(orders);
		PortRegistry other = registry();
		assertThat(other.registrations()).containsExactly(orders);
		put(base + "orders/1", "other garbage");
		put(base + "orders/8", "{\"serviceName\":\"orders\",\"instanceId\":\"8\",\"port\":80}");
		put(base + "orders/7", "{\"serviceName\":\"orders\",\"instanceId\":\"7\",\"port\":80,\"host\":\"10.0.0.7\"}");
		await().untilAsserted(() -> assertThat(other.registrations("orders")).hasSize(2));
		assertThat(everything()).hasSize(garbage.size() + 3);
		assertThat(output).contains("Skipped the key '" + base + "orders/6\\u202e'")
			.contains("Skipped the key '" + base + "orders/a/b'");
		// By each of the two applications.
		assertThat(output.toString().split("Skipped the key '" + base + "orders/1'", -1)).hasSize(3);
	}

	@Test
	void clustersDoNotSeeEachOther() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		EtcdPortRegistry blue = this.applications.open("blue", (properties) -> {
		});
		EtcdPortRegistry another = this.applications.open("blue2", (properties) -> {
		});
		blue.register(orders);
		assertThat(blue.registrations()).containsExactly(orders);
		assertThat(another.registrations()).isEmpty();
		assertThat(this.own.registrations()).isEmpty();
		assertThat(blue.location()).isEqualTo("etcd " + server.url() + " /" + this.prefix + "/blue/");
	}

	@Test
	void clustersOfOneNameBelowDifferentPrefixesDoNotSeeOrTouchEachOther() throws Exception {
		PortRegistration ours = PortRegistration.builder("orders", 41873).instanceId("the-same").build();
		PortRegistration theirs = PortRegistration.builder("orders", 41874).instanceId("the-same").build();
		EtcdPortRegistry other = this.applications.open("default",
				(properties) -> properties.setPrefix(this.prefix + "/others"));
		this.own.register(ours);
		other.register(theirs);
		assertThat(registry().registrations()).containsExactly(ours);
		assertThat(other.registrations()).containsExactly(theirs);
		this.own.deregister("the-same");
		assertThat(other.registrations()).containsExactly(theirs);
		assertThat(everything()).singleElement()
			.extracting((pair) -> pair.getKey().toString(StandardCharsets.UTF_8))
			.isEqualTo("/" + this.prefix + "/others/default/orders/the-same");
	}

	@Test
	void ownChangesAreSeenAtOnce() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		for (int round = 0; round < 50; round++) {
			this.own.register(orders);
			assertThat(this.own.registrations()).containsExactly(orders);
			this.own.deregister(orders.instanceId());
			assertThat(this.own.registrations()).isEmpty();
		}
	}

	@Test
	void instanceOfAnotherApplicationIsNotTakenOverUntilThatHasEnded() {
		PortRegistration theirs = PortRegistration.builder("orders", 41873).instanceId("the-same").build();
		PortRegistration ours = PortRegistration.builder("orders", 41874).instanceId("the-same").build();
		EtcdPortRegistry other = this.applications.open();
		other.register(theirs);
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> this.own.register(ours))
			.withMessageContaining("is another application's, process " + theirs.pid() + " at " + theirs.uri());
		assertThat(this.own.problem("the-same")).hasValueSatisfying(
				(problem) -> assertThat(problem).contains("two applications must not have the same instance id"));
		assertThat(registry().registrations()).containsExactly(theirs);
		other.close();
		await().untilAsserted(() -> assertThat(registry().registrations()).containsExactly(ours));
		assertThat(this.own.problem("the-same")).isEmpty();
	}

	@Test
	void instanceOfAnotherApplicationIsNotRemoved() {
		PortRegistration theirs = PortRegistration.builder("orders", 41873).instanceId("the-same").build();
		EtcdPortRegistry other = this.applications.open();
		other.register(theirs);
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> this.own.register(theirs));
		this.own.deregister("the-same");
		assertThat(registry().registrations()).containsExactly(theirs);
	}

	@Test
	void closeRemovesWhatWasRegisteredAndTheLease() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		this.own.register(orders);
		long lease = everything().get(0).getLease();
		this.own.close();
		assertThat(everything()).isEmpty();
		assertThat(timeToLive(lease)).isNegative();
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> this.own.register(orders))
			.withMessageContaining("is closed");
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(this.own::verify)
			.withMessageContaining("it was closed");
	}

	@Test
	void observerIsToldOfWritesAndOfWhatIsPutBack() throws Exception {
		List<String> told = new CopyOnWriteArrayList<>();
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		EtcdRegistryProperties properties = new EtcdRegistryProperties();
		properties.setEndpoints(List.of(server.url()));
		properties.setPrefix(this.prefix);
		properties.setRequestTimeout(Duration.ofSeconds(20));
		PortRegistryObserver observer = new PortRegistryObserver() {

			@Override
			public void written(long tookNanos) {
				told.add("written");
				throw new IllegalStateException("planted failure");
			}

			@Override
			public void reasserted(int entries) {
				told.add("reasserted " + entries);
			}

		};
		try (EtcdPortRegistry observed = new EtcdPortRegistry(properties, "default", null, observer)) {
			observed.register(orders);
			observed.register(orders.with((builder) -> builder.status(Status.UP)));
			assertThat(told).containsExactly("written", "written");
			delete(key(orders));
			await()
				.untilAsserted(() -> assertThat(told).containsExactly("written", "written", "written", "reasserted 1"));
		}
	}

	@Test
	void lastInstanceThatIsRemovedTakesTheLeaseWithIt() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		this.own.register(orders);
		this.own.register(stock);
		long lease = everything().get(0).getLease();
		this.own.deregister(orders.instanceId());
		assertThat(timeToLive(lease)).isPositive();
		this.own.deregister(stock.instanceId());
		await().untilAsserted(() -> assertThat(timeToLive(lease)).isNegative());
	}

	private static long timeToLive(long lease) throws Exception {
		return people.getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT).get().getTTL();
	}

	@Test
	void instanceThatChangesItsServiceIsNotRegisteredTwice() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).instanceId("a/b c").build();
		PortRegistration renamed = PortRegistration.builder("sales", 41873).instanceId("a/b c").build();
		this.own.register(orders);
		assertThat(registry().registrations()).containsExactly(orders);
		this.own.register(renamed);
		assertThat(registry().registrations()).extracting(PortRegistration::serviceName).containsExactly("sales");
	}

	@Test
	void leaseThatIsRevokedIsReplaced() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		this.own.register(orders);
		long lease = everything().get(0).getLease();
		people.getLeaseClient().revoke(lease).get();
		await().untilAsserted(
				() -> assertThat(everything()).singleElement().extracting(KeyValue::getLease).isNotEqualTo(lease));
		assertThat(registry().registrations()).containsExactly(orders);
	}

	@Test
	void watchGoesOnWhenEverythingBeforeWasCompacted() throws Exception {
		PortRegistry other = registry();
		assertThat(other.registrations()).isEmpty();
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		this.own.register(orders);
		people.getKVClient().compact(everything().get(0).getModRevision()).get();
		PortRegistration up = orders.with((builder) -> builder.status(Status.UP));
		this.own.register(up);
		await().untilAsserted(() -> assertThat(other.registrations()).containsExactly(up));
	}

}
