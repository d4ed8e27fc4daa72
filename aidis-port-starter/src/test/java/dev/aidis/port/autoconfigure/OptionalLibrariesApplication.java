package dev.aidis.port.autoconfigure;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

import dev.aidis.port.PortDiscovery;

/**
 * The smallest application that uses the starter.
 */
@EnableAutoConfiguration
public class OptionalLibrariesApplication {

	/**
	 * Run the application until it is told to end.
	 * @param arguments the command line
	 * @throws InterruptedException never
	 */
	public static void main(String[] arguments) throws InterruptedException {
		ConfigurableApplicationContext context = SpringApplication.run(OptionalLibrariesApplication.class, arguments);
		context.getBean(PortDiscovery.class).find("another");
		System.out.println("application is ready");
		Thread.currentThread().join();
	}

}
