package dev.aidis.port.actuate;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;

/**
 * Tells whether other services can find this one, and this one those it needs. Looks only
 * at the registry: asking other services for their health would go in circles.
 *
 * @since 0.1.0
 */
public final class PortRegistryHealthIndicator extends AbstractHealthIndicator {

	private final PortRegistry registry;

	private final Supplier<Optional<PortRegistration>> own;

	private final Supplier<Optional<String>> problem;

	private final List<String> required;

	/**
	 * Create a new indicator.
	 * @param registry the registry
	 * @param own this application's own registration
	 * @param problem why this application's own registration could not be written
	 * @param required the names of the services it needs
	 */
	public PortRegistryHealthIndicator(PortRegistry registry, Supplier<Optional<PortRegistration>> own,
			Supplier<Optional<String>> problem, List<String> required) {
		this.registry = registry;
		this.own = own;
		this.problem = problem;
		this.required = List.copyOf(required);
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up().withDetail("registry", this.registry.location());
		try {
			this.registry.verify();
			this.own.get().ifPresent((registration) -> checkOwn(registration, builder));
			checkRequired(builder);
		}
		catch (PortRegistryException ex) {
			builder.down().withDetail("problem", String.valueOf(ex.getMessage()));
		}
	}

	private void checkOwn(PortRegistration registration, Health.Builder builder) {
		builder.withDetail("service", registration.serviceName()).withDetail("url", registration.uri().toString());
		boolean present = this.registry.registrations(registration.serviceName())
			.stream()
			.anyMatch((found) -> isRight(found, registration));
		if (!present) {
			builder.down()
				.withDetail("problem",
						this.problem.get().orElse("This service is not in the registry as it should be"));
		}
	}

	/**
	 * The status may lag behind for a moment; what leads callers to the service may not.
	 */
	private static boolean isRight(PortRegistration found, PortRegistration registration) {
		return found.instanceId().equals(registration.instanceId()) && found.uri().equals(registration.uri())
				&& Objects.equals(found.healthEndpoint(), registration.healthEndpoint())
				&& Objects.equals(found.managementPort(), registration.managementPort());
	}

	private void checkRequired(Health.Builder builder) {
		List<String> missing = this.required.stream()
			.filter((name) -> this.registry.registrations(name).isEmpty())
			.toList();
		if (!this.required.isEmpty()) {
			builder.withDetail("required", this.required);
		}
		if (!missing.isEmpty()) {
			builder.down().withDetail("missing", missing);
		}
	}

}
