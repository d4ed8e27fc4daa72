package dev.aidis.port.sample.command.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.aidis.port.sample.command.registry.Dependencies.Call;

/**
 * Gives every service of the dependency map a column and a place in it: callers stand
 * left of those they call, as far as they do not call each other in a circle, and lines
 * cross seldom. This is the method of Sugiyama, in its simplest form.
 */
final class GraphLayout {

	private static final int SWEEPS = 4;

	private final Map<String, Set<String>> calls = new LinkedHashMap<>();

	private final Map<String, Set<String>> callers = new HashMap<>();

	private final Map<String, Integer> columns = new HashMap<>();

	private final TreeMap<Integer, List<String>> rows = new TreeMap<>();

	/**
	 * Lay the services out.
	 * @param services the names of all
	 * @param calls who calls whom
	 */
	GraphLayout(List<String> services, List<Call> calls) {
		services.forEach((name) -> {
			this.calls.put(name, new LinkedHashSet<>());
			this.callers.put(name, new LinkedHashSet<>());
		});
		calls.forEach((call) -> {
			if (!call.from().equals(call.to())) {
				targets(this.calls, call.from()).add(call.to());
			}
		});
		breakCircles();
		this.calls.forEach((from, targets) -> targets.forEach((to) -> targets(this.callers, to).add(from)));
		this.calls.keySet().forEach(this::column);
		this.calls.keySet()
			.forEach((name) -> this.rows.computeIfAbsent(column(name), (column) -> new ArrayList<>()).add(name));
		for (int sweep = 0; sweep < SWEEPS; sweep++) {
			order((sweep % 2 == 0) ? this.callers : this.calls, sweep % 2 != 0);
		}
	}

	private static Set<String> targets(Map<String, Set<String>> map, String name) {
		return map.computeIfAbsent(name, (unknown) -> new LinkedHashSet<>());
	}

	/**
	 * A call that leads back to where it came from does not count for the columns.
	 */
	private void breakCircles() {
		Set<String> done = new HashSet<>();
		for (String name : List.copyOf(this.calls.keySet())) {
			breakCircles(name, new LinkedHashSet<>(), done);
		}
	}

	private void breakCircles(String name, Set<String> path, Set<String> done) {
		if (!done.add(name)) {
			return;
		}
		path.add(name);
		Set<String> targets = targets(this.calls, name);
		targets.removeIf(path::contains);
		List.copyOf(targets).forEach((target) -> breakCircles(target, path, done));
		path.remove(name);
	}

	private int column(String name) {
		Integer known = this.columns.get(name);
		if (known != null) {
			return known;
		}
		int column = 0;
		for (String caller : targets(this.callers, name)) {
			column = Math.max(column, column(caller) + 1);
		}
		this.columns.put(name, column);
		return column;
	}

	private void order(Map<String, Set<String>> neighbours, boolean backwards) {
		for (List<String> row : (backwards ? this.rows.descendingMap() : this.rows).values()) {
			Map<String, Double> wanted = row.stream()
				.collect(Collectors.toMap((name) -> name, (name) -> place(name, row, neighbours)));
			row.sort(Comparator.comparing(wanted::get));
		}
	}

	private double place(String name, List<String> row, Map<String, Set<String>> neighbours) {
		return targets(neighbours, name).stream()
			.mapToInt((neighbour) -> this.rows.getOrDefault(this.columns.get(neighbour), List.of()).indexOf(neighbour))
			.average()
			.orElse(row.indexOf(name));
	}

	/**
	 * Return the services by column, from the left, and in each from the top.
	 */
	List<List<String>> columns() {
		return List.copyOf(this.rows.values());
	}

}
