package dev.aidis.port.sample.mcp;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The service {@code aidis-mcp}: the port registry as tools of an MCP server, which
 * speaks Streamable HTTP at {@code /mcp}.
 */
@SpringBootApplication
public class McpApplication {

	/**
	 * Start the service.
	 * @param args Spring Boot's command line arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(McpApplication.class, args);
	}

}
