package dev.aidis.port.registry.etcd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.GetOption;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.aidis.port.ConsoleProcess;
import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.registry.etcd.EtcdConsole.Timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of instances and look-ups when etcd, the network or the process fails.
 */
@ExtendWith(OutputCaptureExtension.class)
class EtcdFaultTests {

	private static final Consumer<EtcdRegistryProperties> QUICK = (properties) -> {
		properties.setLeaseTtl(Duration.ofSeconds(2));
		properties.setRequestTimeout(Duration.ofSeconds(2));
		properties.setConnectTimeout(Duration.ofSeconds(2));
	};

	@TempDir
	Path folder;

	private static ConditionFactory eventually() {
		return await().atMost(Duration.ofMinutes(1));
	}

	private static EtcdApplications applications(EtcdServer... servers) {
		List<String> urls = List.of(servers).stream().map(EtcdServer::url).toList();
		return new EtcdApplications((properties) -> {
			QUICK.accept(properties);
			properties.setEndpoints(urls);
		});
	}

	/**
	 * On a machine that is busy the first time may take longer than an application would
	 * wait.
	 */
	private static void register(EtcdPortRegistry registry, PortRegistration registration) {
		eventually().ignoreException(PortRegistryException.class).until(() -> {
			registry.register(registration);
			return true;
		});
	}

	private static List<PortRegistration> look(EtcdPortRegistry registry) {
		return eventually().ignoreException(PortRegistryException.class)
			.until(registry::registrations, (found) -> true);
	}

	private static PortRegistration stripped(PortRegistration registration) {
		return registration.with((builder) -> builder.metadata(PortRegistration.STALE_SINCE, null));
	}

	private static long keys(EtcdServer server) throws Exception {
		try (Client client = server.connect()) {
			ByteSequence all = ByteSequence.from("/", StandardCharsets.UTF_8);
			return client.getKVClient().get(all, GetOption.builder().isPrefix(true).build()).get().getCount();
		}
	}

	private static void assertStaleButKnown(EtcdPortRegistry registry, Instant before, PortRegistration... known) {
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::verify)
			.withMessageContaining("The port registry " + registry.location() + " cannot be reached since ");
		assertThat(registry.registrations()).allSatisfy(
				(registration) -> assertThat(Instant.parse(registration.metadata().get(PortRegistration.STALE_SINCE)))
					.isBetween(before, Instant.now()));
		assertThat(registry.registrations().stream().map(EtcdFaultTests::stripped)).containsExactly(known);
	}

	private static void assertRight(EtcdPortRegistry registry, PortRegistration... known) {
		assertThat(registry.registrations()).containsExactlyInAnyOrder(known);
		assertThatNoException().isThrownBy(registry::verify);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void etcdIsKilledAndRestartedWithItsDataOrWithoutAny(boolean forgets, CapturedOutput output) throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		List<PortRegistryChange> changes = new CopyOnWriteArrayList<>();
		try (EtcdServer server = EtcdServer.start(this.folder); EtcdApplications applications = applications(server)) {
			EtcdPortRegistry first = applications.open();
			EtcdPortRegistry second = applications.open();
			register(first, orders);
			register(second, stock);
			EtcdPortRegistry third = applications.open();
			third.watch(changes::add);
			eventually().untilAsserted(() -> assertThat(changes).hasSize(2));
			Instant before = Instant.now().minusMillis(1);
			server.kill();
			eventually().untilAsserted(() -> assertStaleButKnown(third, before, orders, stock));
			assertThat(third.registrations("stock")).map(EtcdFaultTests::stripped).containsExactly(stock);
			eventually().untilAsserted(() -> assertThat(first.problem(orders.instanceId()))
				.hasValueSatisfying((problem) -> assertThat(problem).contains("nobody listens there")));
			if (forgets) {
				server.forget();
			}
			server.start();
			for (EtcdPortRegistry registry : List.of(first, second, third)) {
				eventually().untilAsserted(() -> assertRight(registry, orders, stock));
			}
			assertThat(keys(server)).isEqualTo(2);
			assertThat(first.problem(orders.instanceId())).isEmpty();
			assertThat(output.toString().split("cannot be reached since", -1)).hasSizeBetween(4, 10);
		}
	}

	@Test
	void oneMemberOfThreeIsLost() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		List<EtcdServer> servers = EtcdServer.startSeveral(this.folder, 3);
		try (EtcdApplications applications = applications(servers.toArray(EtcdServer[]::new))) {
			EtcdPortRegistry own = applications.open();
			EtcdPortRegistry other = applications.open();
			register(own, orders);
			eventually().untilAsserted(() -> assertRight(other, orders));
			for (EtcdServer lost : servers) {
				lost.kill();
				for (EtcdPortRegistry registry : List.of(own, other)) {
					eventually().untilAsserted(() -> assertRight(registry, orders));
				}
				register(own, stock);
				eventually().untilAsserted(() -> assertRight(other, orders, stock));
				eventually().ignoreExceptions().until(() -> {
					own.deregister(stock.instanceId());
					return true;
				});
				lost.start();
				lost.awaitHealthy();
			}
		}
		finally {
			for (EtcdServer server : servers) {
				server.close();
			}
		}
	}

	@Test
	void memberThatTheWatchIsAtFreezes() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		List<EtcdServer> servers = EtcdServer.startSeveral(this.folder, 3);
		try (EtcdApplications applications = applications(servers.toArray(EtcdServer[]::new))) {
			EtcdPortRegistry own = applications.open();
			for (EtcdServer frozen : servers) {
				EtcdPortRegistry watching = applications.open();
				assertThat(look(watching)).isEmpty();
				frozen.freeze();
				eventually().ignoreExceptions().untilAsserted(() -> {
					own.register(orders);
					assertThat(watching.registrations()).containsExactly(orders);
				});
				eventually().ignoreExceptions().untilAsserted(() -> {
					own.deregister(orders.instanceId());
					assertThat(watching.registrations()).isEmpty();
				});
				frozen.thaw();
				frozen.awaitHealthy();
			}
		}
		finally {
			for (EtcdServer server : servers) {
				server.close();
			}
		}
	}

	/**
	 * Seconds, or as many as the profile for long tests asks for.
	 */
	@Test
	void partitionLeavesTheLastTruthAndNothingTwice() throws Exception {
		Duration length = Duration.ofSeconds(Integer.getInteger("aidis.chaos.partition", 4));
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		try (EtcdServer server = EtcdServer.start(this.folder); EtcdApplications applications = applications(server)) {
			EtcdPortRegistry own = applications.open();
			EtcdPortRegistry other = applications.open();
			register(own, orders);
			register(other, stock);
			eventually().untilAsserted(() -> assertRight(own, orders, stock));
			Instant before = Instant.now().minusMillis(1);
			server.freeze();
			try {
				await().during(length)
					.atMost(length.plusMinutes(1))
					.untilAsserted(() -> assertThat(own.registrations().stream().map(EtcdFaultTests::stripped))
						.containsExactly(orders, stock));
				eventually().untilAsserted(() -> assertStaleButKnown(own, before, orders, stock));
				assertThatExceptionOfType(PortRegistryException.class).isThrownBy(own::verify)
					.withMessageContaining("aidis.port.registry.etcd.");
			}
			finally {
				server.thaw();
			}
			for (EtcdPortRegistry registry : List.of(own, other)) {
				eventually().untilAsserted(() -> assertRight(registry, orders, stock));
			}
			assertThat(keys(server)).isEqualTo(2);
		}
	}

	@Test
	void processSleepsLongerThanItsLeaseAndIsBackOnceWhenItWakes() throws Exception {
		try (EtcdServer server = EtcdServer.start(this.folder);
				EtcdApplications applications = applications(server);
				JavaProcess process = JavaProcess.start(EtcdInstanceProcess.class, server.url(), "orders", "41873",
						"stay")) {
			process.awaitLine("registered 1");
			EtcdPortRegistry registry = applications.open();
			PortRegistration orders = look(registry).get(0);
			EtcdServer.signal("STOP", process.pid());
			eventually().untilAsserted(() -> assertThat(registry.registrations()).isEmpty());
			EtcdServer.signal("CONT", process.pid());
			eventually().untilAsserted(() -> assertThat(registry.registrations()).containsExactly(orders));
			assertThat(keys(server)).isEqualTo(1);
		}
	}

	@Test
	void processThatIsKilledIsGoneWhenItsLeaseHasExpired() throws Exception {
		try (EtcdServer server = EtcdServer.start(this.folder);
				EtcdApplications applications = applications(server);
				JavaProcess process = JavaProcess.start(EtcdInstanceProcess.class, server.url(), "orders", "41873",
						"stay")) {
			process.awaitLine("registered 1");
			EtcdPortRegistry registry = applications.open();
			assertThat(look(registry)).hasSize(1);
			process.kill();
			eventually().untilAsserted(() -> assertThat(registry.registrations()).isEmpty());
		}
	}

	@Test
	void registryThatNobodyClosesLetsTheProcessEnd() throws Exception {
		try (EtcdServer server = EtcdServer.start(this.folder);
				JavaProcess process = JavaProcess.start(EtcdInstanceProcess.class, server.url(), "orders", "41873",
						"return")) {
			process.awaitLine("main ends");
			process.awaitEnd();
			assertThat(process.exitValue()).isZero();
		}
	}

	/**
	 * In a JVM of its own, since clients have threads in common.
	 */
	@Test
	void registryThatIsClosedLeavesNoThreadOfAnyOfItsConnections() throws Exception {
		try (EtcdServer server = EtcdServer.start(this.folder);
				ConsoleProcess console = EtcdConsole.start(Machine.THIS, Timing.SHORT, List.of(server))) {
			eventually().untilAsserted(() -> assertThat(console.ask("register orders")).isEqualTo("registered"));
			server.kill();
			eventually().untilAsserted(() -> assertThat(console.ask("health")).contains("nobody listens there"));
			server.start();
			eventually().untilAsserted(() -> assertThat(console.ask("health")).isEqualTo("UP "));
			assertThat(console.ask("close")).isEqualTo("threads: ");
		}
	}

	@Test
	void nobodyThereAtTheStartIsToldWithTheReasonAndTriedAgain() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		try (EtcdServer server = EtcdServer.start(this.folder); EtcdApplications applications = applications(server)) {
			server.kill();
			EtcdPortRegistry registry = applications.open();
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> registry.register(orders))
				.withMessageContaining("nobody listens there. Start etcd, or set aidis.port.registry.etcd.endpoints");
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::registrations)
				.withMessageContaining("nobody listens there");
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::verify)
				.withMessageContaining("cannot be reached since");
			assertThat(registry.problem(orders.instanceId()))
				.hasValueSatisfying((problem) -> assertThat(problem).contains("nobody listens there"));
			server.start();
			eventually().ignoreExceptions()
				.untilAsserted(() -> assertThat(registry.registrations()).containsExactly(orders));
			eventually().untilAsserted(() -> assertThat(registry.problem(orders.instanceId())).isEmpty());
		}
	}

	@Test
	void serverThatNeverAnswersKeepsNobodyWaitingBeyondTheTimeout() throws Exception {
		try (ReservedPort reserved = new ReservedPort();
				java.net.ServerSocket silent = new java.net.ServerSocket();
				EtcdApplications applications = new EtcdApplications(
						(properties) -> properties.setEndpoints(List.of("http://127.0.0.1:" + reserved)))) {
			silent.setReuseAddress(true);
			silent.bind(new java.net.InetSocketAddress("127.0.0.1", reserved.number()));
			EtcdPortRegistry registry = applications.open("default",
					(properties) -> properties.setRequestTimeout(Duration.ofMillis(300)));
			PortRegistration orders = PortRegistration.builder("orders", 41873).build();
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> registry.register(orders))
				.withMessageContaining("300ms (aidis.port.registry.etcd.request-timeout)");
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::verify)
				.withMessageContaining("300ms (aidis.port.registry.etcd.request-timeout)");
			assertThat(registry.problem(orders.instanceId())).isPresent();
		}
	}

	@Test
	void hostThatIsUnknownIsSaidToBe() {
		try (EtcdApplications applications = new EtcdApplications(
				(properties) -> properties.setEndpoints(List.of("http://etcd.invalid:2379")))) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(applications.open()::verify)
				.withMessageContaining("the host is not known. Check aidis.port.registry.etcd.endpoints");
		}
	}

	@Test
	void serviceThatOtherMachinesCannotReachIsWarnedOfOnce(CapturedOutput output) {
		try (EtcdApplications applications = new EtcdApplications(
				(properties) -> properties.setEndpoints(List.of("http://etcd.invalid:2379")))) {
			EtcdPortRegistry registry = applications.open();
			assertNotRegistered(registry, "192.0.2.1");
			assertThat(output).doesNotContain("aidis.port.advertise.host");
			assertNotRegistered(registry, "localhost");
			assertNotRegistered(registry, "127.0.0.2");
			assertThat(output).containsOnlyOnce("set aidis.port.advertise.host to the name or address of this machine");
		}
	}

	private static void assertNotRegistered(EtcdPortRegistry registry, String host) {
		PortRegistration orders = PortRegistration.builder("orders", 41873).host(host).build();
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> registry.register(orders));
	}

	@Test
	void credentialsAreAskedForAndWrongOnesToldInWords() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		try (EtcdServer server = EtcdServer.start(this.folder)) {
			try (EtcdApplications applications = applications(server)) {
				assertThatExceptionOfType(PortRegistryException.class)
					.isThrownBy(applications.open("default", user("root", "secret"))::verify)
					.withMessageContaining("it has no authentication enabled, so nobody can log in as 'root'");
			}
			EtcdUsers.enableAuthentication(server, Map.of("writer", "/aidis/default/", "foreigner", "/other/"),
					"reader");
			try (EtcdApplications applications = applications(server)) {
				assertThatExceptionOfType(PortRegistryException.class)
					.isThrownBy(applications.open("default", user(null, null))::verify)
					.withMessageContaining("it asks for a user name and a password. "
							+ "Set aidis.port.registry.etcd.username and aidis.port.registry.etcd.password");
				assertThatExceptionOfType(PortRegistryException.class)
					.isThrownBy(applications.open("default", user("writer", "planted"))::verify)
					.withMessageContaining("it does not accept user 'writer': the name or the password is wrong")
					.withMessageNotContaining("planted");
				assertThatExceptionOfType(PortRegistryException.class)
					.isThrownBy(applications.open("default", user("foreigner", "foreigner"))::verify)
					.withMessageContaining("user 'foreigner' may not do that below /aidis/default/. Let it: etcdctl");
				EtcdPortRegistry registry = applications.open("default", user("writer", "writer"));
				registry.register(orders);
				assertThat(applications.open("default", user("root", "root")).registrations()).containsExactly(orders);
				EtcdPortRegistry reader = applications.open("default", user("reader", "reader"));
				PortRegistration refused = PortRegistration.builder("refused", 41875).build();
				assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> reader.register(refused))
					.withMessageContaining("cannot be written: user 'reader' may not do that below /aidis/default/");
				assertThat(reader.problem(refused.instanceId())).isPresent();
				assertRight(reader, orders);
				reader.close();
				// Its tokens are forgotten with a restart, too.
				server.kill();
				server.start();
				PortRegistration stock = PortRegistration.builder("stock", 41874).build();
				eventually().ignoreExceptions().untilAsserted(() -> {
					registry.register(stock);
					assertThat(registry.registrations()).containsExactly(orders, stock);
				});
			}
		}
	}

	@Test
	void databaseThatIsFullIsToldInWordsAndLookupsGoOn() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		PortRegistration stock = PortRegistration.builder("stock", 41874).build();
		try (EtcdServer server = EtcdServer.startWithQuota(this.folder, 300_000);
				EtcdApplications applications = applications(server);
				Client client = server.connect()) {
			EtcdPortRegistry registry = applications.open();
			register(registry, orders);
			ByteSequence filling = ByteSequence.from("x".repeat(50_000), StandardCharsets.UTF_8);
			assertThatException().isThrownBy(() -> {
				for (int number = 0; number < 100; number++) {
					ByteSequence key = ByteSequence.from("filling" + number, StandardCharsets.UTF_8);
					client.getKVClient().put(key, filling).get();
				}
			}).withMessageContaining("database space exceeded");
			eventually().untilAsserted(() -> assertThatExceptionOfType(PortRegistryException.class)
				.isThrownBy(() -> registry.register(stock))
				.withMessageContaining("its database is full. Compact and defragment it, and disarm the alarm"));
			assertRight(registry, orders);
			assertThat(registry.problem(orders.instanceId())).isEmpty();
			assertThat(registry.problem(stock.instanceId())).isPresent();
		}
	}

	private static Consumer<EtcdRegistryProperties> user(@Nullable String name, @Nullable String password) {
		return (properties) -> {
			properties.setRequestTimeout(Duration.ofSeconds(20));
			properties.setUsername(name);
			properties.setPassword(password);
		};
	}

}
