package dev.aidis.port.actuate;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.discovery.ServiceHealth;
import dev.aidis.port.discovery.ServiceHealthProbe;

/**
 * Shows which service runs on which port, and why this one got the port it has.
 *
 * @since 0.1.0
 */
@Endpoint(id = "ports")
public class PortsEndpoint {

	private final PortRegistry registry;

	private final Supplier<PortAssignment> assignment;

	private final Supplier<Optional<PortRegistration>> own;

	private final Supplier<Optional<String>> problem;

	private final ServiceHealthProbe probe;

	/**
	 * Create a new endpoint.
	 * @param registry the registry to show
	 * @param assignment what was decided about this application's port
	 * @param own this application's own registration
	 * @param problem why that is not in the registry as it should be
	 * @param probe asks a service for its health
	 */
	public PortsEndpoint(PortRegistry registry, Supplier<PortAssignment> assignment,
			Supplier<Optional<PortRegistration>> own, Supplier<Optional<String>> problem, ServiceHealthProbe probe) {
		this.registry = registry;
		this.assignment = assignment;
		this.own = own;
		this.problem = problem;
		this.probe = probe;
	}

	/**
	 * List what is registered, and this application's own assignment.
	 * @return the description; stale entries are in it and marked
	 */
	@ReadOperation
	public Ports ports() {
		List<PortRegistration> live = this.registry.registrations();
		List<Service> services = Stream
			.concat(live.stream().map((found) -> Service.live(found, null)), stale(live, (name) -> true))
			.toList();
		return new Ports(this.registry.location(), self(), services);
	}

	private Stream<Service> stale(List<PortRegistration> live, Predicate<String> name) {
		Set<String> listed = live.stream().map(PortRegistration::instanceId).collect(Collectors.toSet());
		return this.registry.staleRegistrations()
			.stream()
			.filter((found) -> name.test(found.serviceName()))
			// One may have ended since.
			.filter((found) -> !listed.contains(found.instanceId()))
			.map(Service::stale);
	}

	private Self self() {
		PortAssignment assignment = this.assignment.get();
		return new Self(assignment.serviceName(),
				this.own.get().map(PortRegistration::uri).map(URI::toString).orElse(null), assignment.requestedPort(),
				assignment.assignedBy(), assignment.rung().name(), assignment.ladder(),
				this.problem.get().orElse(null));
	}

	/**
	 * Show the instances of one service, each that lives with its health as it is now.
	 * @param service the name of the service
	 * @return the description, in which stale instances are marked; {@code null} when
	 * there is no instance
	 */
	@ReadOperation
	public @Nullable Instances service(@Selector String service) {
		List<PortRegistration> live = this.registry.registrations(service);
		List<Service> instances = Stream
			.concat(live.stream().map((found) -> Service.live(found, this.probe.probe(found))),
					stale(live, service::equals))
			.toList();
		return instances.isEmpty() ? null : new Instances(service, instances, usedBy(service));
	}

	private List<String> usedBy(String service) {
		return this.registry.registrations()
			.stream()
			.filter((registration) -> registration.dependsOn().contains(service))
			.map(PortRegistration::serviceName)
			.distinct()
			.toList();
	}

	/**
	 * Remove the entries of processes that have ended.
	 * @return what was removed
	 */
	@DeleteOperation
	public Pruned prune() {
		return new Pruned(this.registry.prune().stream().map(Service::stale).toList());
	}

	/**
	 * All that is registered.
	 *
	 * @param registry where the registry is
	 * @param self this application
	 * @param services the instances of all services
	 */
	public record Ports(String registry, Self self, List<Service> services) implements OperationResponseBody {

	}

	/**
	 * This application's port and why it has it.
	 *
	 * @param serviceName the name it registers under
	 * @param url where it is, or {@code null} while it is not registered
	 * @param requestedPort the port that was asked for, 0 for a dynamic one
	 * @param assignedBy the setting that decided
	 * @param rung the rung of the ladder that decided
	 * @param ladder every rung with its value and what became of it
	 * @param problem why it is not in the registry as it should be, or {@code null} if it
	 * is
	 */
	public record Self(String serviceName, @Nullable String url, @Nullable Integer requestedPort, String assignedBy,
			String rung, List<PortAssignment.Step> ladder, @Nullable String problem) {

	}

	/**
	 * The instances of one service.
	 *
	 * @param serviceName the name of the service
	 * @param instances the instances
	 * @param usedBy the services that have looked it up, as far as they live
	 */
	public record Instances(String serviceName, List<Service> instances,
			List<String> usedBy) implements OperationResponseBody {

	}

	/**
	 * What was removed.
	 *
	 * @param pruned the instances
	 */
	public record Pruned(List<Service> pruned) implements OperationResponseBody {

	}

	/**
	 * One instance of a service.
	 *
	 * @param serviceName the name of the service
	 * @param instanceId the instance's id
	 * @param status {@code UP}, {@code STARTING}, {@code UNKNOWN}, or {@code STALE} when
	 * its process has ended or nothing tells that it lives
	 * @param health what its health endpoint answers, where it was asked
	 * @param url its address
	 * @param port its port
	 * @param requestedPort the port that it asked for, 0 for a dynamic one, if it tells
	 * @param assignedBy the setting that decided about its port, if it tells
	 * @param rung the rung of the ladder that decided about its port, if it tells
	 * @param managementPort the port of its management server, if that is another
	 * @param healthUrl the address of its health endpoint, if it has one
	 * @param pid its process
	 * @param startedAt when it registered
	 * @param uptimeSeconds for how long it has been registered, if it lives and the
	 * registry tells when it registered
	 * @param dependsOn the services it has looked up
	 * @param metadata further facts
	 */
	public record Service(String serviceName, String instanceId, String status, @Nullable ServiceHealth health,
			String url, int port, @Nullable String requestedPort, @Nullable String assignedBy, @Nullable String rung,
			@Nullable Integer managementPort, @Nullable String healthUrl, long pid, Instant startedAt,
			@Nullable Long uptimeSeconds, List<String> dependsOn, Map<String, String> metadata) {

		private static Service live(PortRegistration registration, @Nullable ServiceHealth health) {
			return of(registration, registration.status().name(), health, uptime(registration.startedAt()));
		}

		private static Service stale(PortRegistration registration) {
			return of(registration, "STALE", null, null);
		}

		/**
		 * A clock that was set back makes nobody younger than just born.
		 */
		private static @Nullable Long uptime(Instant startedAt) {
			return startedAt.equals(Instant.EPOCH) ? null
					: Math.max(0, Duration.between(startedAt, Instant.now()).toSeconds());
		}

		private static Service of(PortRegistration registration, String status, @Nullable ServiceHealth health,
				@Nullable Long uptimeSeconds) {
			URI healthUri = registration.healthUri();
			Map<String, String> metadata = registration.metadata();
			return new Service(registration.serviceName(), registration.instanceId(), status, health,
					registration.uri().toString(), registration.port(), metadata.get(PortRegistration.REQUESTED_PORT),
					metadata.get(PortRegistration.ASSIGNED_BY), metadata.get(PortRegistration.RUNG),
					registration.managementPort(), (healthUri != null) ? healthUri.toString() : null,
					registration.pid(), registration.startedAt(), uptimeSeconds, registration.dependsOn(), metadata);
		}

	}

}
