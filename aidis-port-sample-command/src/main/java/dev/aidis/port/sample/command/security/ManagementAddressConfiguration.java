package dev.aidis.port.sample.command.security;

import java.net.InetAddress;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Lets a separate management server listen where the application does, unless somebody
 * says where, and not on all interfaces.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@Conditional(ManagementAddressConfiguration.InChild.class)
class ManagementAddressConfiguration {

	@Bean
	ListenAddress managementAddress(CommandProperties properties, ServerProperties server,
			ManagementServerProperties management) {
		InetAddress own = management.getAddress();
		return (own != null) ? new ListenAddress(properties, "management.server.address", own)
				: new ListenAddress(properties, "server.address", server.getAddress());
	}

	/**
	 * The application itself, which is searched for configurations, finds this one, too.
	 */
	static final class InChild implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return context.getBeanFactory() != null && context.getBeanFactory().getParentBeanFactory() != null;
		}

	}

}
