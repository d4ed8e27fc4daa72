package dev.aidis.port.assignment;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;

/**
 * A JVM of {@link PortRangeRaceTests} in which many services want a port of one range.
 * When it is told to go, all of them choose a port at once, each in an environment of its
 * own, and open it; they hold it until they are told to go again or to end.
 */
public final class PoolContender {

	private final SpringApplication application = new SpringApplication();

	private final String registry;

	private PoolContender(String registry) {
		this.registry = registry;
		this.application.setWebApplicationType(WebApplicationType.SERVLET);
	}

	/**
	 * Contend until the test closes the connection.
	 * @param arguments the port the test listens on, how many services to be and the
	 * registry they belong to
	 * @throws Exception if something fails that is no part of the test
	 */
	public static void main(String[] arguments) throws Exception {
		PoolContender contender = new PoolContender(arguments[2]);
		int services = Integer.parseInt(arguments[1]);
		ExecutorService executor = Executors.newFixedThreadPool(services);
		try (Socket test = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
				BufferedReader input = new BufferedReader(
						new InputStreamReader(test.getInputStream(), StandardCharsets.UTF_8));
				PrintStream output = new PrintStream(test.getOutputStream(), true, StandardCharsets.UTF_8)) {
			for (String range = input.readLine(); range != null; range = input.readLine()) {
				List<Held> all = contender.contend(range, executor, services);
				output.println(all.size());
				for (Held held : all) {
					output.println(held.outcome);
				}
				if (input.readLine() != null) {
					for (Held held : all) {
						held.release();
					}
					output.println("released");
				}
			}
		}
		executor.shutdown();
	}

	private List<Held> contend(String range, ExecutorService executor, int services) throws Exception {
		Callable<Held> one = () -> choose(range);
		List<Held> all = new ArrayList<>();
		for (Future<Held> future : executor.invokeAll(Collections.nCopies(services, one))) {
			all.add(future.get());
		}
		return all;
	}

	private Held choose(String range) {
		TestEnvironment environment = TestEnvironment.ofService("orders")
			.variable("AIDIS_ORDERS_PORT", range)
			.configuration("aidis.port.registry.file", this.registry);
		RecordingLog log = new RecordingLog();
		try {
			new PortAssignmentEnvironmentPostProcessor((Supplier<Log> destination) -> log)
				.postProcessEnvironment(environment, this.application);
			PortReservation reservation = PortReservation.of(environment);
			int port = reservation.recheck(environment.getRequiredProperty("server.port", Integer.class));
			try {
				return new Held(String.valueOf(port), reservation, new ServerSocket(port));
			}
			catch (IOException ex) {
				return new Held("bind of " + port + " failed: " + ex, reservation, null);
			}
		}
		catch (RuntimeException ex) {
			return new Held("no port: " + ex, PortReservation.of(environment), null);
		}
	}

	private record Held(String outcome, PortReservation reservation, @Nullable ServerSocket socket) {

		void release() throws IOException {
			if (this.socket != null) {
				this.socket.close();
			}
			this.reservation.close();
		}

	}

}
