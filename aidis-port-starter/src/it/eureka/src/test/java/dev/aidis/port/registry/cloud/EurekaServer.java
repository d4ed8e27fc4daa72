package dev.aidis.port.registry.cloud;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;
import org.springframework.context.annotation.Configuration;

/**
 * A Eureka server.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableEurekaServer
public class EurekaServer {

	/**
	 * Run the server until it is killed.
	 * @param arguments the command line
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(EurekaServer.class, arguments);
		System.out.println("Eureka is ready");
	}

}
