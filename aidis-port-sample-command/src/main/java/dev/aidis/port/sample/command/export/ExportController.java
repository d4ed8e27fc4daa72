package dev.aidis.port.sample.command.export;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;

/**
 * Gives the live services as configuration of a load balancer, in which each has the name
 * {@code <service>.localhost} whatever its ports are.
 */
@RestController
class ExportController {

	private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

	private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");

	private static final int MAX_PORT = 65535;

	private final PortRegistry registry;

	ExportController(PortRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Write a configuration.
	 * @param format the name of the program
	 * @param port where it is to listen, on the loopback interface
	 */
	@GetMapping("/api/export/{format}")
	ResponseEntity<String> export(@PathVariable String format, @RequestParam(defaultValue = "8088") String port) {
		ExportFormat known = ExportFormat.of(format).orElseThrow(() -> unknown(format));
		int number = port(port);
		List<PortRegistration> live = this.registry.registrations();
		live.stream()
			.filter((registration) -> registration.port() == number
					|| Integer.valueOf(number).equals(registration.managementPort()))
			.findFirst()
			.ifPresent((registration) -> {
				throw problem(HttpStatus.CONFLICT, "Port " + number + " is that of service '"
						+ Routes.harmless(registration.serviceName()) + "'; choose another one with ?port=");
			});
		return ResponseEntity.ok().contentType(TEXT).body(known.render(Routes.of(live), number));
	}

	private static int port(String text) {
		int port = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
		if (port < 1 || port > MAX_PORT) {
			throw problem(HttpStatus.BAD_REQUEST,
					"'port' is '" + Routes.harmless(text) + "'; it should be a port to listen on, 1 to 65535");
		}
		return port;
	}

	private static ErrorResponseException unknown(String format) {
		ErrorResponseException problem = problem(HttpStatus.NOT_FOUND, "There is no export for '"
				+ Routes.harmless(format) + "'; there is one for each of " + String.join(", ", ExportFormat.ids()));
		problem.getBody().setProperty("formats", ExportFormat.ids());
		return problem;
	}

	private static ErrorResponseException problem(HttpStatus status, String detail) {
		return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
	}

}
