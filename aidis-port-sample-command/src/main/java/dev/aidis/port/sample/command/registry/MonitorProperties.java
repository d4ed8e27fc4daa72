package dev.aidis.port.sample.command.registry;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How closely the services are watched, and how much of it is remembered.
 *
 * @param healthInterval How long to wait between two looks at the health of a service.
 * @param healthThreads How many services are asked for their health at the same time.
 * @param usageInterval How long to wait between two samples of the ports in use.
 * @param usageSamples How many samples of the ports in use are kept, the latest ones.
 * @param events How many events are kept, the latest ones.
 * @param keepDead How long a service that died goes on to be shown, unless it comes back.
 * @param maxStreams How many event streams may be open at the same time, those of open
 * pages included.
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.command.monitor")
public record MonitorProperties(@DefaultValue("10s") Duration healthInterval, @DefaultValue("8") int healthThreads,
		@DefaultValue("5s") Duration usageInterval, @DefaultValue("720") int usageSamples,
		@DefaultValue("500") int events, @DefaultValue("10m") Duration keepDead, @DefaultValue("32") int maxStreams) {

	/**
	 * Create new properties.
	 * @throws InvalidConfigurationPropertyValueException if a value is out of its bounds
	 */
	public MonitorProperties {
		requirePositive("health-interval", healthInterval);
		requirePositive("usage-interval", usageInterval);
		requirePositive("keep-dead", keepDead);
		requireBetween("health-threads", healthThreads, 1, 64);
		requireBetween("usage-samples", usageSamples, 2, 100_000);
		requireBetween("events", events, 1, 100_000);
		requireBetween("max-streams", maxStreams, 1, 1000);
	}

	private static void requirePositive(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw invalid(name, value, "It must be longer than nothing, such as 10s.");
		}
	}

	private static void requireBetween(String name, int value, int least, int most) {
		if (value < least || value > most) {
			throw invalid(name, value, "It must be " + least + " to " + most + ".");
		}
	}

	private static InvalidConfigurationPropertyValueException invalid(String name, Object value, String reason) {
		return new InvalidConfigurationPropertyValueException("aidis.command.monitor." + name, value, reason);
	}

}
