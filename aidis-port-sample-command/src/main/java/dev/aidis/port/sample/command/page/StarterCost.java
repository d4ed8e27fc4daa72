package dev.aidis.port.sample.command.page;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * What the starter itself cost when this service started, as its meters tell.
 */
@Component
class StartupCost {

	private static final String PREFIX = "aidis.port.startup";

	private final ObjectProvider<MeterRegistry> meters;

	StartupCost(ObjectProvider<MeterRegistry> meters) {
		this.meters = meters;
	}

	/**
	 * Tell it in one line, such as {@code 84 ms (assignment 12 ms, registration 72 ms)}.
	 * @return the line, or {@code null} if no meter tells
	 */
	@Nullable String describe() {
		MeterRegistry registry = this.meters.getIfUnique();
		if (registry == null) {
			return null;
		}
		List<Part> parts = registry.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().equals(PREFIX)
					|| meter.getId().getName().startsWith(PREFIX + "."))
			.flatMap((meter) -> Part.of(meter).stream())
			.sorted(Comparator.comparing(Part::name))
			.toList();
		if (parts.isEmpty()) {
			return null;
		}
		List<Part> named = parts.stream().filter((part) -> !part.name().isEmpty()).toList();
		double total = parts.stream()
			.filter((part) -> part.name().isEmpty())
			.mapToDouble(Part::millis)
			.findFirst()
			.orElseGet(() -> parts.stream().mapToDouble(Part::millis).sum());
		String detail = named.stream().map(Part::describe).collect(Collectors.joining(", "));
		return millis(total) + (named.isEmpty() ? "" : " (" + detail + ")");
	}

	private static String millis(double millis) {
		return String.format(Locale.ROOT, (millis < 10) ? "%.1f ms" : "%.0f ms", millis);
	}

	/**
	 * What one meter tells.
	 *
	 * @param name what it is about, or empty if it is all
	 * @param millis how long that took, in milliseconds
	 */
	private record Part(String name, double millis) {

		static List<Part> of(Meter meter) {
			return StreamSupport.stream(meter.measure().spliterator(), false)
				.filter((measurement) -> isTime(measurement) && Double.isFinite(measurement.getValue()))
				.limit(1)
				.map((measurement) -> new Part(name(meter), measurement.getValue() * factor(meter)))
				.toList();
		}

		private static boolean isTime(Measurement measurement) {
			return measurement.getStatistic() == Statistic.TOTAL_TIME || measurement.getStatistic() == Statistic.VALUE;
		}

		private static String name(Meter meter) {
			String name = meter.getId().getName().substring(PREFIX.length()).replace('.', ' ').strip();
			String tags = meter.getId().getTags().stream().map(Tag::getValue).collect(Collectors.joining(" "));
			return (name + " " + tags).strip();
		}

		private static double factor(Meter meter) {
			String unit = meter.getId().getBaseUnit();
			return ("milliseconds".equals(unit) || "ms".equals(unit)) ? 1 : 1000;
		}

		String describe() {
			return this.name + " " + StartupCost.millis(this.millis);
		}

	}

}
