package dev.aidis.port.sample.mcp.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;
import dev.aidis.port.assignment.PortHolder;
import dev.aidis.port.assignment.PortHolders;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.RegistryLocation;

/**
 * Says who has a port: what the registry tells of it comes first, what the operating
 * system tells comes second, and where the two differ it is said so.
 */
@Component
class PortExplainer {

	/**
	 * Of no importance, since nothing is written.
	 */
	private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

	private final PortRegistry registry;

	private final PortHolders portHolders = new PortHolders();

	PortExplainer(PortRegistry registry) {
		this.registry = registry;
	}

	PortExplanation explain(int port) {
		List<PortRegistration> live = having(port, this.registry.registrations());
		List<PortRegistration> stale = having(port, this.registry.staleRegistrations());
		List<PortHolder> holders = this.portHolders.find(port);
		return new PortExplanation(port, holders.isEmpty(), sentence(port, live, stale, holders),
				live.stream().map(Service::of).toList(), holders.stream().map(PortExplanation.Holder::of).toList());
	}

	private static List<PortRegistration> having(int port, List<PortRegistration> registrations) {
		return registrations.stream()
			.filter((service) -> service.port() == port || Integer.valueOf(port).equals(service.managementPort()))
			.toList();
	}

	private String sentence(int port, List<PortRegistration> live, List<PortRegistration> stale,
			List<PortHolder> holders) {
		List<String> parts = new ArrayList<>();
		if (live.isEmpty()) {
			parts.add(holders.isEmpty() ? "Port " + port + " is free, as far as can be seen from here"
					: "Port " + port + " belongs to no registered service and is in use by "
							+ String.join("; ", PortHolders.describe(holders)));
			neighbour(port, holders).ifPresent(parts::add);
		}
		live.forEach((service) -> parts.add(registered(port, service, holders)));
		stale.forEach((service) -> parts.add("A stale entry says that " + name(service)
				+ " had it, whose process is gone or cannot be seen; prune_stale removes what has certainly ended"));
		return String.join(". ", parts) + ".";
	}

	private static String registered(int port, PortRegistration service, List<PortHolder> holders) {
		String text = "Port " + port + " is registered by service " + name(service) + " at " + service.uri()
				+ ((service.port() != port) ? " for its management server" : "") + ", process " + service.pid();
		if (holders.isEmpty()) {
			return text + ", but nobody that can be seen from here listens there: it may have closed its server,"
					+ " or run in a container";
		}
		if (holders.stream().noneMatch((holder) -> holder.pid() == 0 || holder.pid() == service.pid())) {
			return text + ", but the operating system says that it is in use by "
					+ String.join("; ", PortHolders.describe(holders));
		}
		return text;
	}

	/**
	 * A process that is registered nowhere here may be registered in its own checkout.
	 */
	private Optional<String> neighbour(int port, List<PortHolder> holders) {
		return holders.stream()
			.map(PortHolder::directory)
			.filter(Objects::nonNull)
			.map(RegistryLocation::ofCheckout)
			.filter(Objects::nonNull)
			.distinct()
			.filter((file) -> Files.exists(file) && !file.toString().equals(this.registry.location()))
			.flatMap((file) -> neighbours(file, port, holders).stream())
			.findFirst();
	}

	private static Optional<String> neighbours(Path file, int port, List<PortHolder> holders) {
		try (FilePortRegistry registry = new FilePortRegistry(file, LOCK_TIMEOUT)) {
			return having(port, registry.registrations()).stream()
				.filter((service) -> holders.stream().anyMatch((holder) -> holder.pid() == service.pid()))
				.map((service) -> "It is service " + name(service) + " of another checkout, registered in " + file)
				.findFirst();
		}
		catch (PortRegistryException ex) {
			return Optional.empty();
		}
	}

	private static String name(PortRegistration service) {
		return "'" + Printable.of(service.serviceName()) + "'";
	}

}
