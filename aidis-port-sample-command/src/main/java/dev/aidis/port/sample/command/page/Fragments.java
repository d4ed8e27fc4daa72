package dev.aidis.port.sample.command.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

import org.springframework.stereotype.Component;

import dev.aidis.port.sample.command.registry.Dependencies;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.ServiceEvent;

/**
 * Parts of the page, rendered on their own. A row is rendered once, until something of it
 * is different, however many look at it.
 */
@Component
class Fragments {

	private static final int BLOCK = 50;

	private final ITemplateEngine templates;

	private final Map<String, Rendered> rows = new ConcurrentHashMap<>();

	Fragments(ITemplateEngine templates) {
		this.templates = templates;
	}

	/**
	 * Render rows of the table.
	 */
	String rows(List<Instance> instances) {
		List<Row> missing = new ArrayList<>();
		List<Row> all = instances.stream().map(Row::of).toList();
		for (Row row : all) {
			Rendered known = this.rows.get(row.key());
			if (known == null || !known.row().equals(row)) {
				missing.add(row);
			}
		}
		for (int i = 0; i < missing.size(); i += BLOCK) {
			render(missing.subList(i, Math.min(i + BLOCK, missing.size())));
		}
		StringBuilder html = new StringBuilder();
		for (Row row : all) {
			Rendered rendered = this.rows.get(row.key());
			html.append((rendered != null) ? rendered.html() : render("row", "rows", List.of(row)));
		}
		return html.toString();
	}

	private void render(List<Row> rows) {
		String[] html = render("row", "rows", rows).split("(?=<tr )", -1);
		for (int i = 0; i < rows.size(); i++) {
			this.rows.put(rows.get(i).key(), new Rendered(rows.get(i), html[i]));
		}
	}

	void forget(Set<String> keys) {
		this.rows.keySet().removeAll(keys);
	}

	String events(List<ServiceEvent> events) {
		return render("event", "events", events.stream().map(EventLine::of).toList());
	}

	String summary(Summary summary) {
		return render("summary", "summary", summary);
	}

	String clusters(List<ClusterCard> clusters) {
		return render("clusters", "clusters", clusters);
	}

	String dependencies(Dependencies dependencies) {
		return render("dependencies", "map", DependencyMap.of(dependencies));
	}

	private String render(String fragment, String name, Object value) {
		return this.templates.process("fragments/" + fragment, new Context(Locale.ROOT, Map.of(name, value)))
			.replaceAll("\\s*\\R\\s*", "")
			.strip();
	}

	/**
	 * A row that was rendered.
	 *
	 * @param row the row
	 * @param html its text
	 */
	private record Rendered(Row row, String html) {

	}

}
