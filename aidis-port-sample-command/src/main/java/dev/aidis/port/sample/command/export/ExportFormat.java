package dev.aidis.port.sample.command.export;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A program that routes are exported for.
 */
enum ExportFormat {

	/**
	 * A file for Traefik's file provider.
	 */
	TRAEFIK("traefik"),

	/**
	 * A Caddyfile, to be used as it is or imported.
	 */
	CADDY("caddy"),

	/**
	 * A file to be included in the {@code http} block of nginx.
	 */
	NGINX("nginx"),

	/**
	 * A configuration of HAProxy.
	 */
	HAPROXY("haproxy");

	private final String id;

	ExportFormat(String id) {
		this.id = id;
	}

	static Optional<ExportFormat> of(String id) {
		return Arrays.stream(values()).filter((format) -> format.id.equals(id)).findFirst();
	}

	static List<String> ids() {
		return Arrays.stream(values()).map((format) -> format.id).toList();
	}

	/**
	 * Write a configuration.
	 * @param routes what is to be routed
	 * @param port where the program is to listen, on the loopback interface
	 * @return the configuration
	 */
	String render(Routes routes, int port) {
		return switch (this) {
			case TRAEFIK -> TraefikExport.render(routes, port);
			case CADDY -> CaddyExport.render(routes, port);
			case NGINX -> NginxExport.render(routes, port);
			case HAPROXY -> HaproxyExport.render(routes, port);
		};
	}

}
