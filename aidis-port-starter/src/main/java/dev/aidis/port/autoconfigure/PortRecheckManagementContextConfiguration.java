package dev.aidis.port.autoconfigure;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;

import dev.aidis.port.assignment.PortRecheck;

/**
 * Does for a separate management server what {@link PortReservationAutoConfiguration}
 * does for the application's: each context customizes its own server only.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBean(PortRecheck.class)
@Import({ PortRecheckConfiguration.OnTomcat.class, PortRecheckConfiguration.OnJetty.class,
		PortRecheckConfiguration.OnNetty.class })
class PortRecheckManagementContextConfiguration {

}
