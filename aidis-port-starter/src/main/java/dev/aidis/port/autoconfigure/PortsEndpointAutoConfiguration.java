package dev.aidis.port.autoconfigure;

import java.util.Optional;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.actuate.PortsEndpoint;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.discovery.ServiceHealthProbe;
import dev.aidis.port.registration.PortRegistrar;

/**
 * Auto-configuration for the {@code ports} endpoint.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { AidisPortAutoConfiguration.class, PortRegistrationAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(PortsEndpoint.class)
@ConditionalOnBean(PortAssignment.class)
public final class PortsEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortsEndpoint portsEndpoint(PortRegistry registry, ObjectProvider<PortAssignment> assignment,
			ObjectProvider<PortRegistrar> registrar, ServiceHealthProbe probe) {
		return new PortsEndpoint(registry, assignment::getObject,
				() -> Optional.ofNullable(registrar.getIfAvailable()).flatMap(PortRegistrar::registration),
				() -> Optional.ofNullable(registrar.getIfAvailable()).flatMap(PortRegistrar::problem), probe);
	}

}
