package dev.aidis.port.sample.mcp.tools;

import java.net.URI;
import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;

/**
 * One instance of a service, as agents see it.
 *
 * @param name the name of the service
 * @param url its address
 * @param port its port
 * @param status {@code UP}, {@code STARTING} or {@code UNKNOWN}
 * @param healthUrl the address that answers 200 while it is healthy, if it has one; left
 * out otherwise, since the schema that Spring AI generates allows no null
 * @param pid its process
 * @param startedAt when it registered
 */
public record Service(String name, URI url, int port, PortRegistration.Status status,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable URI healthUrl, long pid, Instant startedAt) {

	static Service of(PortRegistration registration) {
		return new Service(registration.serviceName(), registration.uri(), registration.port(), registration.status(),
				registration.healthUri(), registration.pid(), registration.startedAt());
	}

}
