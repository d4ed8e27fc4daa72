package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;

import dev.aidis.port.assignment.PortConflicts;
import dev.aidis.port.assignment.PortRecheck;
import dev.aidis.port.assignment.PortReservation;
import dev.aidis.port.assignment.PortReservationListener;

/**
 * Auto-configuration that keeps the chosen port for the application from when it was
 * chosen until the application ends, and lets its web server open another one if it was
 * taken in the meantime and there is one to take.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = AidisPortAutoConfiguration.class)
@ConditionalOnClass(WebServerInitializedEvent.class)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "aidis.port.enabled", matchIfMissing = true)
@Import({ PortRecheckConfiguration.OnTomcat.class, PortRecheckConfiguration.OnJetty.class,
		PortRecheckConfiguration.OnNetty.class })
public final class PortReservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortReservation portReservation(ConfigurableEnvironment environment) {
		return PortReservation.of(environment);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortReservationListener portReservationListener(ApplicationContext context, PortReservation reservation) {
		return new PortReservationListener(context, reservation);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	PortRecheck portRecheck(PortReservation reservation, ConfigurableEnvironment environment) {
		return new PortRecheck(reservation, new PortConflicts(environment));
	}

}
