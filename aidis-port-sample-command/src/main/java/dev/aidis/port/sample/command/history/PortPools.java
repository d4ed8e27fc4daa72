package dev.aidis.port.sample.command.history;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import dev.aidis.port.PortRegistration;

/**
 * The ranges of ports that are known: those of this application's own settings, and those
 * that others say they got their port from.
 */
@Component
class PortPools {

	private static final int MAX_POOLS = 20;

	private static final Pattern RANGE = Pattern.compile("\\s*(\\d{1,5})\\s*-\\s*(\\d{1,5})\\s*");

	private final Set<Pool> configured = new LinkedHashSet<>();

	PortPools(Environment environment) {
		Binder binder = Binder.get(environment);
		add(binder.bind("aidis.port.range", String.class).orElse(null));
		binder.bind("aidis.port.services", Bindable.mapOf(String.class, ServiceRange.class))
			.orElse(Map.of())
			.values()
			.forEach((service) -> add(service.range()));
	}

	private void add(@Nullable String range) {
		Pool pool = (range != null) ? Pool.parse(range) : null;
		if (pool != null) {
			this.configured.add(pool);
		}
	}

	/**
	 * Tell how full the ranges are.
	 */
	List<PoolFill> fill(Collection<PortRegistration> live) {
		Map<String, Pool> pools = new TreeMap<>();
		this.configured.forEach((pool) -> pools.put(pool.name(), pool));
		for (PortRegistration registration : live) {
			Pool pool = Pool.parse(registration.metadata().getOrDefault(PortRegistration.RANGE, ""));
			if (pool != null && pools.size() < MAX_POOLS) {
				pools.putIfAbsent(pool.name(), pool);
			}
		}
		Set<Integer> ports = ports(live);
		return pools.values().stream().map((pool) -> pool.fill(ports)).toList();
	}

	static Set<Integer> ports(Collection<PortRegistration> live) {
		Set<Integer> ports = new LinkedHashSet<>();
		for (PortRegistration registration : live) {
			ports.add(registration.port());
			if (registration.managementPort() != null) {
				ports.add(registration.managementPort());
			}
		}
		return ports;
	}

	/**
	 * What of a service's settings is of interest here.
	 *
	 * @param range its range of ports
	 */
	record ServiceRange(@Nullable String range) {

	}

	/**
	 * A range of ports.
	 *
	 * @param first the lowest
	 * @param last the highest
	 */
	private record Pool(int first, int last) {

		static @Nullable Pool parse(String text) {
			Matcher matcher = RANGE.matcher(text);
			if (!matcher.matches()) {
				return null;
			}
			int first = Integer.parseInt(matcher.group(1));
			int last = Integer.parseInt(matcher.group(2));
			return (first > 0 && first <= last && last <= 65535) ? new Pool(first, last) : null;
		}

		String name() {
			return this.first + "-" + this.last;
		}

		PoolFill fill(Set<Integer> ports) {
			int used = (int) ports.stream().filter((port) -> port >= this.first && port <= this.last).count();
			return new PoolFill(name(), used, this.last - this.first + 1);
		}

	}

}
