package dev.aidis.port.sample.mcp.bridge;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;

/**
 * Where a server is, and how it is told from others.
 *
 * @param endpoint where it takes messages
 * @param registration its entry in the registry, if it was found there
 * @param foundIn how it was found, for people
 */
record Server(URI endpoint, @Nullable PortRegistration registration, String foundIn) {

	/**
	 * The id that answers of the server carry.
	 * @return the id, or {@code null} if the server does not prove who it is
	 */
	@Nullable String instanceId() {
		return (this.registration != null && this.registration.provesIdentity()) ? this.registration.instanceId()
				: null;
	}

	/**
	 * For people.
	 */
	String describe() {
		return this.endpoint + ((this.registration != null) ? " (process " + this.registration.pid() + ")" : "");
	}

}
