package dev.aidis.port.sample.mcp.transport;

import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerStreamableHttpProperties;
import org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Spring AI's transport, between a filter for what reaches it and sessions that can do
 * what its own cannot.
 */
@Configuration(proxyBeanMethods = false)
class McpTransportConfiguration {

	private static final int MAX_SESSIONS = 500;

	@Bean
	WebMvcStreamableServerTransportProvider webMvcTransport(@Qualifier("mcpServerJsonMapper") JsonMapper jsonMapper,
			McpServerStreamableHttpProperties properties) {
		return WebMvcStreamableServerTransportProvider.builder()
			.jsonMapper(new JacksonMcpJsonMapper(jsonMapper))
			.mcpEndpoint(properties.getMcpEndpoint())
			.keepAliveInterval(properties.getKeepAliveInterval())
			.disallowDelete(properties.isDisallowDelete())
			.build();
	}

	@Bean
	@Primary
	McpSessions mcpSessions(WebMvcStreamableServerTransportProvider transport,
			ObjectProvider<SessionObserver> observer) {
		return new McpSessions(transport, MAX_SESSIONS, SingletonSupplier.of(observer::getObject));
	}

	/**
	 * Replaces Spring AI's bean of this name.
	 */
	@Bean
	RouterFunction<ServerResponse> webMvcStreamableServerRouterFunction(
			WebMvcStreamableServerTransportProvider transport, McpSessions sessions,
			McpServerStreamableHttpProperties properties) {
		return transport.getRouterFunction()
			.filter(new MessageFilter(sessions, transport::getRouterFunction))
			.andRoute(RequestPredicates.path(properties.getMcpEndpoint()), MessageFilter::refuseMethod);
	}

}
