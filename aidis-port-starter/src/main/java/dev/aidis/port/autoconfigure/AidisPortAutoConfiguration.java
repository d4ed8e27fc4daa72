package dev.aidis.port.autoconfigure;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Bindable.BindRestriction;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.assignment.PortAssignmentProperties;
import dev.aidis.port.discovery.DiscoveryProperties;
import dev.aidis.port.discovery.HttpServiceHealthProbe;
import dev.aidis.port.discovery.LookupObserver;
import dev.aidis.port.discovery.OtherServices;
import dev.aidis.port.discovery.PortClusters;
import dev.aidis.port.discovery.PortRegistryEventPublisher;
import dev.aidis.port.discovery.RegistryPortDiscovery;
import dev.aidis.port.discovery.ServiceHealthProbe;
import dev.aidis.port.registration.PortRegistrar;
import dev.aidis.port.registry.ClusterProperties;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.file.FileRegistryProperties;
import dev.aidis.port.registry.file.RegistryLocation;

/**
 * Auto-configuration for the port registry and the discovery of services in it.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "aidis.port.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ PortAssignmentProperties.class, FileRegistryProperties.class,
		DiscoveryProperties.class, RegistryEngineProperties.class, ClusterProperties.class })
@Import({ ClusterConfiguration.class, RegistryEngineSelector.class })
public final class AidisPortAutoConfiguration {

	/**
	 * Create the configuration, unless the application has a name that no service can
	 * have.
	 */
	AidisPortAutoConfiguration(ConfigurableEnvironment environment) {
		PortAssignment.of(environment);
	}

	/**
	 * What was decided, as it is at the moment: another port may have to be opened.
	 */
	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortAssignment portAssignment(ConfigurableEnvironment environment) {
		return PortAssignment.of(environment);
	}

	/**
	 * Return the registry file of an application that may have no context any more.
	 */
	static FilePortRegistry fileRegistry(Environment environment) {
		return fileRegistry(environment, registryProperties(environment), PortRegistryObserver.NONE);
	}

	/**
	 * Return the properties of the registry file of an application that may have no
	 * context yet.
	 */
	static FileRegistryProperties registryProperties(Environment environment) {
		return Binder.get(environment)
			.bind("aidis.port.registry",
					Bindable.of(FileRegistryProperties.class).withBindRestrictions(BindRestriction.NO_DIRECT_PROPERTY))
			.orElseGet(FileRegistryProperties::new);
	}

	static FilePortRegistry fileRegistry(Environment environment, FileRegistryProperties properties,
			PortRegistryObserver observer) {
		return new FilePortRegistry(RegistryLocation.find(environment, properties), properties, new HttpInstanceProbe(),
				observer);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(value = PortDiscovery.class, search = SearchStrategy.CURRENT)
	RegistryPortDiscovery portDiscovery(PortClusters clusters, PortAssignmentProperties properties,
			ObjectProvider<OtherServices> others, ObjectProvider<PortRegistrar> registrar,
			ObjectProvider<LookupObserver> observer, DiscoveryProperties discovery) {
		return new RegistryPortDiscovery(clusters, others.getIfAvailable(() -> OtherServices.NONE),
				properties::defaultPort, dependencies(registrar), observer.getIfAvailable(() -> LookupObserver.NONE),
				discovery.requireTrustFor());
	}

	/**
	 * Return what is to be told of each service that is looked up, where the application
	 * registers itself. To ask the context each time would cost more than the look-up.
	 */
	static Consumer<String> dependencies(ObjectProvider<PortRegistrar> registrar) {
		AtomicReference<@Nullable Optional<PortRegistrar>> known = new AtomicReference<>();
		return (name) -> {
			Optional<PortRegistrar> available = known.get();
			if (available == null) {
				available = Optional.ofNullable(registrar.getIfAvailable());
				known.set(available);
			}
			available.ifPresent((present) -> present.recordDependency(name));
		};
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortRegistryEventPublisher portRegistryEventPublisher(AbstractApplicationContext context, PortRegistry registry) {
		return new PortRegistryEventPublisher(context, registry);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(ServiceHealthProbe.class)
	HttpServiceHealthProbe serviceHealthProbe() {
		return new HttpServiceHealthProbe();
	}

}
