package dev.aidis.port.sample.mcp.transport;

import java.time.Duration;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Ends the sessions of MCP clients before the web server waits for its last requests. A
 * client keeps a stream open for as long as it lives, so that wait would only end by
 * Spring Boot's timeout of 30 seconds.
 */
@Component
class McpSessionsLifecycle implements SmartLifecycle {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final McpSessions sessions;

	private volatile boolean running;

	McpSessionsLifecycle(McpSessions sessions) {
		this.sessions = sessions;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.sessions.closeGracefully().block(TIMEOUT);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * A closed transport cannot be opened again.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

}
