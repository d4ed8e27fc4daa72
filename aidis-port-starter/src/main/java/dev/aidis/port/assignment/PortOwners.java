package dev.aidis.port.assignment;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Tells people who has a port: the service that has registered it, else the process that
 * the operating system knows of.
 */
final class PortOwners {

	/**
	 * Has no socket at the port, so either it may not be seen or it only has the lease.
	 */
	private static final String UNSEEN = "a service that is about to open it, a program that uses the number for UDP, "
			+ "or a process that cannot be seen from here";

	private final Supplier<Map<Integer, String>> registered;

	private @Nullable PortHolders holders;

	/**
	 * Create a new instance.
	 * @param registered descriptions of the services in the registry by port
	 * @param holders asks the operating system
	 */
	PortOwners(Supplier<Map<Integer, String>> registered, @Nullable PortHolders holders) {
		this.registered = registered;
		this.holders = holders;
	}

	/**
	 * Return what can be asked before there are beans.
	 * @param environment the application's environment, which tells the registry
	 * @param classLoader finds the {@link RegisteredPorts}
	 */
	static PortOwners of(ConfigurableEnvironment environment, @Nullable ClassLoader classLoader) {
		return new PortOwners(SingletonSupplier.of(() -> RegisteredPorts.load(classLoader).holders(environment)), null);
	}

	/**
	 * Nobody asks for them where all goes well.
	 */
	private PortHolders holders() {
		PortHolders holders = this.holders;
		if (holders == null) {
			holders = new PortHolders();
			this.holders = holders;
		}
		return holders;
	}

	/**
	 * Return a sentence for the end of a message that names who has a port, after a
	 * blank; nothing if nobody is known to have it.
	 */
	String sentence(int port) {
		String owner = describe(port);
		return owner.equals(UNSEEN) ? "" : " The port is held by " + owner;
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
		Map<Integer, List<PortHolder>> processes = others.isEmpty() ? Map.of() : holders().findAll(others);
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
