package dev.aidis.port.autoconfigure;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * Says which setting asked for a port that is in use, and which registered service has
 * it. Comes before Spring Boot's own analysis, which knows neither, and leaves ports to
 * it that this project did not assign.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PortInUseByServiceFailureAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

	private final Environment environment;

	PortInUseByServiceFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, PortInUseException cause) {
		if (!(this.environment instanceof ConfigurableEnvironment configurable)) {
			return null;
		}
		PortAssignment assignment = PortAssignment.of(configurable);
		Integer requested = assignment.requestedPort();
		if (requested == null || requested != cause.getPort()) {
			return null;
		}
		String holder = holder(configurable, cause.getPort())
			.map((service) -> " by service '" + Printable.of(service.serviceName()) + "' (process " + service.pid()
					+ ", " + service.uri() + ")")
			.orElse(", by a process that is not in the port registry");
		return new FailureAnalysis(
				"Web server failed to start. Port " + cause.getPort() + " was already in use" + holder
						+ ". It was asked for by: " + assignment.assignedBy() + ".",
				"End that process, set another port there, or set it to 0 for a port that the operating system chooses.",
				cause);
	}

	private static Optional<PortRegistration> holder(ConfigurableEnvironment environment, int port) {
		try (FilePortRegistry registry = AidisPortAutoConfiguration.fileRegistry(environment)) {
			return registry.registrations().stream().filter((service) -> service.port() == port).findFirst();
		}
		catch (PortRegistryException ex) {
			return Optional.empty();
		}
	}

}
