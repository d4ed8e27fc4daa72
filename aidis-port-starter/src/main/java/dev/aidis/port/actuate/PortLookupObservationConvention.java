package dev.aidis.port.actuate;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observations of look-ups and says which key values they have. A bean of this
 * type takes the place of {@link DefaultPortLookupObservationConvention}.
 *
 * @since 0.1.0
 */
public interface PortLookupObservationConvention extends ObservationConvention<PortLookupContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof PortLookupContext;
	}

}
