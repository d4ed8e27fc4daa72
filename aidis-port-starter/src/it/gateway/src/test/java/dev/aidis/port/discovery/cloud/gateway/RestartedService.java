package dev.aidis.port.discovery.cloud.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The smallest service that can be found and asked for its port.
 */
@EnableAutoConfiguration
@RestController
public class RestartedService {

	private final Environment environment;

	RestartedService(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Run the service until it is told to end.
	 * @param arguments the command line
	 */
	public static void main(String[] arguments) {
		ConfigurableApplicationContext context = SpringApplication.run(RestartedService.class, arguments);
		System.out.println("ready on port " + ((WebServerApplicationContext) context).getWebServer().getPort() + " ");
	}

	@GetMapping("/port")
	String port() {
		return this.environment.getRequiredProperty("local.server.port");
	}

}
