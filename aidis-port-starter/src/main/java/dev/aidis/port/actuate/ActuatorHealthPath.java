package dev.aidis.port.actuate;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.env.Environment;

import dev.aidis.port.registration.HealthPath;

/**
 * The path of the actuator's health endpoint, if it is exposed over HTTP.
 *
 * @since 0.1.0
 */
public final class ActuatorHealthPath implements HealthPath {

	private static final EndpointId HEALTH = EndpointId.of("health");

	private final Environment environment;

	private final Supplier<@Nullable PathMappedEndpoints> endpoints;

	private final boolean servlet;

	private final boolean onApplicationServer;

	/**
	 * Create a new path.
	 * @param environment the application's environment
	 * @param endpoints the actuator's endpoints, which exist once the web server starts
	 * @param servlet whether the application runs on servlets and not on WebFlux
	 * @param onApplicationServer whether the actuator answers on the application's own
	 * server
	 */
	public ActuatorHealthPath(Environment environment, Supplier<@Nullable PathMappedEndpoints> endpoints,
			boolean servlet, boolean onApplicationServer) {
		this.environment = environment;
		this.endpoints = endpoints;
		this.servlet = servlet;
		this.onApplicationServer = onApplicationServer;
	}

	@Override
	public @Nullable String onApplicationServer() {
		String path = path();
		if (path == null || !this.onApplicationServer) {
			return null;
		}
		return this.servlet ? property("server.servlet.context-path") + property("spring.mvc.servlet.path") + path
				: property("spring.webflux.base-path") + path;
	}

	@Override
	public @Nullable String onManagementServer() {
		String path = path();
		return (path != null) ? property("management.server.base-path") + path : null;
	}

	private @Nullable String path() {
		PathMappedEndpoints endpoints = this.endpoints.get();
		return (endpoints != null) ? endpoints.getPath(HEALTH) : null;
	}

	private String property(String name) {
		String prefix = this.environment.getProperty(name, "").strip();
		return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
	}

}
