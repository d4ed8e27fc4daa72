package dev.aidis.port.sample.mcp.resources;

import java.util.List;

import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The resources that are always there, for Spring AI to offer.
 */
@Configuration(proxyBeanMethods = false)
class ResourceConfiguration {

	@Bean
	List<SyncResourceSpecification> registryResourceSpecifications(RegistryResources resources) {
		return List.of(resources.registry());
	}

	@Bean
	List<SyncResourceTemplateSpecification> registryResourceTemplateSpecifications(RegistryResources resources) {
		return List.of(resources.template());
	}

}
