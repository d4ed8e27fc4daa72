package dev.aidis.port.assignment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;

/**
 * Assigns ports to applications of this JVM, which all keep what they have until they are
 * released.
 */
final class Assignments implements AutoCloseable {

	private final RecordingLog log = new RecordingLog();

	private final List<PortReservation> reservations = new ArrayList<>();

	PortAssignment assign(TestEnvironment environment) {
		SpringApplication application = new SpringApplication();
		application.setWebApplicationType(WebApplicationType.SERVLET);
		new PortAssignmentEnvironmentPostProcessor((Supplier<Log> destination) -> this.log)
			.postProcessEnvironment(environment, application);
		this.reservations.add(PortReservation.of(environment));
		return PortAssignment.of(environment);
	}

	RecordingLog log() {
		return this.log;
	}

	/**
	 * Let all applications end.
	 */
	@Override
	public void close() {
		this.reservations.forEach(PortReservation::close);
		this.reservations.clear();
	}

}
