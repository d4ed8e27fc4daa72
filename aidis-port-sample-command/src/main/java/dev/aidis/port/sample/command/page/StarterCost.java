package dev.aidis.port.sample.command.page;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import dev.aidis.port.actuate.PortMetrics;

/**
 * What the starter itself costs this service, when it starts and for each look-up, as its
 * meters tell.
 */
@Component
class StarterCost {

	private static final String PREFIX = "aidis.port.startup";

	private final ObjectProvider<MeterRegistry> meters;

	StarterCost(ObjectProvider<MeterRegistry> meters) {
		this.meters = meters;
	}

	/**
	 * Tell what it took of the start, such as
	 * {@code 84 ms (assignment 12 ms, registration 72 ms)}.
	 * @return the time, or {@code null} if no meter tells
	 */
	@Nullable String startup() {
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

	/**
	 * Tell what a look-up takes, such as {@code 0.04 ms, the average of 12}. Those that
	 * wait for a service do not count.
	 * @return the time, or {@code null} if there was none or no meter tells
	 */
	@Nullable String lookups() {
		MeterRegistry registry = this.meters.getIfUnique();
		if (registry == null) {
			return null;
		}
		List<Timer> timers = registry.find(PortMetrics.LOOKUPS.getName())
			.timers()
			.stream()
			.filter((timer) -> !"await".equals(timer.getId().getTag(PortMetrics.Keys.OPERATION.asString())))
			.toList();
		long count = timers.stream().mapToLong(Timer::count).sum();
		double total = timers.stream().mapToDouble((timer) -> timer.totalTime(TimeUnit.MILLISECONDS)).sum();
		return (count > 0) ? millis(total / count) + ", the average of " + count : null;
	}

	private static String millis(double millis) {
		String format = (millis < 1) ? "%.2f ms" : (millis < 10) ? "%.1f ms" : "%.0f ms";
		return String.format(Locale.ROOT, format, millis);
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
			return this.name + " " + StarterCost.millis(this.millis);
		}

	}

}
