package dev.aidis.port.sample.mcp.bridge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import tools.jackson.databind.JsonNode;

/**
 * What a client of the revision of 2026-07-28 wants to be told of by its request
 * {@code subscriptions/listen}.
 */
final class SubscriptionFilter {

	private static final Map<String, String> LISTS = lists();

	private final RequestId subscription;

	private final JsonNode wanted;

	private SubscriptionFilter(RequestId subscription, JsonNode wanted) {
		this.subscription = subscription;
		this.wanted = wanted;
	}

	private static Map<String, String> lists() {
		Map<String, String> lists = new LinkedHashMap<>();
		for (String feature : ClientState.FEATURES) {
			lists.put(feature + "ListChanged", "notifications/" + feature + "/list_changed");
		}
		return lists;
	}

	static SubscriptionFilter of(Message request) {
		return new SubscriptionFilter(Objects.requireNonNull(request.id()),
				Json.tree(request.text()).path("params").path("notifications"));
	}

	/**
	 * Say that everything may have changed that the client wants to know of.
	 */
	void announce(Consumer<byte[]> client) {
		String meta = "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":" + this.subscription.json() + "}";
		LISTS.forEach((name, method) -> {
			if (this.wanted.path(name).asBoolean(false)) {
				client.accept(JsonRpc.notification(method, "{" + meta + "}"));
			}
		});
		for (JsonNode uri : this.wanted.path("resourceSubscriptions")) {
			client
				.accept(JsonRpc.notification("notifications/resources/updated", "{" + meta + ",\"uri\":" + uri + "}"));
		}
	}

}
