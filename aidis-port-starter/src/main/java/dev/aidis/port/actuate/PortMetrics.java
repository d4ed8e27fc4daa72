package dev.aidis.port.actuate;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import org.jspecify.annotations.Nullable;

/**
 * All meters of the starter: their names, what they mean, their units and tags. All times
 * are recorded in nanoseconds and exported in the unit of the monitoring system. The name
 * of a service is no tag, since anybody who may write the registry may make up names.
 *
 * @since 0.1.0
 */
public enum PortMetrics implements MeterDocumentation {

	/**
	 * Gauge, in instances, tagged {@link Keys#STATE}: the instances of all services in
	 * the registry, live or stale. {@code NaN} while the registry cannot be read. All of
	 * them are counted once for a scrape, and not while it waits for longer than a
	 * quarter of a second: it then gets what was counted last.
	 */
	REGISTRATIONS("aidis.port.registrations", "Instances in the registry", "instances", Meter.Type.GAUGE),

	/**
	 * Gauge: 1 if this service's own entry is in the registry as it should be, else 0.
	 */
	REGISTERED("aidis.port.registered", "Whether this service's own entry is in the registry as it should be", null,
			Meter.Type.GAUGE),

	/**
	 * Timer, tagged {@link Keys#OPERATION}, {@link Keys#OUTCOME} and {@link Keys#ERROR}:
	 * look-ups of services by this one, but those that are answered with what
	 * {@code aidis.port.discovery.trust-for} believes. Where observations are recorded,
	 * it comes from {@link PortObservation#LOOKUP}.
	 */
	LOOKUPS(DefaultPortLookupObservationConvention.NAME, "Look-ups of services", null, Meter.Type.TIMER),

	/**
	 * Timer, tagged {@link Keys#LOCK}: how long this process waited until it was its turn
	 * to write the registry.
	 */
	LOCK_WAIT("aidis.port.registry.lock.wait", "Waiting for the registry's lock", null, Meter.Type.TIMER),

	/**
	 * Timer: how long this process held the lock to change the registry.
	 */
	WRITE("aidis.port.registry.write", "Changing the registry while holding its lock", null, Meter.Type.TIMER),

	/**
	 * Counter, in entries: entries of this process that others had removed or altered and
	 * that were put back.
	 */
	REASSERTIONS("aidis.port.registry.reassertions", "Own entries that were put back", "entries", Meter.Type.COUNTER),

	/**
	 * Counter: how often this process replaced a broken registry by what could be saved.
	 */
	RECOVERIES("aidis.port.registry.recoveries", "Broken registries that were rebuilt", null, Meter.Type.COUNTER),

	/**
	 * Gauge, in ports, tagged {@link Keys#RANGE}: the size of the range that this
	 * service's port is one of. Not there if it is none.
	 */
	POOL_SIZE("aidis.port.pool.size", "Ports of the range that this service's port is one of", "ports",
			Meter.Type.GAUGE),

	/**
	 * Gauge, in ports, tagged {@link Keys#RANGE}: the ports of that range that services
	 * of this machine have leased, of whatever registry. {@code NaN} where the system is
	 * not Linux, which alone tells.
	 */
	POOL_LEASED("aidis.port.pool.leased", "Ports of that range that services of this machine have leased", "ports",
			Meter.Type.GAUGE),

	/**
	 * Gauge, a time: what the decision about this service's port took at startup.
	 */
	STARTUP_ASSIGNMENT("aidis.port.startup.assignment", "What the decision about the port took at startup", null,
			Meter.Type.GAUGE),

	/**
	 * Gauge, a time: how long startup was kept waiting for the first registration.
	 */
	STARTUP_REGISTRATION("aidis.port.startup.registration", "How long startup waited for the first registration", null,
			Meter.Type.GAUGE);

	private final String name;

	private final String description;

	private final @Nullable String baseUnit;

	private final Meter.Type type;

	PortMetrics(String name, String description, @Nullable String baseUnit, Meter.Type type) {
		this.name = name;
		this.description = description;
		this.baseUnit = baseUnit;
		this.type = type;
	}

	@Override
	public String getName() {
		return this.name;
	}

	/**
	 * Return what the meter tells.
	 * @return the description
	 */
	public String getDescription() {
		return this.description;
	}

	@Override
	public @Nullable String getBaseUnit() {
		return this.baseUnit;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	@Override
	public KeyName[] getKeyNames() {
		return switch (this) {
			case REGISTRATIONS -> new KeyName[] { Keys.STATE };
			case LOOKUPS -> new KeyName[] { Keys.OPERATION, Keys.OUTCOME, Keys.ERROR };
			case LOCK_WAIT -> new KeyName[] { Keys.LOCK };
			case POOL_SIZE, POOL_LEASED -> new KeyName[] { Keys.RANGE };
			default -> new KeyName[0];
		};
	}

	/**
	 * The tags. None has more than a handful of values.
	 */
	public enum Keys implements KeyName {

		/**
		 * {@code live}, or {@code stale} for what look-ups hide.
		 */
		STATE("state"),

		/**
		 * {@code find}, {@code find_all}, {@code await}, or {@code resolve}, which is
		 * also what a request to {@code aidis://<service>} does.
		 */
		OPERATION("operation"),

		/**
		 * {@code hit}, {@code miss}, or {@code error} if the registry cannot be read.
		 */
		OUTCOME("outcome"),

		/**
		 * The class of the exception, or {@code none}.
		 */
		ERROR("error"),

		/**
		 * {@code acquired}, or {@code timeout} if it was not to be had in time.
		 */
		LOCK("outcome"),

		/**
		 * The range, such as {@code 20000-20099}.
		 */
		RANGE("range");

		private final String key;

		Keys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
