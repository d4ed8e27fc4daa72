package dev.aidis.port.actuate;

import java.util.Locale;

import io.micrometer.common.KeyValues;

import dev.aidis.port.Printable;
import dev.aidis.port.actuate.PortObservation.HighCardinality;
import dev.aidis.port.actuate.PortObservation.LowCardinality;

/**
 * The usual names and key values of the observations of look-ups. The name of the service
 * is in traces and no tag of meters, since a caller may ask for any name.
 *
 * @since 0.1.0
 */
public class DefaultPortLookupObservationConvention implements PortLookupObservationConvention {

	/**
	 * The name of the observation, and of the timer that is made of it.
	 */
	public static final String NAME = "aidis.port.lookups";

	@Override
	public String getName() {
		return NAME;
	}

	@Override
	public String getContextualName(PortLookupContext context) {
		return "look up service";
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(PortLookupContext context) {
		return KeyValues.of(LowCardinality.OPERATION.withValue(context.getOperation().name().toLowerCase(Locale.ROOT)),
				LowCardinality.OUTCOME.withValue(context.getOutcome()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(PortLookupContext context) {
		return KeyValues.of(HighCardinality.SERVICE.withValue(Printable.of(context.getServiceName())));
	}

}
