package dev.aidis.port.actuate;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What the starter lets Micrometer observe. A bean of type
 * {@link PortLookupObservationConvention} changes names and key values.
 *
 * @since 0.1.0
 */
public enum PortObservation implements ObservationDocumentation {

	/**
	 * A look-up of a service, also one for a request to {@code aidis://<service>}, within
	 * the observation of that request.
	 */
	LOOKUP {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultPortLookupObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinality.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinality.values();
		}

	};

	/**
	 * Key names with few values.
	 */
	public enum LowCardinality implements KeyName {

		/**
		 * {@code find}, {@code find_all}, {@code await}, or {@code resolve}, which is
		 * also what a request to {@code aidis://<service>} does.
		 */
		OPERATION {

			@Override
			public String asString() {
				return "operation";
			}

		},

		/**
		 * {@code hit}, {@code miss}, {@code error} if the registry cannot be read, or
		 * {@code unknown} as long as the look-up has not ended.
		 */
		OUTCOME {

			@Override
			public String asString() {
				return "outcome";
			}

		}

	}

	/**
	 * Key names with any number of values.
	 */
	public enum HighCardinality implements KeyName {

		/**
		 * The name of the service as it was asked for, with what cannot be printed
		 * escaped.
		 */
		SERVICE {

			@Override
			public String asString() {
				return "aidis.service";
			}

		}

	}

}
