package dev.aidis.port.sample.command;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells at the root what is here.
 */
@RestController
class HomeController {

	private final String service;

	HomeController(@Value("${spring.application.name}") String service) {
		this.service = service;
	}

	@GetMapping("/")
	Home home() {
		return new Home(this.service, new Links("/api/mcp", "/actuator/ports", "/healthz"));
	}

	record Home(String service, Links links) {

	}

	record Links(String mcp, String ports, String health) {

	}

}
