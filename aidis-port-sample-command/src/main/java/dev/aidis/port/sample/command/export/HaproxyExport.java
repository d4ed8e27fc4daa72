package dev.aidis.port.sample.command.export;

import java.util.List;

/**
 * Writes a configuration of HAProxy.
 */
final class HaproxyExport {

	private HaproxyExport() {
	}

	static String render(Routes routes, int port) {
		StringBuilder file = new StringBuilder("""
				# Services of this machine for HAProxy: haproxy -W -f FILE
				# After services have moved, export again and send SIGUSR2 to the haproxy that was started.
				""").append(routes.comments()).append("""

				defaults aidis
					mode http
					timeout connect 2s
					timeout client 1h
					timeout server 1h
					option forwardfor
					option redispatch
					retries 3
					default-server check inter 2s init-addr last,libc,none

				frontend aidis
					bind 127.0.0.1:%d
					http-request set-header X-Forwarded-Host %%[req.hdr(host)]
					http-request set-header X-Forwarded-Proto http
				""".formatted(port));
		routes.routes()
			.forEach((route) -> file.append("\tuse_backend aidis-%s if { req.hdr(host),field(1,:),lower -m str %s }\n"
				.formatted(route.service(), route.host())));
		file.append("""
					default_backend no-such-service

				backend no-such-service
					http-request return status 404 content-type text/plain string "No such service"
				""");
		routes.routes().forEach((route) -> file.append(backend(route)));
		return file.toString();
	}

	private static String backend(Route route) {
		StringBuilder section = new StringBuilder("\nbackend aidis-" + route.service() + "\n\tbalance roundrobin\n");
		List<Backend> backends = route.backends();
		for (int i = 0; i < backends.size(); i++) {
			section.append("\tserver s%d %s%s\n".formatted(i + 1, backends.get(i).authority(),
					// A certificate for localhost cannot be verified.
					route.isTls() ? " ssl verify none" : ""));
		}
		return section.toString();
	}

}
