package dev.aidis.port;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
 * @param scheme {@code http}, {@code https}, or {@code tcp} where neither is spoken
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

	/**
	 * Metadata: the rung of the ladder of settings that decided about the port, see
	 * {@code docs/ports.md}.
	 */
	public static final String RUNG = "rung";

	/**
	 * Metadata: the range of ports that the port was chosen from, such as
	 * {@code 20000-20099}. It is missing where the port is none of a range.
	 */
	public static final String RANGE = "range";

	/**
	 * Metadata: the port that the web server listens on, where others reach it at another
	 * one.
	 */
	public static final String LOCAL_PORT = "localPort";

	/**
	 * Metadata that a look-up adds and no registry holds: since when a registry on
	 * another machine cannot be reached, in ISO-8601 and UTC. Until it can, the look-up
	 * tells what was known then.
	 */
	public static final String STALE_SINCE = "staleSince";

	/**
	 * Metadata: how the instance proves to a probe that it is the one that registered. It
	 * is {@link #IDENTITY_HEADER}, or missing where it does not.
	 */
	public static final String IDENTITY = "identity";

	/**
	 * Value of {@link #IDENTITY}: a request to the health endpoint, or to {@code /}
	 * without one, that has a {@link #PROBE_HEADER} is answered with an
	 * {@link #INSTANCE_ID_HEADER}, whatever its status.
	 */
	public static final String IDENTITY_HEADER = "header";

	/**
	 * HTTP request header, of any value, that asks an instance who it is.
	 */
	public static final String PROBE_HEADER = "Aidis-Probe";

	/**
	 * HTTP response header with the {@link #instanceId()} of the instance that answers.
	 */
	public static final String INSTANCE_ID_HEADER = "Aidis-Instance-Id";

	/**
	 * The schemes that the address of an instance has in a registry.
	 */
	public static final Set<String> SCHEMES = Set.of("http", "https", "tcp");

	private static final Pattern HEALTH_PATH = Pattern.compile("/(?!/)(?!.*//)[^\\\\@\\s\\p{Cntrl}]{0,255}");

	private static final Pattern HEALTH_URL = Pattern
		.compile("https?://([^/:@\\\\\\s\\p{Cntrl}]+|\\[[0-9a-fA-F:.]+])(?::\\d{1,5})?(/.*)?");

	private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

	public PortRegistration {
		Assert.hasText(serviceName, "'serviceName' must not be empty");
		Assert.isTrue(port > 0 && port <= 65535, () -> "'port' must be between 1 and 65535 but is " + port);
		Assert.hasText(instanceId, "'instanceId' must not be empty");
		Assert.isTrue(isBaseUrl(baseUrl(scheme, host, port), port),
				() -> "'scheme' and 'host' must make a URL but are " + scheme + " and " + host);
		Assert.isTrue(healthEndpoint == null || isHealthEndpoint(healthEndpoint, host),
				() -> "'healthEndpoint' must be a path or a URL on this machine but is " + healthEndpoint);
		dependsOn = List.copyOf(dependsOn);
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Start to describe an instance in this process.
	 * @param serviceName the name of the service
	 * @param port the port it listens on
	 * @return a builder with defaults for everything else, a new instance id among them
	 */
	public static Builder builder(String serviceName, int port) {
		return new Builder(serviceName, port);
	}

	/**
	 * Tell whether a text may be a {@link #healthEndpoint()}: a path that starts with one
	 * slash, has none twice, no backslash, no {@code @} and nothing unprintable; or an
	 * absolute URL with such a path, or none, on the service's own host or the loopback
	 * interface. Whoever asks for a service's health is thus sent nowhere but where the
	 * service itself is.
	 * @param text the text
	 * @param host the service's own host
	 * @return whether it may be one
	 */
	public static boolean isHealthEndpoint(String text, String host) {
		if (HEALTH_PATH.matcher(text).matches()) {
			return isUri(text);
		}
		Matcher url = HEALTH_URL.matcher(text);
		return url.matches() && (url.group(1).equals(host) || LOOPBACK.matcher(url.group(1)).matches())
				&& (url.group(2) == null || HEALTH_PATH.matcher(url.group(2)).matches()) && isUri(text);
	}

	/**
	 * Tell whether a text may be a {@link #host()}: a name or address that makes a URL,
	 * and nothing else.
	 * @param text the text
	 * @return whether it may be one
	 */
	public static boolean isHost(String text) {
		return isBaseUrl(baseUrl("http", text, 80), 80);
	}

	private static boolean isUri(String text) {
		try {
			new URI(text).parseServerAuthority();
			return true;
		}
		catch (URISyntaxException ex) {
			return false;
		}
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
		return URI.create(baseUrl(this.scheme, this.host, this.port));
	}

	/**
	 * Tell whether nothing but a host was given for a host; {@code user@host} would lead
	 * elsewhere.
	 */
	private static boolean isBaseUrl(String text, int port) {
		try {
			URI uri = new URI(text).parseServerAuthority();
			return uri.getHost() != null && uri.getPort() == port && uri.getUserInfo() == null
					&& uri.getPath().isEmpty() && uri.getQuery() == null && uri.getFragment() == null;
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

	private static String baseUrl(String scheme, String host, int port) {
		String authority = (host.contains(":") && !host.startsWith("[")) ? "[" + host + "]" : host;
		return scheme + "://" + authority + ":" + port;
	}

	/**
	 * Tell whether the instance has promised to prove to a probe that it is the one that
	 * registered, so that an answer without the proof is another program's.
	 * @return whether the answer to a probe has an {@link #INSTANCE_ID_HEADER}
	 */
	public boolean provesIdentity() {
		return IDENTITY_HEADER.equals(this.metadata.get(IDENTITY));
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
	 * Written out: what a record gets by itself is made at the first call, which is while
	 * an application starts.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof PortRegistration that && this.port == that.port
				&& this.pid == that.pid && this.instanceId.equals(that.instanceId)
				&& this.serviceName.equals(that.serviceName) && Objects.equals(this.startedAt, that.startedAt)
				&& Objects.equals(this.healthEndpoint, that.healthEndpoint) && this.scheme.equals(that.scheme)
				&& this.host.equals(that.host) && Objects.equals(this.managementPort, that.managementPort)
				&& this.status == that.status && this.dependsOn.equals(that.dependsOn)
				&& this.metadata.equals(that.metadata));
	}

	@Override
	public int hashCode() {
		return 31 * this.instanceId.hashCode() + this.port;
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
		UNKNOWN;

		/**
		 * Return the status of a name.
		 * @param name the name, as a registry has it
		 * @return the status, {@link #UNKNOWN} if it is the name of none
		 */
		public static Status of(@Nullable String name) {
			for (Status status : values()) {
				if (status.name().equals(name)) {
					return status;
				}
			}
			return UNKNOWN;
		}

	}

	/**
	 * Builds a {@link PortRegistration}.
	 */
	public static final class Builder {

		private final String serviceName;

		private int port;

		private @Nullable Long pid;

		private @Nullable Instant startedAt;

		private @Nullable String healthEndpoint;

		private @Nullable String instanceId;

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
			Assert.notNull(startedAt, "'startedAt' must not be null");
			this.startedAt = startedAt;
			return this;
		}

		public Builder healthEndpoint(@Nullable String healthEndpoint) {
			this.healthEndpoint = healthEndpoint;
			return this;
		}

		public Builder instanceId(String instanceId) {
			Assert.notNull(instanceId, "'instanceId' must not be null");
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

		/**
		 * Change one of the further facts.
		 * @param name the name of the fact
		 * @param value its value, or {@code null} to remove it
		 * @return this builder
		 */
		public Builder metadata(String name, @Nullable String value) {
			Map<String, String> changed = new LinkedHashMap<>(this.metadata);
			changed.remove(name);
			if (value != null) {
				changed.put(name, value);
			}
			return metadata(changed);
		}

		/**
		 * Build the registration. Process, time and instance id that were not set are
		 * this process, the present time and a new id when this is first called, and stay
		 * for this builder.
		 * @return the registration
		 */
		public PortRegistration build() {
			if (this.pid == null) {
				this.pid = ProcessHandle.current().pid();
			}
			if (this.startedAt == null) {
				this.startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
			}
			if (this.instanceId == null) {
				this.instanceId = UUID.randomUUID().toString();
			}
			return new PortRegistration(this.serviceName, this.port, this.pid, this.startedAt, this.healthEndpoint,
					this.instanceId, this.scheme, this.host, this.managementPort, this.status, this.dependsOn,
					this.metadata);
		}

	}

}
