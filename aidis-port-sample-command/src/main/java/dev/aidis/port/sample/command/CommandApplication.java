package dev.aidis.port.sample.command;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The service {@code aidis-command-dev}, or {@code aidis-command-prod} with the profile
 * {@code prod}, which calls {@code aidis-mcp} by name.
 */
@SpringBootApplication
public class CommandApplication {

	/**
	 * Start the service.
	 * @param args Spring Boot's command line arguments
	 */
	public static void main(String[] args) {
		SpringApplication.run(CommandApplication.class, args);
	}

}
