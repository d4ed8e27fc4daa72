package dev.aidis.port.sample.mcp.bridge;

import java.util.Set;

/**
 * Tells which requests may be sent again when nobody knows whether they have run.
 */
final class ReplayPolicy {

	/**
	 * Those that read, and those that say how things shall be, whatever they were.
	 */
	private static final Set<String> SAFE = Set.of("initialize", "ping", "server/discover", "tools/list",
			"resources/list", "resources/templates/list", "resources/read", "resources/subscribe",
			"resources/unsubscribe", "subscriptions/listen", "prompts/list", "prompts/get", "completion/complete",
			"logging/setLevel", "tasks/list", "tasks/get", "tasks/result");

	private ReplayPolicy() {
	}

	/**
	 * Judge a request.
	 * @param request the request
	 * @param tools what is known of the tools of the server that has it
	 */
	static Verdict judge(Message request, KnownTools tools) {
		if (SAFE.contains(request.method())) {
			return Verdict.SAFE;
		}
		String tool = request.name();
		if (!request.isMethod("tools/call") || tool == null) {
			return Verdict.UNSAFE;
		}
		KnownTools.Tool known = tools.find(tool);
		if (known == null) {
			return Verdict.UNKNOWN_TOOL;
		}
		return known.repeatable() ? Verdict.SAFE : Verdict.UNSAFE;
	}

	/**
	 * What may be done with a request.
	 */
	enum Verdict {

		/**
		 * It may be sent again.
		 */
		SAFE,

		/**
		 * It must not be sent again.
		 */
		UNSAFE,

		/**
		 * It calls a tool of which nothing is known yet.
		 */
		UNKNOWN_TOOL

	}

}
