package dev.aidis.port.sample.mcp;

import java.util.List;
import java.util.stream.Stream;

import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityValidator;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.mcp.server.common.autoconfigure.properties.McpServerStreamableHttpProperties;
import org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The transport that Spring AI configures, and a check it leaves out: a web page that
 * somebody opens on this machine must not reach the server through a host name of its own
 * that points here. The MCP specification demands it of local servers.
 */
@Configuration(proxyBeanMethods = false)
class McpTransportConfiguration {

	private static final List<String> LOCAL_HOSTS = List.of("localhost:*", "127.0.0.1:*", "[::1]:*");

	@Bean
	WebMvcStreamableServerTransportProvider mcpTransport(@Qualifier("mcpServerJsonMapper") JsonMapper jsonMapper,
			McpServerStreamableHttpProperties properties) {
		return WebMvcStreamableServerTransportProvider.builder()
			.jsonMapper(new JacksonMcpJsonMapper(jsonMapper))
			.mcpEndpoint(properties.getMcpEndpoint())
			.keepAliveInterval(properties.getKeepAliveInterval())
			.disallowDelete(properties.isDisallowDelete())
			.securityValidator(onlyFromThisMachine())
			.build();
	}

	private static ServerTransportSecurityValidator onlyFromThisMachine() {
		return DefaultServerTransportSecurityValidator.builder()
			.allowedHosts(LOCAL_HOSTS)
			.allowedOrigins(
					LOCAL_HOSTS.stream().flatMap((host) -> Stream.of("http://" + host, "https://" + host)).toList())
			.build();
	}

}
