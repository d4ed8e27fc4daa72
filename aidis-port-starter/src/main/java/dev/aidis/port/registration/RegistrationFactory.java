package dev.aidis.port.registration;

import java.net.InetAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.Ssl;
import org.springframework.core.env.Environment;

import dev.aidis.port.PortRegistration;

/**
 * Describes this application as others reach it.
 *
 * @since 0.1.0
 */
public final class RegistrationFactory {

	private static final Log logger = LogFactory.getLog(RegistrationFactory.class);

	private final Environment environment;

	private final String serviceName;

	private final Map<String, String> metadata;

	private final @Nullable String healthEndpoint;

	private final HealthPath healthPath;

	private final boolean identity;

	/**
	 * Create a new factory.
	 * @param environment the application's environment
	 * @param serviceName the name to register under
	 * @param metadata the facts to register beside the address
	 * @param properties the registration's properties
	 * @param healthPath where the application answers for its health by itself
	 * @throws InvalidConfigurationPropertyValueException if the health endpoint that is
	 * set cannot be one
	 */
	public RegistrationFactory(Environment environment, String serviceName, Map<String, String> metadata,
			RegistrationProperties properties, HealthPath healthPath) {
		this.environment = environment;
		this.serviceName = serviceName;
		this.metadata = metadata;
		this.healthEndpoint = validate(properties.getHealthEndpoint());
		this.healthPath = healthPath;
		this.identity = properties.getIdentity().isEnabled();
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
		return PortRegistration.builder(this.serviceName, port)
			.scheme(scheme("server"))
			.host(host("server"))
			.healthEndpoint(endpoint)
			.metadata(metadata(isAnswered(endpoint)))
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

	private Map<String, String> metadata(boolean answered) {
		if (!this.identity || !answered) {
			return this.metadata;
		}
		Map<String, String> metadata = new LinkedHashMap<>(this.metadata);
		metadata.put(PortRegistration.IDENTITY, PortRegistration.IDENTITY_HEADER);
		return metadata;
	}

	/**
	 * Describe what a separate management server adds.
	 * @param port the port it listens on
	 */
	Consumer<PortRegistration.Builder> management(int port) {
		String path = this.healthPath.onManagementServer();
		return (builder) -> {
			builder.managementPort(port);
			if (this.healthEndpoint == null && path != null) {
				URI server = PortRegistration.builder(this.serviceName, port)
					.scheme(scheme("management.server"))
					.host(host("management.server"))
					.build()
					.uri();
				String endpoint = usable(server + path);
				builder.healthEndpoint(endpoint).metadata(metadata(endpoint != null || isAnswered(null)));
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
		Ssl ssl = Binder.get(this.environment).bind(prefix + ".ssl", Ssl.class).orElse(null);
		return Ssl.isEnabled(ssl) ? "https" : "http";
	}

	/**
	 * A server that listens on all addresses, or on the loopback one, is reached by
	 * {@code localhost}.
	 */
	private String host(String prefix) {
		InetAddress address = Binder.get(this.environment).bind(prefix + ".address", InetAddress.class).orElse(null);
		if (address == null || address.isAnyLocalAddress() || address.equals(InetAddress.getLoopbackAddress())) {
			return "localhost";
		}
		return address.getHostAddress();
	}

}
