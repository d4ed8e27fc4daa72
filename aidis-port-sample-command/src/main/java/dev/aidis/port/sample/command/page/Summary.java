package dev.aidis.port.sample.command.page;

import java.util.List;

import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.State;

/**
 * All of it in a few numbers.
 *
 * @param services how many services have a live instance
 * @param instances how many instances live
 * @param healthy how many of them are healthy
 * @param unhealthy how many of them are not
 * @param starting how many of them are starting
 * @param gone how many entries are stale or dead
 * @param listed how many instances are listed
 */
record Summary(long services, long instances, long healthy, long unhealthy, long starting, long gone, long listed) {

	static Summary of(List<Instance> all) {
		List<Instance> live = all.stream().filter((instance) -> instance.state().isLive()).toList();
		long unhealthy = live.stream()
			.filter((instance) -> instance.isUnhealthy() && instance.state() != State.STARTING)
			.count();
		return new Summary(live.stream().map(Instance::service).distinct().count(), live.size(),
				live.stream().filter(Instance::isHealthy).count(), unhealthy,
				live.stream().filter((instance) -> instance.state() == State.STARTING).count(),
				all.size() - live.size(), all.size());
	}

}
