package dev.aidis.port.sample.command.export;

/**
 * Writes a file for Traefik's file provider, which reads it anew whenever it changes.
 */
final class TraefikExport {

	private TraefikExport() {
	}

	static String render(Routes routes, int port) {
		StringBuilder file = new StringBuilder("""
				# Services of this machine for Traefik, which sees by itself when the file changes:
				# traefik --entrypoints.aidis.address=127.0.0.1:%d --providers.file.filename=FILE
				""".formatted(port)).append(routes.comments());
		if (routes.routes().isEmpty()) {
			// It takes no empty section.
			return file.toString();
		}
		file.append("http:\n  routers:\n");
		routes.routes().forEach((route) -> file.append(router(route)));
		file.append("  services:\n");
		routes.routes().forEach((route) -> file.append(service(route)));
		if (routes.routes().stream().anyMatch(Route::isTls)) {
			// A certificate for localhost cannot be verified.
			file.append("  serversTransports:\n    aidis:\n      insecureSkipVerify: true\n");
		}
		return file.toString();
	}

	private static String router(Route route) {
		return """
				    "aidis-%s":
				      entryPoints: ["aidis"]
				      rule: "Host(`%s`)"
				      service: "aidis-%s"
				""".formatted(route.service(), route.host(), route.service());
	}

	private static String service(Route route) {
		StringBuilder service = new StringBuilder("    \"aidis-" + route.service() + "\":\n      loadBalancer:\n"
				+ (route.isTls() ? "        serversTransport: \"aidis\"\n" : "") + "        servers:\n");
		route.backends()
			.forEach((backend) -> service
				.append("          - url: \"%s://%s\"\n".formatted(route.scheme(), backend.authority())));
		return service.toString();
	}

}
