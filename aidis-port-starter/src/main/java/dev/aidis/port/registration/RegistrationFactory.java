package dev.aidis.port.registration;

import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;
import java.util.Set;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.Ssl;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

import dev.aidis.port.PortRegistration;

/**
 * Describes this application as others reach it.
 *
 * @since 0.1.0
 */
public final class RegistrationFactory {

	private static final Log logger = LogFactory.getLog(RegistrationFactory.class);

	/**
	 * Addresses to listen on, which nobody can connect to.
	 */
	private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");

	private final Environment environment;

	private final String serviceName;

	private final Supplier<Map<String, String>> metadata;

	private final @Nullable String advertisedHost;

	private final @Nullable Integer advertisedPort;

	private final @Nullable Integer advertisedManagementPort;

	private final @Nullable String healthEndpoint;

	private final HealthPath healthPath;

	private final boolean identity;

	/**
	 * Create a new factory.
	 * @param environment the application's environment
	 * @param serviceName the name to register under
	 * @param metadata tells the facts to register beside the address
	 * @param properties the registration's properties
	 * @param advertise where others reach the application, if that is elsewhere
	 * @param healthPath where the application answers for its health by itself
	 * @throws InvalidConfigurationPropertyValueException if the health endpoint, host or
	 * port that is set cannot be one
	 */
	public RegistrationFactory(Environment environment, String serviceName, Supplier<Map<String, String>> metadata,
			RegistrationProperties properties, AdvertiseProperties advertise, HealthPath healthPath) {
		this.environment = environment;
		this.serviceName = serviceName;
		this.metadata = metadata;
		this.advertisedHost = validateHost(advertise.getHost());
		this.advertisedPort = validatePort("aidis.port.advertise.port", advertise.getPort());
		this.advertisedManagementPort = validatePort("aidis.port.advertise.management-port",
				advertise.getManagementPort());
		this.healthEndpoint = validate(properties.getHealthEndpoint());
		this.healthPath = healthPath;
		this.identity = properties.getIdentity().isEnabled();
	}

	private static @Nullable String validateHost(@Nullable String host) {
		if (!StringUtils.hasText(host)) {
			return null;
		}
		if (WILDCARDS.contains(host) || !PortRegistration.isHost(host)) {
			throw new InvalidConfigurationPropertyValueException("aidis.port.advertise.host", host,
					"It must be a host name or address that others can connect to, and nothing else, "
							+ "such as 'localhost' or '192.168.1.20'.");
		}
		return host;
	}

	private static @Nullable Integer validatePort(String property, @Nullable Integer port) {
		if (port != null && (port < 1 || port > 65535)) {
			throw new InvalidConfigurationPropertyValueException(property, port,
					"It must be the port that others connect to, 1 to 65535. Remove it to register the real port.");
		}
		return port;
	}

	private @Nullable String validate(@Nullable String healthEndpoint) {
		if (healthEndpoint != null && !PortRegistration.isHealthEndpoint(healthEndpoint, host("server"))) {
			throw new InvalidConfigurationPropertyValueException("aidis.port.registration.health-endpoint",
					healthEndpoint, "It must be a path such as '/healthz', or an absolute URL on this machine "
							+ "such as 'http://localhost:9001/healthz'.");
		}
		return healthEndpoint;
	}

	/**
	 * Describe the application.
	 * @param port the port its web server listens on
	 */
	PortRegistration application(int port) {
		String endpoint = (this.healthEndpoint != null) ? this.healthEndpoint
				: usable(this.healthPath.onApplicationServer());
		int registered = (this.advertisedPort != null) ? this.advertisedPort : port;
		return PortRegistration.builder(this.serviceName, registered)
			.scheme(scheme("server"))
			.host(host("server"))
			.healthEndpoint(endpoint)
			.metadata(this.metadata.get())
			.metadata(PortRegistration.LOCAL_PORT, (registered != port) ? String.valueOf(port) : null)
			.metadata(PortRegistration.IDENTITY, identity(isAnswered(endpoint)))
			.build();
	}

	/**
	 * Tell whether a probe comes to this application. It does not if the endpoint is
	 * another server's, or outside the path that the application is at; and Tomcat hands
	 * a request that no servlet is mapped to over to nobody.
	 */
	private boolean isAnswered(@Nullable String endpoint) {
		if (endpoint == null) {
			return isBelow("/", "server.servlet.context-path", "spring.webflux.base-path", "spring.mvc.servlet.path");
		}
		return isBelow(endpoint, "server.servlet.context-path", "spring.webflux.base-path");
	}

	private boolean isBelow(String path, String... properties) {
		for (String property : properties) {
			String base = this.environment.getProperty(property, "").strip();
			if (!path.startsWith(base.endsWith("/") ? base : base + "/")) {
				return false;
			}
		}
		return true;
	}

	private @Nullable String identity(boolean answered) {
		return (this.identity && answered) ? PortRegistration.IDENTITY_HEADER : null;
	}

	/**
	 * Describe what a separate management server adds.
	 * @param port the port it listens on
	 */
	Consumer<PortRegistration.Builder> management(int port) {
		if (this.advertisedPort != null && this.advertisedManagementPort == null) {
			logger.warn("Service '" + this.serviceName + "' is registered without its management server on port " + port
					+ ": aidis.port.advertise.port says that others reach the service at another port, but not at "
					+ "which one they reach that server. Set aidis.port.advertise.management-port.");
			return (unchanged) -> {
			};
		}
		int registered = (this.advertisedManagementPort != null) ? this.advertisedManagementPort : port;
		String path = this.healthPath.onManagementServer();
		return (builder) -> {
			builder.managementPort(registered);
			if (this.healthEndpoint == null && path != null) {
				URI server = PortRegistration.builder(this.serviceName, registered)
					.scheme(scheme("management.server"))
					.host(host("management.server"))
					.build()
					.uri();
				String endpoint = usable(server + path);
				builder.healthEndpoint(endpoint)
					.metadata(PortRegistration.IDENTITY, identity(endpoint != null || isAnswered(null)));
			}
		};
	}

	/**
	 * A management server on an address of its own, such as one that only operators
	 * reach, is not for others to ask; and not every context path may stand in the
	 * registry. The service is registered without a health endpoint then.
	 */
	private @Nullable String usable(@Nullable String healthEndpoint) {
		if (healthEndpoint == null || PortRegistration.isHealthEndpoint(healthEndpoint, host("server"))) {
			return healthEndpoint;
		}
		logger.warn("Service '" + this.serviceName + "' is registered without its health endpoint " + healthEndpoint
				+ ", which others could not ask. Set aidis.port.registration.health-endpoint to one they can.");
		return null;
	}

	private String scheme(String prefix) {
		String name = prefix + ".ssl";
		return isSet(name) && Ssl.isEnabled(Binder.get(this.environment).bind(name, Ssl.class).orElse(null)) ? "https"
				: "http";
	}

	/**
	 * Tell whether there may be properties below a name. To bind an object takes much
	 * longer, also where there is nothing to bind.
	 */
	private boolean isSet(String name) {
		ConfigurationPropertyName prefix = ConfigurationPropertyName.of(name);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source.containsDescendantOf(prefix) != ConfigurationPropertyState.ABSENT) {
				return true;
			}
		}
		return false;
	}

	/**
	 * A server that listens on all addresses, or on the loopback one, is reached by
	 * {@code localhost}, unless others are told to use another name.
	 */
	private String host(String prefix) {
		if (this.advertisedHost != null) {
			return this.advertisedHost;
		}
		String name = prefix + ".address";
		// Most have none, and to find that out by binding takes milliseconds.
		InetAddress address = (this.environment.getProperty(name) != null)
				? Binder.get(this.environment).bind(name, InetAddress.class).orElse(null) : null;
		if (address == null || address.isAnyLocalAddress() || address.equals(InetAddress.getLoopbackAddress())) {
			return "localhost";
		}
		return address.getHostAddress();
	}

}
