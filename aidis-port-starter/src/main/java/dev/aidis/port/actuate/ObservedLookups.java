package dev.aidis.port.actuate;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

import dev.aidis.port.discovery.LookupObserver;

/**
 * Lets Micrometer observe look-ups, which gives a timer, and a span where requests are
 * traced. Where nothing handles observations, no observation is made.
 *
 * @since 0.1.0
 */
public final class ObservedLookups implements LookupObserver {

	private static final PortLookupObservationConvention DEFAULT_CONVENTION = new DefaultPortLookupObservationConvention();

	private final SingletonSupplier<ObservationRegistry> registry;

	private final SingletonSupplier<PortLookupObservationConvention> convention;

	private final LookupObserver otherwise;

	/**
	 * Create a new observer.
	 * @param registry gives Micrometer's observation registry, at the first look-up: what
	 * sends observations away may itself look up where to
	 * @param convention gives the names and key values, or {@code null} for the usual
	 * @param otherwise is told where nothing handles observations
	 */
	public ObservedLookups(Supplier<ObservationRegistry> registry,
			Supplier<@Nullable PortLookupObservationConvention> convention, LookupObserver otherwise) {
		this.registry = SingletonSupplier.of(registry);
		this.convention = SingletonSupplier.ofNullable(convention);
		this.otherwise = otherwise;
	}

	@Override
	public Lookup start(Operation operation, String serviceName) {
		ObservationRegistry registry = this.registry.obtain();
		if (registry.isNoop()) {
			return this.otherwise.start(operation, serviceName);
		}
		PortLookupContext context = new PortLookupContext(operation, serviceName);
		return new ObservedLookup(
				PortObservation.LOOKUP.observation(this.convention.get(), DEFAULT_CONVENTION, () -> context, registry)
					.start(),
				context);
	}

	private record ObservedLookup(Observation observation, PortLookupContext context) implements Lookup {

		@Override
		public void end(boolean found) {
			this.context.setOutcome(PortLookupContext.outcome(found));
			this.observation.stop();
		}

		@Override
		public void fail(RuntimeException failure) {
			this.context.setOutcome("error");
			this.observation.error(failure).stop();
		}

	}

}
