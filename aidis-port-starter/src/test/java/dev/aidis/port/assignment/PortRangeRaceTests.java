package dev.aidis.port.assignment;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.aidis.port.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two hundred services in sixteen processes want a port of one range at the same moment.
 */
class PortRangeRaceTests {

	private static final int PROCESSES = 16;

	private static final int SERVICES = 200;

	@TempDir
	static Path folder;

	private static ServerSocket server;

	private static final List<Contender> contenders = new ArrayList<>();

	@BeforeAll
	static void start() throws IOException {
		server = new ServerSocket(0, PROCESSES, InetAddress.getLoopbackAddress());
		for (int i = 0; i < PROCESSES; i++) {
			contenders.add(new Contender(servicesOf(i)));
		}
		for (Contender contender : contenders) {
			contender.accept(server);
		}
	}

	@AfterAll
	static void end() throws IOException, InterruptedException {
		for (Contender contender : contenders) {
			contender.close();
		}
		server.close();
	}

	@RepeatedTest(3)
	void everyOneOfAsManyServicesAsPortsGetsItsOwnPort() throws IOException {
		try (ReservedRange range = ReservedRange.of(SERVICES)) {
			assertThat(race(range)).hasSize(SERVICES)
				.doesNotHaveDuplicates()
				.allMatch((port) -> range.range().contains(Integer.parseInt(port)));
		}
	}

	@Test
	void portOfAForeignProgramIsLeftAlone() throws IOException {
		try (ReservedRange range = ReservedRange.of(SERVICES + 1);
				ServerSocket foreign = new ServerSocket(range.first() + SERVICES / 2, 1,
						InetAddress.getLoopbackAddress())) {
			assertThat(race(range)).hasSize(SERVICES)
				.doesNotHaveDuplicates()
				.allMatch((port) -> range.range().contains(Integer.parseInt(port)))
				.doesNotContain(String.valueOf(foreign.getLocalPort()));
		}
	}

	@Test
	void whoComesTooLateIsToldThatNoneIsLeft() throws IOException {
		try (ReservedRange range = ReservedRange.of(SERVICES - 1)) {
			assertThat(race(range)).hasSize(SERVICES)
				.doesNotHaveDuplicates()
				.filteredOn((outcome) -> outcome.contains("PortRangeExhaustedException"))
				.hasSize(1);
		}
	}

	private static List<String> race(ReservedRange range) throws IOException {
		for (Contender contender : contenders) {
			contender.say(range.toString());
		}
		List<String> outcomes = new ArrayList<>();
		for (Contender contender : contenders) {
			outcomes.addAll(contender.outcomes());
		}
		for (Contender contender : contenders) {
			contender.say("release");
		}
		for (Contender contender : contenders) {
			assertThat(contender.hear()).isEqualTo("released");
		}
		return outcomes;
	}

	private static int servicesOf(int process) {
		return SERVICES / PROCESSES + ((process < SERVICES % PROCESSES) ? 1 : 0);
	}

	/**
	 * A process with some of the services. Any of those that were started may be the one
	 * that a connection comes from, so each must say how many services it has.
	 */
	private static final class Contender implements AutoCloseable {

		private final JavaProcess process;

		private Socket connection;

		private BufferedReader input;

		Contender(int services) throws IOException {
			this.process = JavaProcess.start(PoolContender.class, String.valueOf(server.getLocalPort()),
					String.valueOf(services), folder.resolve("port-registry.json").toString());
		}

		void accept(ServerSocket server) throws IOException {
			this.connection = server.accept();
			this.input = new BufferedReader(
					new InputStreamReader(this.connection.getInputStream(), StandardCharsets.UTF_8));
		}

		void say(String line) throws IOException {
			this.connection.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
		}

		String hear() throws IOException {
			return this.input.readLine();
		}

		List<String> outcomes() throws IOException {
			List<String> outcomes = new ArrayList<>();
			int services = Integer.parseInt(hear());
			for (int i = 0; i < services; i++) {
				outcomes.add(hear());
			}
			return outcomes;
		}

		@Override
		public void close() throws IOException, InterruptedException {
			if (this.connection != null) {
				this.connection.close();
			}
			this.process.close();
		}

	}

}
