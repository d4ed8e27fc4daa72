package dev.aidis.port.sample.mcp;

import java.time.Duration;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;

/**
 * A real MCP client that speaks Streamable HTTP.
 */
public final class McpTestClient {

	/**
	 * How long anything may take on a busy machine.
	 */
	public static final Duration TIMEOUT = Duration.ofSeconds(30);

	private McpTestClient() {
	}

	public static McpClient.SyncSpec builder(int port) {
		return McpClient.sync(HttpClientStreamableHttpTransport.builder("http://localhost:" + port).build())
			.initializationTimeout(TIMEOUT)
			.requestTimeout(TIMEOUT);
	}

}
