package dev.aidis.port.assignment;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Tells people who has a port: the service that has registered it, else the process that
 * the operating system knows of.
 */
final class PortOwners {

	/**
	 * Has no socket at the port, so either it may not be seen or it only has the lease.
	 */
	private static final String UNSEEN = "a service that is about to open it, or a process that cannot be seen from here";

	private final Supplier<Map<Integer, String>> registered;

	private final PortHolders holders;

	/**
	 * Create a new instance.
	 * @param registered descriptions of the services in the registry by port
	 * @param holders asks the operating system
	 */
	PortOwners(Supplier<Map<Integer, String>> registered, PortHolders holders) {
		this.registered = registered;
		this.holders = holders;
	}

	String describe(int port) {
		return describe(Set.of(port)).getOrDefault(port, UNSEEN);
	}

	/**
	 * Describe the owners of ports that are not free.
	 * @param ports the ports
	 * @return a line for each, in the order of the ports
	 */
	Map<Integer, String> describe(Collection<Integer> ports) {
		Map<Integer, String> services = this.registered.get();
		Set<Integer> others = new TreeSet<>(ports);
		others.removeAll(services.keySet());
		Map<Integer, List<PortHolder>> processes = others.isEmpty() ? Map.of() : this.holders.findAll(others);
		Map<Integer, String> descriptions = new LinkedHashMap<>();
		for (int port : new TreeSet<>(ports)) {
			String service = services.get(port);
			descriptions.put(port, (service != null) ? service : describe(processes.getOrDefault(port, List.of())));
		}
		return descriptions;
	}

	private static String describe(List<PortHolder> processes) {
		return processes.isEmpty() ? UNSEEN : String.join("; ", PortHolders.describe(processes));
	}

}
