package dev.aidis.port.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run has found: facts to know, and counts of things that must not happen.
 */
final class ChaosReport {

	private static final int EXAMPLES = 10;

	private final String title;

	private final Map<String, String> lines = new LinkedHashMap<>();

	private final Map<String, Integer> counts = new LinkedHashMap<>();

	private final List<String> examples = new ArrayList<>();

	ChaosReport(String title) {
		this.title = title;
	}

	void fact(String name, Object value) {
		this.lines.put(name, String.valueOf(value));
	}

	/**
	 * Announce a count that must stay 0.
	 */
	void mustNotHappen(String... names) {
		for (String name : names) {
			this.counts.put(name, 0);
			fact(name, 0);
		}
	}

	/**
	 * Count something that must not happen.
	 */
	void happened(String name, String example) {
		fact(name, this.counts.merge(name, 1, Integer::sum));
		if (this.examples.size() < EXAMPLES) {
			this.examples.add(name + ": " + example);
		}
	}

	Map<String, Integer> counts() {
		return this.counts;
	}

	/**
	 * Return what a fact or a count says.
	 */
	String get(String name) {
		return this.lines.get(name);
	}

	boolean isPassed() {
		return this.counts.values().stream().allMatch((count) -> count == 0);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.title).append('\n');
		this.lines.forEach((name, value) -> text.append(String.format("  %-34s %s%s%n", name, value,
				(this.counts.getOrDefault(name, 0) > 0) ? "   <-- must be 0" : "")));
		this.examples.forEach((example) -> text.append("  ! ").append(example).append('\n'));
		return text.append(isPassed() ? "  PASSED" : "  FAILED").append('\n').toString();
	}

}
