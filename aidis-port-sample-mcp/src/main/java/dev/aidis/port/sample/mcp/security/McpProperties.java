package dev.aidis.port.sample.mcp.security;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Who may talk to the MCP server.
 *
 * @param token Token that every request but those for its health must bear, as in
 * "Authorization: Bearer TOKEN". Nothing is asked for if it is empty.
 * @param allowedHosts Host names, besides this machine's own, that requests may be
 * addressed to, such as "mcp.example:8080" or, for any port, "mcp.example:*".
 * @param allowedOrigins Origins, besides this machine's own, whose web pages may send
 * requests, such as "https://app.example" or, for any port, "http://app.example:*".
 * @param maxBodySize How long the body of a request may be.
 */
@ConfigurationProperties("aidis.mcp")
record McpProperties(@Nullable String token, @DefaultValue List<String> allowedHosts,
		@DefaultValue List<String> allowedOrigins, @DefaultValue("1MB") DataSize maxBodySize) {

}
