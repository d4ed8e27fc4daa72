package dev.aidis.port.sample.command.registry;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which services look up which.
 *
 * @param services all services that are registered, or looked up by one that is
 * @param missing those of them that no live instance has
 * @param calls who looks up whom
 * @since 0.1.0
 */
public record Dependencies(List<String> services, Set<String> missing, List<Call> calls) {

	/**
	 * Find out who looks up whom.
	 * @param instances the instances; only the live ones count
	 * @return the dependencies, in the order of the names
	 */
	public static Dependencies of(Collection<Instance> instances) {
		Set<String> live = new TreeSet<>();
		Set<String> named = new TreeSet<>();
		Set<Call> calls = new LinkedHashSet<>();
		for (Instance instance : instances) {
			if (instance.state().isLive()) {
				live.add(instance.service());
				instance.registration().dependsOn().forEach((callee) -> {
					named.add(callee);
					calls.add(new Call(instance.service(), callee));
				});
			}
		}
		Set<String> missing = new TreeSet<>(named);
		missing.removeAll(live);
		named.addAll(live);
		return new Dependencies(List.copyOf(named), missing, List.copyOf(calls));
	}

	/**
	 * That a service looks another one up.
	 *
	 * @param from the name of the one
	 * @param to the name of the other
	 */
	public record Call(String from, String to) {

	}

}
