package dev.aidis.port.sample.mcp.security;

import java.net.InetAddress;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * Guards the server, and says so where it is open to others.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(McpProperties.class)
class McpSecurityConfiguration {

	private static final Log logger = LogFactory.getLog(McpSecurityConfiguration.class);

	/**
	 * Behind the filter that tells a probe which instance it has reached, which also who
	 * is refused must learn.
	 */
	private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	@Bean
	RequestGuard requestGuard(McpProperties properties, ServerProperties server) {
		if (isOpen(server.getAddress()) && BearerToken.of(properties.token()) == null) {
			logger.warn("server.address lets other machines connect, and no aidis.mcp.token is set:"
					+ " whoever reaches this server may use it");
		}
		return new RequestGuard(properties);
	}

	private static boolean isOpen(@Nullable InetAddress address) {
		return address == null || !address.isLoopbackAddress();
	}

	@Bean
	FilterRegistrationBean<RequestGuard> requestGuardRegistration(RequestGuard guard) {
		return registration(guard);
	}

	static FilterRegistrationBean<RequestGuard> registration(RequestGuard guard) {
		FilterRegistrationBean<RequestGuard> registration = new FilterRegistrationBean<>(guard);
		registration.setOrder(ORDER);
		return registration;
	}

}
