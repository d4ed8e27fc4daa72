package dev.aidis.port.sample.mcp.transport;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import org.jspecify.annotations.Nullable;

/**
 * Tells a tool that takes long that nobody wants its answer any more. A signal rather
 * than an interrupt, which would close whatever file the tool has open.
 */
public final class Cancellation {

	private static final String KEY = Cancellation.class.getName();

	private final CountDownLatch cancelled = new CountDownLatch(1);

	/**
	 * Return the cancellation of a call.
	 * @param exchange the call, or {@code null} outside of a session
	 * @return its cancellation; one that never comes if the call cannot be cancelled
	 */
	public static Cancellation of(@Nullable McpSyncServerExchange exchange) {
		return (exchange != null && exchange.transportContext().get(KEY) instanceof Cancellation cancellation)
				? cancellation : new Cancellation();
	}

	McpTransportContext toContext() {
		return McpTransportContext.create(Map.of(KEY, this));
	}

	/**
	 * End the call as soon as it looks.
	 */
	public void cancel() {
		this.cancelled.countDown();
	}

	/**
	 * Wait for the cancellation.
	 * @param timeout how long to wait at most
	 * @return whether the call was cancelled, or its thread interrupted
	 */
	public boolean await(Duration timeout) {
		try {
			return this.cancelled.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

}
