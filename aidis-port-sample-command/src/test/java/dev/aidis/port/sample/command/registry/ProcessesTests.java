package dev.aidis.port.sample.command.registry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.PortRegistration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Processes}.
 */
class ProcessesTests {

	/**
	 * More than any system gives a process.
	 */
	private static final long NO_PID = 2_000_000_000;

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "orders.localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]" })
	void processOfThisMachineIsLookedFor(String host) {
		assertThat(Processes.mayRun(on(host, ProcessHandle.current().pid()))).isTrue();
		assertThat(Processes.mayRun(on(host, NO_PID))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "192.0.2.1", "[2001:db8::1]", "orders.example" })
	void processOfAnotherMachineMayRunWhateverItsId(String host) {
		assertThat(Processes.mayRun(on(host, NO_PID))).isTrue();
	}

	@Test
	void processOfNoIdRunsOnNoMachineThatIsThisOne() {
		assertThat(Processes.mayRun(on("localhost", 0))).isFalse();
	}

	private static PortRegistration on(String host, long pid) {
		return PortRegistration.builder("orders", 4000).host(host).pid(pid).build();
	}

}
