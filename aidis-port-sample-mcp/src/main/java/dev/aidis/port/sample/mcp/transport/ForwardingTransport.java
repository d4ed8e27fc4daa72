package dev.aidis.port.sample.mcp.transport;

import java.util.List;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import reactor.core.publisher.Mono;

/**
 * Another transport, but for what a subclass changes.
 */
abstract class ForwardingTransport implements McpStreamableServerTransport {

	private final McpStreamableServerTransport transport;

	ForwardingTransport(McpStreamableServerTransport transport) {
		this.transport = transport;
	}

	@Override
	public Mono<Void> sendMessage(JSONRPCMessage message) {
		return this.transport.sendMessage(message);
	}

	@Override
	public Mono<Void> sendMessage(JSONRPCMessage message, String messageId) {
		return this.transport.sendMessage(message, messageId);
	}

	@Override
	public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
		return this.transport.unmarshalFrom(data, type);
	}

	@Override
	public List<String> protocolVersions() {
		return this.transport.protocolVersions();
	}

	@Override
	public Mono<Void> closeGracefully() {
		return this.transport.closeGracefully();
	}

	@Override
	public void close() {
		this.transport.close();
	}

}
