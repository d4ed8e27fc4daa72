package dev.aidis.port.assignment;

import java.net.ServerSocket;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;

/**
 * The least of a service: it has a port assigned, opens it as a web server would, and
 * runs until it is killed. It prints what was logged, and the port.
 */
public final class AssignmentProcess {

	private AssignmentProcess() {
	}

	/**
	 * Run the service {@code orders}.
	 * @param settings the settings, such as {@code AIDIS_ORDERS_PORT=0}
	 * @throws Exception if no port is assigned or it cannot be opened
	 */
	public static void main(String[] settings) throws Exception {
		TestEnvironment environment = TestEnvironment.ofService("orders");
		for (String setting : settings) {
			String[] parts = setting.split("=", 2);
			environment.configuration(parts[0], parts[1]);
		}
		SpringApplication application = new SpringApplication();
		application.setWebApplicationType(WebApplicationType.SERVLET);
		RecordingLog log = new RecordingLog();
		try {
			new PortAssignmentEnvironmentPostProcessor((Supplier<Log> destination) -> log)
				.postProcessEnvironment(environment, application);
			PortReservation reservation = PortReservation.of(environment);
			int requested = environment.getRequiredProperty("server.port", Integer.class);
			try (ServerSocket server = new ServerSocket(reservation.recheck(requested))) {
				reservation.bound(server.getLocalPort());
				log.warnings().forEach((warning) -> System.out.println("WARN " + warning));
				System.out.println("port " + server.getLocalPort());
				Thread.currentThread().join();
			}
		}
		catch (InvalidPortSettingException | PortRangeExhaustedException ex) {
			System.out.println("failed " + ex.getMessage());
		}
	}

}
