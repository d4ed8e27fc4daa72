package dev.aidis.port.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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

	private final Function<String, List<PortRegistration>> services;

	private final Supplier<Optional<PortRegistration>> own;

	private final Supplier<Optional<String>> problem;

	private final List<String> required;

	/**
	 * Create a new indicator.
	 * @param registry the registry
	 * @param services finds services, there or in another cluster
	 * @param own this application's own registration
	 * @param problem why this application's own registration could not be written
	 * @param required the names of the services it needs
	 */
	public PortRegistryHealthIndicator(PortRegistry registry, Function<String, List<PortRegistration>> services,
			Supplier<Optional<PortRegistration>> own, Supplier<Optional<String>> problem, List<String> required) {
		this.registry = registry;
		this.services = services;
		this.own = own;
		this.problem = problem;
		this.required = List.copyOf(required);
	}

	/**
	 * Whatever is wrong is told, not only the first: what cannot be written may still be
	 * read, and the other way round.
	 */
	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up().withDetail("registry", this.registry.location());
		List<String> problems = new ArrayList<>();
		boolean readable = isPossible(this.registry::verifyReadable, problems);
		boolean writable = isPossible(this.registry::verifyWritable, problems);
		builder.withDetail("readable", readable).withDetail("writable", writable);
		this.own.get().ifPresent((registration) -> checkOwn(registration, builder, problems));
		boolean complete = checkRequired(builder, problems);
		if (!problems.isEmpty()) {
			builder.withDetail("problem", problems.stream().distinct().collect(Collectors.joining("; ")));
		}
		if (!problems.isEmpty() || !complete) {
			builder.down();
		}
	}

	private static boolean isPossible(Runnable check, List<String> problems) {
		try {
			check.run();
			return true;
		}
		catch (PortRegistryException ex) {
			problems.add(String.valueOf(ex.getMessage()));
			return false;
		}
	}

	private void checkOwn(PortRegistration registration, Health.Builder builder, List<String> problems) {
		boolean present = find(this.registry::registrations, registration.serviceName(), problems).stream()
			.anyMatch((found) -> isRight(found, registration));
		builder.withDetail("service", registration.serviceName())
			.withDetail("url", registration.uri().toString())
			.withDetail("registered", present);
		if (!present) {
			problems.add(this.problem.get().orElse("This service is not in the registry as it should be"));
		}
	}

	private static List<PortRegistration> find(Function<String, List<PortRegistration>> services, String name,
			List<String> problems) {
		try {
			return services.apply(name);
		}
		catch (PortRegistryException ex) {
			problems.add(String.valueOf(ex.getMessage()));
			return List.of();
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

	private boolean checkRequired(Health.Builder builder, List<String> problems) {
		List<String> missing = this.required.stream()
			.filter((name) -> find(this.services, name, problems).isEmpty())
			.toList();
		if (!this.required.isEmpty()) {
			builder.withDetail("required", this.required);
		}
		if (!missing.isEmpty()) {
			builder.withDetail("missing", missing);
		}
		return missing.isEmpty();
	}

}
