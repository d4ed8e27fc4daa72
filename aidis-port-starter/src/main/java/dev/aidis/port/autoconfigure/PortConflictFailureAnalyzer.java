package dev.aidis.port.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
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
import dev.aidis.port.assignment.PortConflicts;
import dev.aidis.port.assignment.PortConflicts.PortRequest;
import dev.aidis.port.assignment.PortHolder;
import dev.aidis.port.assignment.PortHolders;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.RegistryLocation;

/**
 * Says which setting asked for a port that is in use, which registered service or other
 * process has it, and the ways out. Comes before Spring Boot's own analysis, which knows
 * none of that, and leaves to it what it knows no more of.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PortConflictFailureAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

	/**
	 * Of no importance, since nothing is written.
	 */
	private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

	private final Environment environment;

	PortConflictFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, PortInUseException cause) {
		if (!(this.environment instanceof ConfigurableEnvironment configurable)
				|| !this.environment.getProperty("aidis.port.enabled", Boolean.class, true)) {
			return null;
		}
		int port = cause.getPort();
		PortRequest request = new PortConflicts(configurable).request(port);
		List<PortHolder> holders = new PortHolders().find(port);
		Optional<String> service = service(port, holders);
		if (request == null && holders.isEmpty() && service.isEmpty()) {
			return null;
		}
		List<String> heldBy = new ArrayList<>(service.stream().toList());
		heldBy.addAll(PortHolders.describe(holders));
		if (heldBy.isEmpty()) {
			heldBy.add("nobody that can be seen from here: it may have ended by now, or be in a container");
		}
		return new FailureAnalysis(
				"Web server failed to start. Port " + port + " was already in use.\n\n    Asked for by: "
						+ ((request != null) ? request.askedBy() : "no setting that is known here")
						+ "\n    Held by:      " + String.join("\n                  ", heldBy),
				"One of these:\n\n    1. End what has it: " + end(port, holders) + "\n    2. Take another port: "
						+ another(request) + "\n    3. Have one chosen: " + dynamic(port, request),
				cause);
	}

	private static String another(@Nullable PortRequest request) {
		if (request != null && request.otherChoice() != null) {
			return "start again, and one that is free is chosen";
		}
		return "set " + ((request != null) ? request.setting() : "the port where the application sets it")
				+ " to one that is free";
	}

	private static String dynamic(int port, @Nullable PortRequest request) {
		if (request != null && request.otherChoice() != null) {
			return request.otherChoice();
		}
		if (request != null && request.mayMove()) {
			return "start again, since this port was taken in the very moment of opening it, or set it to 0";
		}
		return "set it to 0, or set aidis.port.on-conflict=dynamic to have one chosen only while " + port
				+ " is in use";
	}

	/**
	 * Say how to end the process. The id of a process that is only registered might mean
	 * another one here, so that only what the operating system says counts.
	 */
	private static String end(int port, List<PortHolder> holders) {
		PortHolder holder = holders.isEmpty() ? null : holders.get(0);
		boolean windows = System.getProperty("os.name").startsWith("Windows");
		if (holder == null || holder.pid() == 0) {
			return windows ? "netstat -ano, as an administrator, names it" : "sudo lsof -nP -iTCP:" + port
					+ " names it, or, if it is a container, docker ps --filter publish=" + port;
		}
		if (holder.isThisProcess()) {
			return "close the application in this process, or the server of this application, that has it";
		}
		if (holder.command() != null && holder.command().contains("docker-proxy")) {
			return "it is a container, which docker ps --filter publish=" + port + " names";
		}
		return (windows ? "taskkill /F /PID " : "kill ") + holder.pid();
	}

	/**
	 * Find the service that has a port, in the registry of this application or else in
	 * that of the checkout where the process runs. An entry whose process does not have
	 * the port, though others do, is wrong.
	 */
	private Optional<String> service(int port, List<PortHolder> holders) {
		Optional<String> own = service(() -> AidisPortAutoConfiguration.fileRegistry(this.environment), port, holders);
		return own.or(() -> holders.stream()
			.map(PortHolder::directory)
			.flatMap((directory) -> Optional.ofNullable(directory).map(RegistryLocation::ofCheckout).stream())
			.distinct()
			.flatMap((file) -> service(() -> new FilePortRegistry(file, LOCK_TIMEOUT), port, holders).stream())
			.findFirst());
	}

	private static Optional<String> service(Supplier<FilePortRegistry> opened, int port, List<PortHolder> holders) {
		try (FilePortRegistry registry = opened.get()) {
			return registry.registrations()
				.stream()
				.filter((service) -> hasPort(service, port) && isAmong(holders, service.pid()))
				.map((service) -> describe(service, port, registry.location()))
				.findFirst();
		}
		catch (PortRegistryException | InvalidConfigurationPropertyValueException ex) {
			return Optional.empty();
		}
	}

	private static boolean hasPort(PortRegistration service, int port) {
		return service.port() == port || Integer.valueOf(port).equals(service.managementPort());
	}

	private static boolean isAmong(List<PortHolder> holders, long pid) {
		return holders.isEmpty() || holders.stream().anyMatch((holder) -> holder.pid() == 0 || holder.pid() == pid);
	}

	private static String describe(PortRegistration service, int port, String registry) {
		return "service '" + Printable.of(service.serviceName()) + "' at " + service.uri()
				+ ((service.port() != port) ? " (its management server)" : "") + ", registered"
				+ (service.startedAt().equals(Instant.EPOCH) ? "" : " since " + service.startedAt()) + " in "
				+ registry;
	}

}
