package dev.aidis.port.autoconfigure;

import jakarta.servlet.Filter;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

import dev.aidis.port.registration.InstanceIdServletFilter;

/**
 * Lets a separate management server on servlets answer a probe, too: a servlet container
 * uses only the filters of its own context, and that of the management server is a child.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(Filter.class)
@ConditionalOnBean(InstanceIdServletFilter.class)
class InstanceIdManagementContextConfiguration {

	@Bean
	FilterRegistrationBean<InstanceIdServletFilter> instanceIdManagementFilter(InstanceIdServletFilter filter) {
		FilterRegistrationBean<InstanceIdServletFilter> registration = new FilterRegistrationBean<>(filter);
		registration.setOrder(FilterRegistrationBean.HIGHEST_PRECEDENCE);
		return registration;
	}

}
