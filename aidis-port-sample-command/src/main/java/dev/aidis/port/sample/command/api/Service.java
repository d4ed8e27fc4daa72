package dev.aidis.port.sample.command.api;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.sample.command.registry.HealthReading;
import dev.aidis.port.sample.command.registry.Instance;
import dev.aidis.port.sample.command.registry.State;

/**
 * An instance of a service.
 *
 * @param key tells it from all others in the stream of events
 * @param name the name of the service
 * @param cluster the cluster it is in, or {@code null} where there is only one
 * @param replica its number among the live instances of the service
 * @param instanceId its id
 * @param state how far it is
 * @param url its address
 * @param port its port
 * @param managementPort the port of its management server, if that is another
 * @param requestedPort the port that was asked for, as its entry tells
 * @param assignedBy the setting that decided about the port, as its entry tells
 * @param pid its process
 * @param startedAt when it registered
 * @param healthUrl the address of its health endpoint, if it has one
 * @param health what it answered last
 * @param changedAt when it was last seen to change
 * @param dependsOn the services it has looked up
 * @param metadata further facts
 */
record Service(String key, String name, @Nullable String cluster, int replica, String instanceId, State state, URI url,
		int port, @Nullable Integer managementPort, @Nullable String requestedPort, @Nullable String assignedBy,
		long pid, Instant startedAt, @Nullable URI healthUrl, @Nullable HealthReading health, Instant changedAt,
		List<String> dependsOn, Map<String, String> metadata) {

	static Service of(Instance instance) {
		PortRegistration registration = instance.registration();
		return new Service(instance.key(), registration.serviceName(),
				instance.cluster().isEmpty() ? null : instance.cluster(), instance.replica(), registration.instanceId(),
				instance.state(), registration.uri(), registration.port(), registration.managementPort(),
				registration.metadata().get(PortRegistration.REQUESTED_PORT),
				registration.metadata().get(PortRegistration.ASSIGNED_BY), registration.pid(), registration.startedAt(),
				registration.healthUri(), instance.health(), instance.changedAt(), registration.dependsOn(),
				registration.metadata());
	}

}
