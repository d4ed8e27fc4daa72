package dev.aidis.port.registry.etcd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.aidis.port.ConsoleProcess;
import dev.aidis.port.registry.etcd.EtcdConsole.Timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Networks that lose what is sent, without a word to those who sent it. The figures that
 * are logged are those of {@code docs/etcd.md}, if the profile for long tests is on.
 */
@EnabledOnOs(OS.LINUX)
class EtcdPartitionTests {

	private static final Log logger = LogFactory.getLog(EtcdPartitionTests.class);

	/**
	 * How long a network stays cut at least.
	 */
	private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("aidis.chaos.partition", 4));

	private static final boolean LONG = LENGTH.toSeconds() >= 30;

	private static final Timing TIMING = LONG ? Timing.usual() : Timing.SHORT;

	@TempDir
	Path folder;

	private List<EtcdServer> servers = List.of();

	/**
	 * They end with their networks, which does not give their ports back.
	 */
	@AfterEach
	void closeServers() throws Exception {
		for (EtcdServer server : this.servers) {
			server.close();
		}
	}

	private static ConditionFactory eventually() {
		return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50));
	}

	private static void awaitAnswer(ConsoleProcess console, String command, String answer) {
		eventually().untilAsserted(() -> assertThat(console.ask(command)).isEqualTo(answer));
	}

	/**
	 * Return what somebody was told of a service. On a busy machine the first
	 * registration may be asked for again before it is answered, which changes the entry.
	 */
	private static String told(ConsoleProcess console, String service) throws Exception {
		return Stream.of(console.ask("told").split(", "))
			.filter((change) -> change.endsWith(" " + service))
			.map((change) -> change.substring(0, change.indexOf(' ')))
			.collect(Collectors.joining(" "))
			.replaceFirst("^Registered( Changed)+", "Registered");
	}

	private static ConsoleProcess start(Machine machine, List<EtcdServer> servers) throws Exception {
		return EtcdConsole.start(machine, TIMING, servers);
	}

	@ParameterizedTest
	@EnumSource
	void clientThatIsCutOffKeepsTheLastTruthMarkedStaleAndIsBackOnce(Cut cut) throws Exception {
		try (VirtualNetwork network = VirtualNetwork.of("etcd", "remote", "near")) {
			this.servers = EtcdServer.startOn(this.folder, List.of(network.machine("etcd")));
			try (ConsoleProcess remote = start(network.machine("remote"), this.servers);
					ConsoleProcess near = start(network.machine("near"), this.servers);
					ConsoleProcess dying = start(network.machine("near"), this.servers)) {
				awaitAnswer(remote, "register orders", "registered");
				awaitAnswer(near, "register stock", "registered");
				awaitAnswer(dying, "register billing", "registered");
				for (ConsoleProcess console : List.of(remote, near)) {
					awaitAnswer(console, "look", "live: billing, orders, stock");
				}
				assertThat(remote.ask("health")).isEqualTo("UP ");
				Stopwatch sinceCut = new Stopwatch();
				cut.begin(network, "remote");
				awaitAnswer(remote, "look", "stale: billing, orders, stock");
				sinceCut.log(cut + ": told that it is stale");
				awaitAnswer(near, "look", "live: billing, stock");
				sinceCut.log(cut + ": gone for others");
				dying.kill();
				awaitAnswer(near, "look", "live: stock");
				awaitAnswer(near, "register late", "registered");
				eventually().during(LENGTH).untilAsserted(() -> {
					assertThat(remote.ask("look")).isEqualTo("stale: billing, orders, stock");
					assertThat(remote.ask("health")).startsWith("DOWN The port registry etcd ")
						.contains(" cannot be reached since ")
						.contains("aidis.port.registry.etcd.");
				});
				assertThat(near.ask("look")).isEqualTo("live: late, stock");
				Stopwatch sinceMended = new Stopwatch();
				cut.end(network, "remote");
				awaitAnswer(near, "look", "live: late, orders, stock");
				sinceMended.log(cut + ": back for others");
				awaitAnswer(remote, "look", "live: late, orders, stock");
				assertThat(remote.ask("health")).isEqualTo("UP ");
				assertThat(told(near, "orders")).isEqualTo("Registered Deregistered Registered");
				assertThat(told(remote, "billing")).isEqualTo("Registered Deregistered");
				assertThat(remote.ask("close")).isEqualTo("threads: ");
			}
		}
	}

	/**
	 * Each member in turn is not reached by the others, so that it answers and can do
	 * nothing. In the long form it is not reached by those who ask, either, one after the
	 * other.
	 */
	@Test
	void memberThatIsCutOffFromSomeIsLeftForTheOthers() throws Exception {
		List<String> members = List.of("etcd1", "etcd2", "etcd3");
		try (VirtualNetwork network = VirtualNetwork.of("etcd1", "etcd2", "etcd3", "own", "other")) {
			this.servers = EtcdServer.startOn(this.folder, members.stream().map(network::machine).toList());
			try (ConsoleProcess own = start(network.machine("own"), this.servers);
					ConsoleProcess other = start(network.machine("other"), this.servers)) {
				awaitAnswer(own, "register orders", "registered");
				awaitAnswer(other, "register stock", "registered");
				for (String lost : LONG ? List.of("back", "front") : List.of("back")) {
					for (String member : members) {
						Stopwatch sinceCut = new Stopwatch();
						network.swallow(lost, member);
						awaitAnswer(own, "register new", "registered");
						awaitLasting("live: new, orders, stock", own, other);
						sinceCut.log(member + " without its " + lost + ": all was well for the time of a lease");
						network.mend(lost, member);
						this.servers.forEach((server) -> awaitHealthy(own, server));
						awaitAnswer(own, "deregister new", "deregistered");
						awaitAnswer(other, "look", "live: orders, stock");
					}
				}
				String told = other.ask("told");
				logger.info("The other was told: " + told);
				if (LONG) {
					// A lease of two seconds may end where a machine is busy.
					assertThat(told.split(", ")).filteredOn((change) -> change.endsWith("orders"))
						.containsExactly("Registered orders");
				}
			}
		}
	}

	/**
	 * Wait until it is so for as long as signs of life take to come to each member in
	 * turn.
	 */
	private static void awaitLasting(String answer, ConsoleProcess... consoles) {
		eventually().during(TIMING.leaseTtl().plusMillis(500)).untilAsserted(() -> {
			for (ConsoleProcess console : consoles) {
				assertThat(console.ask("look")).isEqualTo(answer);
			}
		});
	}

	private static void awaitHealthy(ConsoleProcess console, EtcdServer server) {
		eventually().untilAsserted(() -> assertThat(console.ask("get " + server.url() + "/health")).contains("true"));
	}

	/**
	 * How a network is cut.
	 */
	enum Cut {

		/**
		 * At the machine itself, which notices that its cable is pulled.
		 */
		HERE {

			@Override
			void begin(VirtualNetwork network, String machine) throws Exception {
				network.cut("front", machine);
			}

		},

		/**
		 * Somewhere on the way, which nobody notices.
		 */
		ON_THE_WAY {

			@Override
			void begin(VirtualNetwork network, String machine) throws Exception {
				network.swallow("front", machine);
			}

		};

		abstract void begin(VirtualNetwork network, String machine) throws Exception;

		void end(VirtualNetwork network, String machine) throws Exception {
			network.mend("front", machine);
		}

	}

	/**
	 * Tells how long something took.
	 */
	private static final class Stopwatch {

		private final long start = System.nanoTime();

		void log(String what) {
			logger.info(what + " after " + Duration.ofNanos(System.nanoTime() - this.start).toMillis() + " ms, with "
					+ TIMING);
		}

	}

}
