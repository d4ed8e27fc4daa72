package dev.aidis.port.sample.command;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells programs what is here; who does not ask for JSON at the root gets the page.
 */
@RestController
class HomeController {

	private final String service;

	HomeController(@Value("${spring.application.name}") String service) {
		this.service = service;
	}

	@GetMapping(path = { "/", "/api" }, produces = MediaType.APPLICATION_JSON_VALUE)
	Home home() {
		return new Home(this.service,
				new Links("/api/services", "/api/events", "/api/dependencies", "/api/usage", "/api/stream", "/api/csrf",
						"/api/mcp", "/api/export/{traefik|caddy|nginx|haproxy}", "/actuator/ports", "/healthz"));
	}

	record Home(String service, Links links) {

	}

	record Links(String services, String events, String dependencies, String usage, String stream, String csrf,
			String mcp, String export, String ports, String health) {

	}

}
