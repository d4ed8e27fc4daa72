package dev.aidis.port.sample.command.export;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

/**
 * The services that a load balancer may lead to, and what is left out.
 *
 * @param routes the services, in the order of their names, so that two exports differ
 * only in what has changed
 * @param leftOut for people: what is registered and is no route, and why
 */
record Routes(List<Route> routes, List<String> leftOut) {

	private static final Set<String> SCHEMES = Set.of("http", "https");

	private static final int MAX_SHOWN = 100;

	Routes {
		routes = List.copyOf(routes);
		leftOut = List.copyOf(leftOut);
	}

	/**
	 * Make routes of what is registered.
	 * @param registrations the live instances
	 * @return the routes
	 */
	static Routes of(Collection<PortRegistration> registrations) {
		Map<String, List<PortRegistration>> byService = new TreeMap<>();
		registrations.forEach(
				(registration) -> byService.computeIfAbsent(registration.serviceName(), (name) -> new ArrayList<>())
					.add(registration));
		List<Route> routes = new ArrayList<>();
		List<String> leftOut = new ArrayList<>();
		byService.forEach((service, instances) -> {
			if (Backend.isHostName(service + ".localhost")) {
				addRoute(service, instances, routes, leftOut);
			}
			else {
				leftOut.add(service + ": its name is no host name");
			}
		});
		return new Routes(routes, leftOut.stream().map(Routes::harmless).toList());
	}

	private static void addRoute(String service, List<PortRegistration> instances, List<Route> routes,
			List<String> leftOut) {
		instances.sort(Comparator.comparing(PortRegistration::port).thenComparing(PortRegistration::host));
		List<Backend> backends = new ArrayList<>();
		String scheme = null;
		for (PortRegistration instance : instances) {
			String named = service + " at " + instance.host() + ":" + instance.port() + ": ";
			Backend backend = Backend.of(instance.host(), instance.port());
			if (instance.status() == Status.STARTING) {
				leftOut.add(named + "it is still starting");
			}
			else if (backend == null) {
				leftOut.add(named + "its host is no host name and no address");
			}
			else if (!SCHEMES.contains(instance.scheme())) {
				leftOut.add(named + "it speaks no HTTP but " + instance.scheme());
			}
			else if (scheme != null && !scheme.equals(instance.scheme())) {
				leftOut.add(named + "it speaks " + instance.scheme() + ", and another instance " + scheme);
			}
			else if (!backends.contains(backend)) {
				scheme = instance.scheme();
				backends.add(backend);
			}
		}
		if (scheme != null) {
			routes.add(new Route(service, scheme, backends));
		}
	}

	/**
	 * Make a text fit for a comment. Some programs look for variables and templates also
	 * within comments, so what is left is what none of them takes for anything.
	 */
	static String harmless(String text) {
		String harmless = text.replaceAll("[^A-Za-z0-9 .:_-]", "?");
		return (harmless.length() > MAX_SHOWN * 2) ? harmless.substring(0, MAX_SHOWN * 2) + "..." : harmless;
	}

	/**
	 * Return what is left out as comments, a line each.
	 */
	String comments() {
		StringBuilder comments = new StringBuilder();
		this.leftOut.forEach((line) -> comments.append("# Left out: ").append(line).append('\n'));
		return comments.toString();
	}

}
