package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.server.WebServerFactory;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration that lets the application's web server open a dynamic port if its
 * fixed one was taken after it had been looked at, and the application may move.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass(WebServerFactory.class)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "aidis.port.enabled", matchIfMissing = true)
@Import({ LatePortConflictConfiguration.OnTomcat.class, LatePortConflictConfiguration.OnJetty.class,
		LatePortConflictConfiguration.OnNetty.class })
public final class PortConflictAutoConfiguration {

}
