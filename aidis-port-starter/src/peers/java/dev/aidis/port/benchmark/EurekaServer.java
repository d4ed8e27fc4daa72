package dev.aidis.port.benchmark;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;
import org.springframework.context.annotation.Configuration;

/**
 * A Eureka server, which runs until it is killed.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableEurekaServer
public class EurekaServer {

	static final String READY = "Eureka is ready";

	public static void main(String[] arguments) {
		SpringApplication.run(EurekaServer.class, arguments);
		System.out.println(READY);
	}

}
