package dev.aidis.port.sample.mcp.bridge;

import org.jspecify.annotations.Nullable;

/**
 * What a look for a server gave.
 *
 * @param server the server, or {@code null} if there is none now
 * @param problem why there is none, for people
 */
record Located(@Nullable Server server, String problem) {

	static Located at(Server server) {
		return new Located(server, "");
	}

	static Located nowhere(String problem) {
		return new Located(null, problem);
	}

}
