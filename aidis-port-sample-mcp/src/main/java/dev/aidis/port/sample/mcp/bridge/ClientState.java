package dev.aidis.port.sample.mcp.bridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the client has agreed upon with a server, which a later server must be told again.
 * A client of the revision of 2026-07-28 agrees upon nothing.
 */
final class ClientState {

	/**
	 * The features of which a server has lists.
	 */
	static final List<String> FEATURES = List.of("tools", "resources", "prompts");

	private @Nullable Message initialize;

	private @Nullable Message initialized;

	private @Nullable String protocolVersion;

	private Set<String> features = Set.of();

	private @Nullable Message logLevel;

	private final Map<String, Message> subscriptions = new LinkedHashMap<>();

	/**
	 * A request of the client has been answered with a result.
	 * @return the protocol revision that was agreed upon, if the request began a session
	 */
	synchronized @Nullable String succeeded(Message request, byte[] answer) {
		String uri = request.uri();
		switch (request.method()) {
			case "initialize" -> {
				this.initialize = request;
				this.initialized = null;
				this.logLevel = null;
				this.subscriptions.clear();
				agree(answer);
				return this.protocolVersion;
			}
			case "logging/setLevel" -> this.logLevel = request;
			case "resources/subscribe" -> {
				if (uri != null) {
					this.subscriptions.put(uri, request);
				}
			}
			case "resources/unsubscribe" -> this.subscriptions.remove(uri);
			default -> {
			}
		}
		return null;
	}

	/**
	 * A server has answered {@code initialize}, the client's own or a repeated one.
	 * @return the protocol revision that was agreed upon
	 */
	synchronized @Nullable String agree(byte[] answer) {
		Set<String> offered = new LinkedHashSet<>();
		String version = null;
		try {
			JsonNode result = Json.tree(answer).path("result");
			FEATURES.stream().filter(result.path("capabilities")::has).forEach(offered::add);
			version = result.path("protocolVersion").asString(null);
		}
		catch (JacksonException ex) {
			// The client will judge.
		}
		this.features = offered;
		this.protocolVersion = version;
		return version;
	}

	synchronized void initialized(Message notification) {
		this.initialized = notification;
	}

	synchronized boolean isInitialized() {
		return this.initialized != null;
	}

	/**
	 * The client's own {@code initialize}, if it has been answered.
	 */
	synchronized @Nullable Message initialize() {
		return this.initialize;
	}

	/**
	 * The client's own {@code notifications/initialized}, if it has been sent.
	 */
	synchronized @Nullable Message initialized() {
		return this.initialized;
	}

	synchronized @Nullable String protocolVersion() {
		return this.protocolVersion;
	}

	/**
	 * Tell whether the client may send batches: MCP had them in its revision of
	 * 2025-03-26, and before it left them to JSON-RPC.
	 */
	synchronized boolean mayBatch() {
		return this.protocolVersion == null || this.protocolVersion.compareTo("2025-03-26") <= 0;
	}

	synchronized Set<String> features() {
		return this.features;
	}

	/**
	 * The requests that make another session like this one.
	 */
	synchronized List<Message> settings() {
		List<Message> settings = new ArrayList<>();
		if (this.logLevel != null) {
			settings.add(this.logLevel);
		}
		settings.addAll(this.subscriptions.values());
		return settings;
	}

	/**
	 * The resources that the client wants to be told of.
	 */
	synchronized List<String> subscribedResources() {
		return List.copyOf(this.subscriptions.keySet());
	}

}
