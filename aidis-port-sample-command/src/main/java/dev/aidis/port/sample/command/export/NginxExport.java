package dev.aidis.port.sample.command.export;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes a file for the {@code http} block of nginx. Streams of events and WebSockets get
 * through.
 */
final class NginxExport {

	/**
	 * Longer names do not fit into the table that nginx makes by default.
	 */
	private static final int LONG_NAME = 40;

	private NginxExport() {
	}

	static String render(Routes routes, int port) {
		StringBuilder file = new StringBuilder("""
				# Services of this machine for nginx, to be included in its http block, as in /etc/nginx/conf.d/.
				# After services have moved, export again and: nginx -s reload
				""").append(routes.comments());
		if (routes.routes().stream().anyMatch((route) -> route.host().length() > LONG_NAME)) {
			file.append("server_names_hash_bucket_size 512;\n");
		}
		file.append("""

				map $http_upgrade $aidis_connection {
					"" "";
					default upgrade;
				}

				server {
					listen 127.0.0.1:%d default_server;
					server_name _;
					default_type text/plain;
					return 404 "No such service\\n";
				}
				""".formatted(port));
		routes.routes().forEach((route) -> file.append(server(route, port)));
		return file.toString();
	}

	private static String server(Route route, int port) {
		// One name that cannot be resolved would keep nginx from starting at all.
		List<Backend> resolved = route.backends().stream().filter(Backend::isResolved).toList();
		String leftOut = route.backends()
			.stream()
			.filter((backend) -> !backend.isResolved())
			.map((backend) -> "# Left out: "
					+ Routes.harmless(route.service() + " at " + backend.authority() + ": its host is no address")
					+ "\n")
			.collect(Collectors.joining());
		if (resolved.isEmpty()) {
			return "\n" + leftOut;
		}
		String servers = resolved.stream()
			.map((backend) -> "\tserver " + backend.authority() + ";\n")
			.collect(Collectors.joining());
		return """

				%supstream aidis-%s {
				%s}

				server {
					listen 127.0.0.1:%d;
					server_name %s;
					location / {
						proxy_pass %s://aidis-%s;
						proxy_http_version 1.1;
						proxy_set_header Host $http_host;
						proxy_set_header Connection $aidis_connection;
						proxy_set_header Upgrade $http_upgrade;
						proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
						proxy_set_header X-Forwarded-Host $http_host;
						proxy_set_header X-Forwarded-Proto $scheme;
						proxy_buffering off;
						proxy_connect_timeout 2s;
						proxy_read_timeout 1h;
					}
				}
				""".formatted(leftOut, route.service(), servers, port, route.host(), route.scheme(), route.service());
	}

}
