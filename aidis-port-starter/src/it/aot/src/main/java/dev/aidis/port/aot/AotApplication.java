package dev.aidis.port.aot;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * An application that says at which port it is, and asks another one.
 */
@SpringBootApplication
@RestController
public class AotApplication {

	private final RestClient client;

	AotApplication(RestClient.Builder builder) {
		this.client = builder.baseUrl("aidis://stock").build();
	}

	/**
	 * Run the application.
	 * @param arguments the command line
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(AotApplication.class, arguments);
		System.out.println("ready, ahead of time: " + AotDetector.useGeneratedArtifacts());
	}

	@GetMapping("/port")
	String port(HttpServletRequest request) {
		return String.valueOf(request.getLocalPort());
	}

	@GetMapping("/stock")
	String stock() {
		return String.valueOf(this.client.get().uri("/port").retrieve().body(String.class));
	}

}
