package dev.aidis.port.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Checks durations that are set by properties.
 */
final class Durations {

	private Durations() {
	}

	/**
	 * Check a duration that must be at least a millisecond.
	 * @param property the name of the property
	 * @param value its value
	 * @throws InvalidConfigurationPropertyValueException if it is shorter
	 */
	static void requirePositive(String property, Duration value) {
		if (value.compareTo(Duration.ofMillis(1)) < 0) {
			throw new InvalidConfigurationPropertyValueException(property, value,
					"It must be at least a millisecond, such as '500ms'.");
		}
	}

}
