package dev.aidis.port;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * One running instance of a service and the port it really listens on.
 *
 * @param serviceName the name other services look it up by, such as {@code orders}
 * @param port the TCP port of the application, 1 to 65535
 * @param pid the operating system's id of the process, or 0 when unknown
 * @param startedAt when the instance registered first, in milliseconds' precision;
 * {@link Instant#EPOCH} when the registry does not tell
 * @param healthEndpoint a path on {@code port} or an absolute URL that answers 200 while
 * the instance is healthy; {@code null} when it has none
 * @param instanceId tells this instance from all others, also from an earlier one of the
 * same name and port
 * @param scheme {@code http} or {@code https}
 * @param host the host name or address to reach it by
 * @param managementPort the port of a separate management server, if there is one
 * @param status how far the instance says it is
 * @param dependsOn the names of the services it has looked up, in order of the first time
 * @param metadata further facts, for people and programs that know them
 * @since 0.1.0
 */
public record PortRegistration(String serviceName, int port, long pid, Instant startedAt,
		@Nullable String healthEndpoint, String instanceId, String scheme, String host,
		@Nullable Integer managementPort, Status status, List<String> dependsOn, Map<String, String> metadata) {

	/**
	 * Metadata: the port that was asked for, before the operating system chose one.
	 */
	public static final String REQUESTED_PORT = "requestedPort";

	/**
	 * Metadata: the setting that decided about the port.
	 */
	public static final String ASSIGNED_BY = "assignedBy";

	public PortRegistration {
		Assert.hasText(serviceName, "'serviceName' must not be empty");
		Assert.isTrue(port > 0 && port <= 65535, () -> "'port' must be between 1 and 65535 but is " + port);
		Assert.hasText(instanceId, "'instanceId' must not be empty");
		dependsOn = List.copyOf(dependsOn);
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Start to describe an instance in this process.
	 * @param serviceName the name of the service
	 * @param port the port it listens on
	 * @return a builder with a new instance id and defaults for everything else
	 */
	public static Builder builder(String serviceName, int port) {
		return new Builder(serviceName, port);
	}

	/**
	 * Return a copy with some facts changed.
	 * @param change what to change
	 * @return the changed copy
	 */
	public PortRegistration with(Consumer<Builder> change) {
		Builder builder = new Builder(this);
		change.accept(builder);
		return builder.build();
	}

	/**
	 * Return the address of the application's root, without a trailing slash.
	 * @return for example {@code http://localhost:41873}
	 */
	public URI uri() {
		String authority = (this.host.contains(":") && !this.host.startsWith("[")) ? "[" + this.host + "]" : this.host;
		return URI.create(this.scheme + "://" + authority + ":" + this.port);
	}

	/**
	 * Return the absolute address of the health endpoint.
	 * @return the address, or {@code null} without a {@link #healthEndpoint()}
	 */
	public @Nullable URI healthUri() {
		if (this.healthEndpoint == null) {
			return null;
		}
		return URI.create(this.healthEndpoint.startsWith("/") ? uri() + this.healthEndpoint : this.healthEndpoint);
	}

	/**
	 * How far an instance says it is.
	 */
	public enum Status {

		/**
		 * The web server is open, the application is not ready yet.
		 */
		STARTING,

		/**
		 * The application said it is ready.
		 */
		UP,

		/**
		 * The registry does not tell.
		 */
		UNKNOWN

	}

	/**
	 * Builds a {@link PortRegistration}.
	 */
	public static final class Builder {

		private final String serviceName;

		private int port;

		private long pid = ProcessHandle.current().pid();

		private Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);

		private @Nullable String healthEndpoint;

		private String instanceId = UUID.randomUUID().toString();

		private String scheme = "http";

		private String host = "localhost";

		private @Nullable Integer managementPort;

		private Status status = Status.STARTING;

		private List<String> dependsOn = List.of();

		private Map<String, String> metadata = Map.of();

		private Builder(String serviceName, int port) {
			this.serviceName = serviceName;
			this.port = port;
		}

		private Builder(PortRegistration source) {
			this.serviceName = source.serviceName;
			this.port = source.port;
			this.pid = source.pid;
			this.startedAt = source.startedAt;
			this.healthEndpoint = source.healthEndpoint;
			this.instanceId = source.instanceId;
			this.scheme = source.scheme;
			this.host = source.host;
			this.managementPort = source.managementPort;
			this.status = source.status;
			this.dependsOn = source.dependsOn;
			this.metadata = source.metadata;
		}

		public Builder port(int port) {
			this.port = port;
			return this;
		}

		public Builder pid(long pid) {
			this.pid = pid;
			return this;
		}

		public Builder startedAt(Instant startedAt) {
			this.startedAt = startedAt;
			return this;
		}

		public Builder healthEndpoint(@Nullable String healthEndpoint) {
			this.healthEndpoint = healthEndpoint;
			return this;
		}

		public Builder instanceId(String instanceId) {
			this.instanceId = instanceId;
			return this;
		}

		public Builder scheme(String scheme) {
			this.scheme = scheme;
			return this;
		}

		public Builder host(String host) {
			this.host = host;
			return this;
		}

		public Builder managementPort(@Nullable Integer managementPort) {
			this.managementPort = managementPort;
			return this;
		}

		public Builder status(Status status) {
			this.status = status;
			return this;
		}

		public Builder dependsOn(List<String> dependsOn) {
			this.dependsOn = dependsOn;
			return this;
		}

		public Builder metadata(Map<String, String> metadata) {
			this.metadata = metadata;
			return this;
		}

		public PortRegistration build() {
			return new PortRegistration(this.serviceName, this.port, this.pid, this.startedAt, this.healthEndpoint,
					this.instanceId, this.scheme, this.host, this.managementPort, this.status, this.dependsOn,
					this.metadata);
		}

	}

}
