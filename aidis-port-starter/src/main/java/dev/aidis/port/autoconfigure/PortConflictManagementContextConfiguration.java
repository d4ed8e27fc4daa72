package dev.aidis.port.autoconfigure;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Import;

/**
 * Does for a separate management server what {@link PortConflictAutoConfiguration} does
 * for the application's: each context customizes its own server only.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "aidis.port.enabled", matchIfMissing = true)
@Import({ LatePortConflictConfiguration.OnTomcat.class, LatePortConflictConfiguration.OnJetty.class,
		LatePortConflictConfiguration.OnNetty.class })
class PortConflictManagementContextConfiguration {

}
