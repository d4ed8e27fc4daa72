package dev.aidis.port.autoconfigure;

import java.util.Optional;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.ConfigurableEnvironment;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.actuate.LookupMeters;
import dev.aidis.port.actuate.ObservedLookups;
import dev.aidis.port.actuate.PortLookupObservationConvention;
import dev.aidis.port.actuate.PortMeters;
import dev.aidis.port.actuate.RegistryMeters;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.discovery.LookupObserver;
import dev.aidis.port.registration.PortRegistrar;

/**
 * Auto-configuration for the starter's metrics and observations where Micrometer is
 * there. The beans know no meter registry until they are bound to it, since what exports
 * meters may look up where to.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { AidisPortAutoConfiguration.class, PortRegistrationAutoConfiguration.class })
@ConditionalOnBean(PortAssignment.class)
public final class PortMetricsAutoConfiguration {

	/**
	 * Meters.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetersConfiguration {

		@Bean
		@ConditionalOnMissingBean(PortRegistryObserver.class)
		RegistryMeters portRegistryMeters() {
			return new RegistryMeters();
		}

		@Bean
		@ConditionalOnMissingBean(value = LookupObserver.class, ignored = ObservedLookups.class)
		LookupMeters portLookupMeters() {
			return new LookupMeters();
		}

		@Bean
		@ConditionalOnMissingBean
		PortMeters portMeters(PortRegistry registry, ObjectProvider<PortAssignment> assignment,
				ConfigurableEnvironment environment, ObjectProvider<PortRegistrar> registrar) {
			return new PortMeters(registry, assignment::getObject, () -> PortAssignment.timeTaken(environment),
					Optional.ofNullable(registrar.getIfAvailable()));
		}

	}

	/**
	 * Observations, which become meters where there are such.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	static class ObservationConfiguration {

		@Bean
		@Lazy
		@Primary
		@ConditionalOnMissingBean(value = LookupObserver.class, ignoredType = "dev.aidis.port.actuate.LookupMeters")
		ObservedLookups portObservedLookups(ObjectProvider<ObservationRegistry> registry,
				ObjectProvider<PortLookupObservationConvention> convention,
				@Qualifier("portLookupMeters") ObjectProvider<LookupObserver> otherwise) {
			return new ObservedLookups(() -> registry.getIfUnique(() -> ObservationRegistry.NOOP),
					convention::getIfAvailable, otherwise.getIfAvailable(() -> LookupObserver.NONE));
		}

	}

}
