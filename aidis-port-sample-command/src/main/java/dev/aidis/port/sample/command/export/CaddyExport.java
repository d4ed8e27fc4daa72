package dev.aidis.port.sample.command.export;

import java.util.stream.Collectors;

/**
 * Writes a Caddyfile. Sites are {@code http://}, so Caddy asks nobody for certificates.
 */
final class CaddyExport {

	private CaddyExport() {
	}

	static String render(Routes routes, int port) {
		StringBuilder file = new StringBuilder("""
				# Services of this machine for Caddy: caddy run --config FILE --adapter caddyfile
				# After services have moved, export again and: caddy reload --config FILE --adapter caddyfile
				""").append(routes.comments());
		routes.routes().forEach((route) -> file.append(site(route, port)));
		return file.append("""

				http://:%d {
					bind 127.0.0.1
					respond "No such service" 404
				}
				""".formatted(port)).toString();
	}

	private static String site(Route route, int port) {
		String upstreams = route.backends()
			.stream()
			.map((backend) -> route.scheme() + "://" + backend.authority())
			.collect(Collectors.joining(" "));
		// A certificate for localhost cannot be verified.
		String transport = route.isTls() ? """
						transport http {
							tls_insecure_skip_verify
						}
				""" : "";
		return """

				http://%s:%d {
					bind 127.0.0.1
					reverse_proxy %s {
						lb_policy round_robin
						lb_try_duration 2s
				%s	}
				}
				""".formatted(route.host(), port, upstreams, transport);
	}

}
