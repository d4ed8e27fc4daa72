package dev.aidis.port.sample.command.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.sample.command.health.HealthMonitor;
import dev.aidis.port.sample.command.registry.HealthReading;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.LiveRegistry;

/**
 * The services, and what can be done about them.
 */
@RestController
@RequestMapping("/api")
class ServicesController {

	private final LiveRegistry registry;

	private final HealthMonitor health;

	ServicesController(LiveRegistry registry, HealthMonitor health) {
		this.registry = registry;
		this.health = health;
	}

	@GetMapping("/services")
	Services services(@RequestParam(required = false) @Nullable String name) {
		requireLoaded();
		List<Instance> instances = (name != null) ? this.registry.instances(name) : this.registry.instances();
		return new Services(this.registry.location(), this.registry.readAt(), this.registry.problem(),
				instances.stream().map(Service::of).toList());
	}

	@GetMapping("/services/{name}")
	Instances service(@PathVariable String name) {
		List<Instance> instances = find(name);
		return new Instances(instances.get(0).service(), instances.stream().map(Service::of).toList());
	}

	@PostMapping("/services/{name}/check")
	CompletableFuture<Checked> check(@PathVariable String name) {
		List<Instance> live = find(name).stream().filter((instance) -> instance.state().isLive()).toList();
		List<CompletableFuture<Check>> checks = live.stream()
			.map((instance) -> this.health.check(instance).thenApply((reading) -> Check.of(instance, reading)))
			.toList();
		return CompletableFuture.allOf(checks.toArray(CompletableFuture<?>[]::new)).thenApply((done) -> {
			List<Check> results = new ArrayList<>();
			checks.forEach((check) -> results.add(check.join()));
			return new Checked(results.stream().anyMatch((check) -> check.health().healthy())
					&& results.stream().noneMatch((check) -> check.health().failed()), results);
		});
	}

	@PostMapping("/prune")
	Pruned prune() {
		return new Pruned(this.registry.prune().stream().map(Entry::of).toList());
	}

	private List<Instance> find(String name) {
		requireLoaded();
		List<Instance> instances = this.registry.instances(name);
		if (instances.isEmpty()) {
			throw problem(HttpStatus.NOT_FOUND, "No service named '" + Printable.of(name)
					+ "' is registered. GET /api/services lists those that are.");
		}
		return instances;
	}

	private void requireLoaded() {
		if (!this.registry.isLoaded()) {
			String problem = this.registry.problem();
			throw problem(HttpStatus.SERVICE_UNAVAILABLE,
					(problem != null) ? problem : "The registry has not been read yet. Try again in a moment.");
		}
	}

	private static ErrorResponseException problem(HttpStatus status, String detail) {
		ErrorResponseException exception = new ErrorResponseException(status);
		exception.setDetail(detail);
		return exception;
	}

	/**
	 * All services.
	 *
	 * @param registry where the registry is
	 * @param readAt when it was read last
	 * @param problem why it cannot be read or written, if so; what follows is then what
	 * was known last
	 * @param services their instances
	 */
	record Services(String registry, @Nullable Instant readAt, @Nullable String problem, List<Service> services) {

	}

	/**
	 * One service.
	 *
	 * @param name its name
	 * @param instances its instances
	 */
	record Instances(String name, List<Service> instances) {

	}

	/**
	 * What live instances answered.
	 *
	 * @param healthy whether any was asked and all that were are healthy
	 * @param instances the instances
	 */
	record Checked(boolean healthy, List<Check> instances) {

	}

	/**
	 * What an instance answered.
	 *
	 * @param name the name of the service
	 * @param instanceId its id
	 * @param health what it answered
	 */
	record Check(String name, String instanceId, HealthReading health) {

		static Check of(Instance instance, HealthReading health) {
			return new Check(instance.service(), instance.registration().instanceId(), health);
		}

	}

	/**
	 * What was removed from the registry.
	 *
	 * @param pruned the entries
	 */
	record Pruned(List<Entry> pruned) {

	}

	/**
	 * An entry of the registry.
	 *
	 * @param name the name of the service
	 * @param instanceId the instance's id
	 * @param port its port
	 * @param pid its process
	 */
	record Entry(String name, String instanceId, int port, long pid) {

		static Entry of(PortRegistration registration) {
			return new Entry(registration.serviceName(), registration.instanceId(), registration.port(),
					registration.pid());
		}

	}

}
