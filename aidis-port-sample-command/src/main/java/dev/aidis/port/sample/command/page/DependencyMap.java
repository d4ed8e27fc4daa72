package dev.aidis.port.sample.command.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import dev.aidis.port.Printable;
import dev.aidis.port.sample.command.registry.Dependencies;
import dev.aidis.port.sample.command.registry.Dependencies.Call;

/**
 * Who looks up whom, as a drawing.
 *
 * @param width how wide it is
 * @param height how high it is
 * @param nodes the services that call or are called
 * @param edges the lines between them
 * @param calls the same as text
 * @param left how many calls are left out, since there are too many to draw
 */
record DependencyMap(int width, int height, List<Node> nodes, List<Edge> edges, List<Line> calls, int left) {

	private static final int MAX_SERVICES = 80;

	private static final int MAX_NAME = 26;

	private static final int NODE_HEIGHT = 32;

	private static final int ROW = 48;

	private static final int GAP = 72;

	private static final int MARGIN = 8;

	private static final double LETTER = 7.4;

	static DependencyMap of(Dependencies dependencies) {
		Set<String> named = new TreeSet<>();
		List<Call> drawn = new ArrayList<>();
		for (Call call : dependencies.calls()) {
			Set<String> both = new TreeSet<>(List.of(call.from(), call.to()));
			both.addAll(named);
			if (both.size() <= MAX_SERVICES) {
				named = both;
				drawn.add(call);
			}
		}
		List<Line> lines = dependencies.calls()
			.stream()
			.limit(500)
			.map((call) -> new Line(Printable.of(call.from()), Printable.of(call.to()),
					dependencies.missing().contains(call.to())))
			.toList();
		List<List<String>> columns = new GraphLayout(List.copyOf(named), drawn).columns();
		Map<String, Node> nodes = place(columns, dependencies.missing());
		int height = columns.stream().mapToInt(List::size).max().orElse(0) * ROW - (ROW - NODE_HEIGHT) + 2 * MARGIN;
		int width = nodes.values().stream().mapToInt((node) -> node.x() + node.width()).max().orElse(0) + MARGIN;
		List<Edge> edges = drawn.stream()
			.filter((call) -> !call.from().equals(call.to()))
			.map((call) -> Edge.between(Objects.requireNonNull(nodes.get(call.from())),
					Objects.requireNonNull(nodes.get(call.to()))))
			.toList();
		return new DependencyMap(width, Math.max(height, 0), List.copyOf(nodes.values()), edges, lines,
				dependencies.calls().size() - drawn.size());
	}

	private static Map<String, Node> place(List<List<String>> columns, Set<String> missing) {
		Map<String, Node> nodes = new HashMap<>();
		int highest = columns.stream().mapToInt(List::size).max().orElse(0);
		int x = MARGIN;
		for (List<String> column : columns) {
			int width = column.stream().mapToInt((name) -> width(label(name))).max().orElse(0);
			int y = MARGIN + (highest - column.size()) * ROW / 2;
			for (String name : column) {
				nodes.put(name, new Node(Printable.of(name), label(name), x, y, width, missing.contains(name)));
				y += ROW;
			}
			x += width + GAP;
		}
		return nodes;
	}

	private static String label(String name) {
		return Printable.of(name, MAX_NAME);
	}

	private static int width(String label) {
		return (int) (label.length() * LETTER) + 28;
	}

	/**
	 * A service.
	 *
	 * @param name its name
	 * @param label its name, shortened
	 * @param x its left side
	 * @param y its upper side
	 * @param width how wide it is
	 * @param missing whether it has no live instance
	 */
	record Node(String name, String label, int x, int y, int width, boolean missing) {

		int middle() {
			return this.y + NODE_HEIGHT / 2;
		}

	}

	/**
	 * A line from the one that calls to the one that is called.
	 *
	 * @param path the line, as SVG has it
	 * @param from the name of the one
	 * @param to the name of the other
	 * @param missing whether the other has no live instance
	 */
	record Edge(String path, String from, String to, boolean missing) {

		static Edge between(Node from, Node to) {
			boolean forward = from.x() < to.x();
			int x1 = forward ? from.x() + from.width() : from.x();
			int x2 = forward ? to.x() - 6 : to.x() + to.width() + 6;
			int bend = Math.max(24, Math.abs(x2 - x1) / 2);
			int c1 = forward ? x1 + bend : x1 - bend;
			int c2 = forward ? x2 - bend : x2 + bend;
			String path = "M" + x1 + " " + from.middle() + "C" + c1 + " " + from.middle() + " " + c2 + " " + to.middle()
					+ " " + x2 + " " + to.middle();
			return new Edge(path, from.name(), to.name(), to.missing());
		}

	}

	/**
	 * A call as text.
	 *
	 * @param from who calls
	 * @param to who is called
	 * @param missing whether the latter has no live instance
	 */
	record Line(String from, String to, boolean missing) {

	}

}
