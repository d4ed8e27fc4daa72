package dev.aidis.port.sample.mcp.security;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Guards a separate management server, too, which uses only the filters of its own
 * context, and would listen on all interfaces.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@Conditional(McpManagementSecurityConfiguration.InChild.class)
class McpManagementSecurityConfiguration {

	@Bean
	FilterRegistrationBean<RequestGuard> managementRequestGuardRegistration(RequestGuard guard) {
		return McpSecurityConfiguration.registration(guard);
	}

	@Bean
	SameAddress sameAddress(ServerProperties server, ManagementServerProperties management) {
		return new SameAddress(server, management);
	}

	/**
	 * Lets the management server listen where the application does, unless somebody says
	 * where. Comes after Spring Boot's own customizer, which takes no address for all.
	 *
	 * @param server the application's server
	 * @param management the management server
	 */
	record SameAddress(ServerProperties server, ManagementServerProperties management)
			implements
				WebServerFactoryCustomizer<ConfigurableWebServerFactory>,
				Ordered {

		@Override
		public void customize(ConfigurableWebServerFactory factory) {
			if (this.management.getAddress() == null) {
				factory.setAddress(this.server.getAddress());
			}
		}

		@Override
		public int getOrder() {
			return Ordered.LOWEST_PRECEDENCE;
		}

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
