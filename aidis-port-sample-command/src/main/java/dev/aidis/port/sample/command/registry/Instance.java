package dev.aidis.port.sample.command.registry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;

/**
 * One instance of a service, and what is known of it beside its registration.
 *
 * @param key tells it from all others, in letters and digits only, whatever its instance
 * id is made of
 * @param registration the registration, as it is or was last
 * @param state how far it is
 * @param replica its number among the live instances of its service, from 1
 * @param health what it answered when it was asked last, {@code null} before
 * @param changedAt when it was last seen to change
 * @since 0.1.0
 */
public record Instance(String key, PortRegistration registration, State state, int replica,
		@Nullable HealthReading health, Instant changedAt) {

	/**
	 * Metadata: the cluster, where there are several.
	 */
	static final String CLUSTER = "cluster";

	/**
	 * Return the key of an instance.
	 */
	static String keyOf(PortRegistration registration) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256")
				.digest(idOf(registration).getBytes(StandardCharsets.UTF_8));
			return "i" + HexFormat.of().formatHex(digest, 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return what tells an instance from all others: its instance id does so within its
	 * cluster only, since other programs may choose what they like.
	 */
	static String idOf(PortRegistration registration) {
		return clusterOf(registration) + "/" + registration.instanceId();
	}

	static Instance of(PortRegistration registration, State state, Instant now) {
		return new Instance(keyOf(registration), registration, state, 1, null, now);
	}

	/**
	 * Return the name of its service.
	 * @return the name, as another program may have written it
	 */
	public String service() {
		return this.registration.serviceName();
	}

	/**
	 * Return the cluster that it is in.
	 * @return the name, empty where there is only one cluster
	 */
	public String cluster() {
		return clusterOf(this.registration);
	}

	private static String clusterOf(PortRegistration registration) {
		return registration.metadata().getOrDefault(CLUSTER, "");
	}

	/**
	 * Return what tells its service from others of the same name in other clusters.
	 */
	String group() {
		return groupOf(this.registration);
	}

	static String groupOf(PortRegistration registration) {
		return clusterOf(registration) + "/" + registration.serviceName();
	}

	/**
	 * Tell whether it lives and did not answer for its health when it was asked last.
	 * @return whether it is unhealthy
	 */
	public boolean isUnhealthy() {
		return this.state.isLive() && this.health != null && this.health.failed();
	}

	/**
	 * Tell whether it lives and answered for its health when it was asked last.
	 * @return whether it is healthy
	 */
	public boolean isHealthy() {
		return this.state.isLive() && this.health != null && this.health.healthy();
	}

	Instance with(PortRegistration registration, State state, Instant now) {
		return new Instance(this.key, registration, state, this.replica, this.health, now);
	}

	Instance withReplica(int replica) {
		return new Instance(this.key, this.registration, this.state, replica, this.health, this.changedAt);
	}

	Instance withHealth(HealthReading reading, Instant changedAt) {
		return new Instance(this.key, this.registration, this.state, this.replica, reading, changedAt);
	}

}
