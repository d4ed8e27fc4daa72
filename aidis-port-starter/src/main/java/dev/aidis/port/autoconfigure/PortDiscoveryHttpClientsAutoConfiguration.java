package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.RestTemplateCustomizer;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.discovery.ServiceExchangeFilterFunction;
import dev.aidis.port.discovery.ServiceRequestInterceptor;

/**
 * Auto-configuration that lets the application's HTTP clients call
 * {@code aidis://<service>/path}, where it has any: all that Spring Boot supports build
 * on one module.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = AidisPortAutoConfiguration.class)
@ConditionalOnClass(HttpClientSettings.class)
@ConditionalOnBean(PortDiscovery.class)
@ConditionalOnBooleanProperty(name = "aidis.port.discovery.http-clients.enabled", matchIfMissing = true)
public final class PortDiscoveryHttpClientsAutoConfiguration {

	/**
	 * RestClient and RestTemplate.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ RestClient.class, RestClientCustomizer.class })
	static class RestClientConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ServiceRequestInterceptor serviceRequestInterceptor(PortDiscovery discovery) {
			return new ServiceRequestInterceptor(discovery);
		}

		@Bean
		@ConditionalOnMissingBean(name = "aidisRestClientCustomizer")
		RestClientCustomizer aidisRestClientCustomizer(ServiceRequestInterceptor interceptor) {
			return (builder) -> builder.requestInterceptor(interceptor);
		}

		@Bean
		@ConditionalOnMissingBean(name = "aidisRestTemplateCustomizer")
		RestTemplateCustomizer aidisRestTemplateCustomizer(ServiceRequestInterceptor interceptor) {
			return (template) -> template.getInterceptors().add(interceptor);
		}

	}

	/**
	 * WebClient.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ WebClient.class, WebClientCustomizer.class })
	static class WebClientConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ServiceExchangeFilterFunction serviceExchangeFilterFunction(PortDiscovery discovery) {
			return new ServiceExchangeFilterFunction(discovery);
		}

		@Bean
		@ConditionalOnMissingBean(name = "aidisWebClientCustomizer")
		WebClientCustomizer aidisWebClientCustomizer(ServiceExchangeFilterFunction filter) {
			return (builder) -> builder.filter(filter);
		}

	}

}
