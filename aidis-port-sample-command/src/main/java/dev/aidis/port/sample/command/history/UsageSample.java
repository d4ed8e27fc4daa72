package dev.aidis.port.sample.command.history;

import java.time.Instant;
import java.util.List;

/**
 * How ports were used at a moment.
 *
 * @param at the moment
 * @param instances how many instances were live
 * @param portsInUse how many ports they had, those of management servers included
 * @param stale how many entries were stale or dead
 * @param registrations how many instances registered since the sample before
 * @param deaths how many died since the sample before
 * @param pools how full the ranges of ports were that are known
 * @since 0.1.0
 */
public record UsageSample(Instant at, int instances, int portsInUse, int stale, int registrations, int deaths,
		List<PoolFill> pools) {

	/**
	 * Create a new sample.
	 */
	public UsageSample {
		pools = List.copyOf(pools);
	}

}
